/** Several questions in one item: the common text with its places, then each question. */
import { useRef, useState } from 'preact/hooks';
import type { AskKind } from '../items/types';
import { Asking } from './asking';
import { notationOf } from './document';
import { Button, FaultsAt, Group, Select, idOf, useCtrl } from './fields';
import { moved, withInteraction, withoutInteraction } from './lens';
import { namesIn } from './rich';
import { RichField } from './rich_field';
import { ImageField } from './media';

const KINDS: readonly AskKind[] = [
  'inline_choice', 'text', 'number', 'choice', 'choices', 'order', 'match', 'associate', 'gap_match', 'hot_text', 'hotspot', 'points', 'slider', 'essay',
];

export function Composite() {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const { interactions = [], stem } = ctrl.document.value;
  const [kind, setKind] = useState<AskKind>('inline_choice');
  const added = useRef('');
  const placed = namesIn(stem, notationOf(ctrl.document.value), 'place');
  // An imported item may have no places at all: its questions then follow the text.
  // A program names every question, so that none may come or go.
  const isLocked = ctrl.document.value.rule.kind !== 'sum';
  const hasPlaces = !isLocked && (placed.length > 0 || interactions.length === 0);
  const said = (name: string) => {
    const index = interactions.findIndex((one) => one.name === name);
    const one = interactions[index];
    return one ? t('editor.question_chip', { number: index + 1, kind: t(`item_kind.${one.kind}`) }) : name;
  };
  const add = (isPlaced: boolean): string => {
    const made = withInteraction(ctrl.document.value, kind, isPlaced);
    ctrl.change(() => made.document);
    added.current = made.name;
    return made.name;
  };
  return (
    <>
      <RichField place="stem" label={t('editor.composite_text')} {...(hasPlaces ? { hint: t('editor.composite_hint') } : {})} chipLabel={(_, name) => said(name)}
        {...(hasPlaces ? { special: { tool: 'place' as const, label: t('editor.tool.place', { kind: t(`item_kind.${kind}`) }), name: () => add(true) } } : {})} />
      {!isLocked && <div class="points-row">
        <Select id={idOf('interaction-kind')} label={t('editor.question_kind')} value={kind} options={KINDS.map((one) => [one, t(`item_kind.${one}`)] as const)} put={(one) => setKind(one as AskKind)} />
        <Button label={t('editor.add_question')} act={() => { add(!hasPlaces); setTimeout(() => document.getElementById(`question-${added.current}`)?.focus()); }} />
      </div>}
      <FaultsAt place="interactions" />
      <details class="more" open={ctrl.document.value.image !== null}><summary>{t('editor.picture')}</summary><ImageField place="image" label={t('editor.picture')} /></details>
      {interactions.map((one, index) => {
        const what = t('editor.question', { number: index + 1 });
        return (
          <section class="question" key={one.name} aria-labelledby={`question-${one.name}`}>
            <h3 id={`question-${one.name}`} tabIndex={-1}>{what}: {t(`item_kind.${one.kind}`)}</h3>
            <p class="row-buttons">
              <Button label={t('editor.move_up', { what })} disabled={index === 0} act={() => ctrl.change((document) => ({ ...document, interactions: moved(interactions, index, -1) }))}>↑</Button>
              <Button label={t('editor.move_down', { what })} disabled={index + 1 === interactions.length} act={() => ctrl.change((document) => ({ ...document, interactions: moved(interactions, index, 1) }))}>↓</Button>
              {!isLocked && <Button label={t('editor.remove_what', { what })} act={() => ctrl.change((document) => withoutInteraction(document, index))}>✕</Button>}
            </p>
            {placed.length > 0 && !placed.includes(one.name) && <NotPlaced name={one.name} index={index} />}
            <Asking at={`interactions/${index}`} label={t('editor.prompt')} />
          </section>
        );
      })}
      {interactions.length === 0 && <Group title={t('editor.questions')}><p class="hint">{t('editor.no_questions')}</p></Group>}
    </>
  );
}

/** A question whose place was deleted from the text is kept, and can be put back. */
function NotPlaced({ name, index }: { name: string; index: number }) {
  const ctrl = useCtrl();
  return (
    <p class="note" id={idOf(`interactions/${index}`)} tabIndex={-1}>
      {ctrl.t('editor.fault.not_placed')}{' '}
      <Button label={ctrl.t('editor.put_back')} act={() => ctrl.change((document) => ({ ...document, stem: `${document.stem}<place name="${name}"/>` }))} />
    </p>
  );
}
