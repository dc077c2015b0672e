/** One thing asked: its text, options and picture as its kind needs them, and what a response earns. */
import { asksForOne, freeName, notationOf, type Option, type Part } from './document';
import { AreaEditor, PointAreas } from './areas';
import { Check, FaultsAt, Group, Line, idOf, useCtrl } from './fields';
import { askedAt, partAt, rulePlace, textPlace, under, valueAt, withMost, withRule } from './lens';
import { ImageField } from './media';
import { OptionRows, Shuffle, letterOf, useOptionName } from './options';
import { GapList, PairList, PairTable, isOnePerGap } from './pairs';
import { RichField, type Special } from './rich_field';
import { namesIn } from './rich';
import { isHeld, keyOf, namesOf, withEntry } from './rules';
import { Accepted, KeptRule, Points, Scoring } from './scoring';

const SHUFFLED = new Set(['choice', 'choices', 'order', 'match', 'associate', 'gap_match', 'inline_choice']);
const COUNTED = new Set(['choices', 'hot_text', 'hotspot', 'points', 'match', 'associate', 'gap_match']);

export function Asking({ at, label }: { at: string; label: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at);
  const isHeldHere = isHeld(asked, part);
  return (
    <>
      {isInLine(asked.kind) && at !== ''
        ? (
          <details class="more" open={String(valueAt(ctrl.document.value, textPlace(at)) ?? '') !== '' || asked.image !== null}>
            <summary>{t('editor.own_text')}</summary>
            <AskText at={at} label={label} />
            <AskPicture at={at} />
          </details>
        )
        : <><AskText at={at} label={label} /><AskPicture at={at} /></>}
      <Options at={at} isLocked={!isHeldHere} />
      {SHUFFLED.has(asked.kind) && <Shuffle at={at} />}
      {COUNTED.has(asked.kind) && isHeldHere && <Counts at={at} />}
      {!isHeldHere && <KeptRule rule={part ?? ctrl.document.value.rule} />}
      {isHeldHere && <Key at={at} part={part} />}
      {isHeldHere && <Scoring at={at} />}
      {asked.kind === 'slider' && (
        <div class="points-row">
          {(['lower', 'upper', 'step'] as const).map((name) => <Line key={name} place={under(at, `settings/${name}`)} label={t(`editor.${name}`)} isNumber isOptional />)}
        </div>
      )}
      {(asked.kind === 'essay' || asked.kind === 'text') && (
        <div class="points-row">
          <Line place={under(at, 'settings/length')} label={t('editor.length')} isNumber isOptional />
          {asked.kind === 'essay' && <Line place={under(at, 'settings/most')} label={t('editor.line_count')} isNumber isOptional />}
        </div>
      )}
    </>
  );
}

/** Questions that stand in a sentence need no text of their own. */
const isInLine = (kind: string): boolean => kind === 'inline_choice' || kind === 'text' || kind === 'number';

function AskText({ at, label }: { at: string; label: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const place = textPlace(at);
  const names = (tag: string) => namesIn(String(valueAt(ctrl.document.value, place) ?? ''), notationOf(ctrl.document.value), tag);
  const specials: Record<string, Special> = {
    gap_match: { tool: 'gap', label: t('editor.tool.gap'), name: () => freeName(names('gap'), 'g') },
    hot_text: { tool: 'hot', label: t('editor.tool.hot'), name: () => freeName(names('hot'), 'h') },
  };
  const isOpen = isHeld(asked, partAt(ctrl.document.value, at)) && !asked.targets.some((one) => one.area);
  const special = isOpen ? specials[asked.kind] : undefined;
  const gaps = names('gap');
  const hint = special ? t(`editor.text_hint.${asked.kind}`) : undefined;
  return (
    <RichField place={place} label={label} {...(hint ? { hint } : {})} {...(special ? { special } : {})}
      chipLabel={(tag, name) => (tag === 'gap' ? t('editor.gap', { number: gaps.indexOf(name) + 1 }) : name)} />
  );
}

function AskPicture({ at }: { at: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const isNeeded = asked.kind === 'hotspot' || asked.kind === 'points';
  const field = <ImageField place={under(at, 'image')} label={t(isNeeded ? 'editor.canvas' : 'editor.picture')} />;
  const drawing = asked.kind === 'hotspot' ? <AreaEditor at={at} /> : asked.kind === 'points' ? <PointAreas at={at} /> : null;
  const hasAreas = [...asked.options, ...asked.targets].some((one) => one.area);
  if (isNeeded) return <Group title={t('editor.canvas')}>{field}{drawing}</Group>;
  return (
    <details class="more" open={asked.image !== null}>
      <summary>{t('editor.picture')}</summary>
      {field}
      {hasAreas && <AreaEditor at={at} list={asked.targets.some((one) => one.area) ? 'targets' : 'options'} />}
    </details>
  );
}

function Options({ at, isLocked }: { at: string; isLocked: boolean }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const rows = (list: 'options' | 'targets', title: string, name: string, extra?: (option: Option, index: number) => preact.ComponentChildren, asksMost = false) => (
    <OptionRows at={at} list={list} title={title} name={name} isLocked={isLocked} asksMost={asksMost}
      asksFixed={list === 'options' && asked.kind !== 'gap_match'} {...(extra ? { extra } : {})} />
  );
  const earned = isLocked ? undefined : (option: Option, index: number) => <Earned at={at} option={option} index={index} />;
  switch (asked.kind) {
    case 'choice':
    case 'choices':
    case 'inline_choice':
      return rows('options', t('editor.options'), t('editor.option'), earned);
    case 'order':
      return rows('options', t('editor.options'), t('editor.option'), isLocked ? undefined : (option) => <Position at={at} option={option} />);
    case 'match':
      return (
        <>
          {rows('options', t('editor.match_options'), t('editor.option'), undefined, true)}
          {rows('targets', t('editor.match_targets'), t('editor.target'), undefined, true)}
        </>
      );
    case 'associate':
      return rows('options', t('editor.options'), t('editor.option'), undefined, true);
    case 'gap_match':
      return (
        <>
          <FaultsAt place={under(at, 'targets')} />
          {rows('options', t('editor.gap_options'), t('editor.word'), undefined, true)}
        </>
      );
    case 'hot_text':
      return <HotWords at={at} isLocked={isLocked} />;
    default:
      return null;
  }
}

/** What one option earns: a mark of the key, or its points. */
export function Earned({ at, option, index }: { at: string; option: Option; index: number }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const nameOf = useOptionName();
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at);
  const place = rulePlace(ctrl.document.value, at);
  const set = (next: Part) => ctrl.change((document) => withRule(document, at, next));
  if (part?.kind === 'options') {
    const label = `${t('editor.points_of')} ${letterOf(index)}`;
    return <Line place={`${place}/points/${option.id}`} label={label} isNumber value={part.points[option.id] ?? ''} put={(typed) => set({ ...part, points: { ...part.points, [option.id]: typed } })} />;
  }
  if (part?.kind === 'mapping') {
    return <Line place={`${place}/entries/${option.id}`} label={`${t('editor.points_of')} ${letterOf(index)}`} isNumber value={part.entries[option.id] ?? ''} put={(typed) => set(withEntry(part, option.id, typed))} />;
  }
  if (part?.kind !== 'key') return null;
  const names = namesOf(part.key);
  const isOne = asksForOne(asked);
  const put = (is: boolean) => set({ ...part, key: keyOf(asked, isOne ? [option.id] : is ? [...names, option.id] : names.filter((one) => one !== option.id)) });
  return (
    <label class="choice key-mark">
      <input type={isOne ? 'radio' : 'checkbox'} name={idOf(`${place}/key`)} checked={names.includes(option.id)} onChange={(event) => put(event.currentTarget.checked)} />
      {t('editor.is_key')}<span class="hidden-visually">: {nameOf(option, index)}</span>
    </label>
  );
}

/** The place of an option in the right order; the one that stood there moves to its old place. */
function Position({ at, option }: { at: string; option: Option }) {
  const ctrl = useCtrl();
  const part = partAt(ctrl.document.value, at);
  if (part?.kind !== 'key') return null;
  const order = namesOf(part.key);
  const now = order.indexOf(option.id);
  const put = (typed: string) => {
    const next = order.filter((one) => one !== option.id);
    next.splice(Number(typed), 0, option.id);
    ctrl.change((document) => withRule(document, at, { ...part, key: { order: next } }));
  };
  const id = idOf(`${at}-position-${option.id}`);
  return (
    <div class="field number-field">
      <label for={id}>{ctrl.t('editor.position')}</label>
      <select id={id} value={String(now)} onChange={(event) => put(event.currentTarget.value)}>
        {order.map((_, index) => <option key={index} value={String(index)}>{index + 1}</option>)}
      </select>
    </div>
  );
}

/** The words of the text that can be chosen; they are marked in the text itself. */
function HotWords({ at, isLocked }: { at: string; isLocked: boolean }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const nameOf = useOptionName();
  const asked = askedAt(ctrl.document.value, at);
  return (
    <Group title={t('editor.hot_words')} place={under(at, 'options')} hint={t('editor.hot_words_hint')}>
      {asked.options.map((option, index) => (
        <div class="hot-row" key={option.id} role="group" aria-label={nameOf(option, index)}>
          <span>{nameOf(option, index)}</span>
          {!isLocked && <Earned at={at} option={option} index={index} />}
        </div>
      ))}
    </Group>
  );
}

function Key({ at, part }: { at: string; part: Part }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const nameOf = useOptionName();
  const asked = askedAt(ctrl.document.value, at);
  const targetName = (index: number) => nameOf(asked.targets[index]!, index);
  if (part.kind === 'number') {
    return <div class="points-row"><Points at={at} name="target" label={t('editor.key')} /><Points at={at} name="tolerance" label={t('editor.tolerance')} hint={t('editor.tolerance_hint')} /></div>;
  }
  if (asked.kind === 'text') return <Accepted at={at} />;
  if (asked.kind === 'associate') return <PairList at={at} />;
  if (asked.kind === 'match') return <PairTable at={at} targetName={targetName} title={t('editor.match_key')} hint={t('editor.match_key_hint')} />;
  if (asked.kind === 'gap_match') {
    const isList = part.kind === 'key' && isOnePerGap(namesOf(part.key));
    const gapName = (index: number) => (asked.targets[index]?.text ? targetName(index) : t('editor.gap', { number: index + 1 }));
    return isList ? <GapList at={at} /> : <PairTable at={at} targetName={gapName} title={t('editor.gap_key')} hint={t('editor.gap_key_hint')} />;
  }
  return null;
}

/** How many may be chosen, set or joined. */
function Counts({ at }: { at: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const most = String(asked.settings?.most ?? '');
  const isEither = asked.kind === 'hot_text' || asked.kind === 'hotspot';
  const row = (
    <div class="points-row">
      {isEither
        ? <Check label={t('editor.only_one')} checked={asksForOne(asked)} put={(is) => ctrl.change((document) => withMost(document, at, is ? '1' : '0'))} />
        : null}
      {!(isEither && asksForOne(asked)) && (
        <>
          {asked.kind !== 'points' && <Line place={under(at, 'settings/least')} label={t('editor.least')} isNumber isOptional />}
          <Line place={under(at, 'settings/most')} label={t('editor.most')} isNumber value={most === '0' ? '' : most} put={(typed) => ctrl.change((document) => withMost(document, at, typed))} />
        </>
      )}
    </div>
  );
  if (isEither || asked.kind === 'points') return row;
  const isBound = most !== '' || String(asked.settings?.least ?? '') !== '';
  return <details class="more" open={isBound}><summary>{t(`editor.counts.${asked.kind === 'choices' ? 'choices' : 'pairs'}`)}</summary>{row}</details>;
}
