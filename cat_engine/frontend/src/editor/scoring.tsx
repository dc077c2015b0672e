/** What a response earns: the way of marking, and the points that hold for the whole. */
import type { Part, Rule } from './document';
import { Button, Check, FaultsAt, Group, Line, Lines, Select, idOf, useCtrl } from './fields';
import { askedAt, partAt, rulePlace, withRule } from './lens';
import { changeWay, waysOf, type Way } from './rules';

/** The field of a number of the rule. */
export function Points({ at, name, label, hint, isOptional }: { at: string; name: string; label: string; hint?: string; isOptional?: boolean }) {
  const ctrl = useCtrl();
  const part = partAt(ctrl.document.value, at) as unknown as Record<string, string | null>;
  const put = (typed: string) =>
    ctrl.change((document) => withRule(document, at, { ...partAt(document, at)!, [name]: isOptional && typed.trim() === '' ? null : typed } as Part));
  return <Line place={`${rulePlace(ctrl.document.value, at)}/${name}`} label={label} hint={hint} isNumber value={part[name] ?? ''} put={put} />;
}

/** The points for the whole, by the way of marking. */
export function Scoring({ at }: { at: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at)!;
  const ways = waysOf(asked);
  const place = rulePlace(ctrl.document.value, at);
  const all = ways.includes(part.kind) ? ways : [...ways, part.kind];
  return (
    <Group title={t('editor.points')} place={place} hint={t('editor.points_hint')}>
      {all.length > 1 && (
        <Select id={`${idOf(place)}-way`} label={t('editor.way')} value={part.kind} hint={t(`editor.way_hint.${part.kind}`)}
          options={all.map((way) => [way, t(`editor.way.${way}`)] as const)}
          put={(way) => ctrl.change((document) => withRule(document, at, changeWay(askedAt(document, at), partAt(document, at)!, way as Way)))} />
      )}
      <FaultsAt place={`${place}/key`} />
      <FaultsAt place={`${place}/entries`} />
      <div class="points-row">
        {(part.kind === 'key' || part.kind === 'number') && <Points at={at} name="right" label={t('editor.right')} />}
        {(part.kind === 'key' || part.kind === 'number' || part.kind === 'text') && <Points at={at} name="wrong" label={t('editor.wrong')} />}
        {part.kind === 'judged' && <Points at={at} name="highest" label={t('editor.highest')} />}
        {(part.kind === 'mapping' || part.kind === 'areas') && (
          <>
            <Points at={at} name="default" label={t(part.kind === 'areas' ? 'editor.default_area' : 'editor.default')} />
            <Points at={at} name="lower_bound" label={t('editor.lower_bound')} isOptional />
            <Points at={at} name="upper_bound" label={t('editor.upper_bound')} isOptional />
          </>
        )}
        <Points at={at} name="blank" label={t('editor.blank')} />
      </div>
      {part.kind === 'judged' && <Criteria at={at} />}
    </Group>
  );
}

function Criteria({ at }: { at: string }) {
  const ctrl = useCtrl();
  return <Lines place={`${rulePlace(ctrl.document.value, at)}/criteria`} label={ctrl.t('editor.criteria')} rows={4} />;
}

/** The accepted texts with their points. */
export function Accepted({ at }: { at: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const part = partAt(ctrl.document.value, at);
  if (part?.kind !== 'text') return null;
  const place = rulePlace(ctrl.document.value, at);
  const set = (accepted: [string, string][]) =>
    ctrl.change((document) => withRule(document, at, { ...part, accepted } as Part));
  const change = (index: number, which: 0 | 1, typed: string) =>
    set(part.accepted.map((one, other) => (other === index ? (which === 0 ? [typed, one[1]] : [one[0], typed]) : one)));
  const add = () => {
    set([...part.accepted, ['', part.accepted[0]?.[1] ?? '5']]);
    setTimeout(() => document.getElementById(idOf(`${place}/accepted/${part.accepted.length}/0`))?.focus());
  };
  return (
    <Group title={t('editor.accepted')} place={`${place}/accepted`} hint={t('editor.accepted_hint')}>
      {part.accepted.map(([text, points], index) => {
        const what = `${t('editor.answer')} ${index + 1}`;
        return (
          <div class="accepted-row" role="group" aria-label={what} key={index}>
            <Line place={`${place}/accepted/${index}/0`} label={what} value={text} put={(typed) => change(index, 0, typed)} />
            <Line place={`${place}/accepted/${index}/1`} label={t('editor.points_of')} isNumber value={points} put={(typed) => change(index, 1, typed)} />
            <Button label={t('editor.remove_what', { what })} disabled={part.accepted.length === 1} act={() => set(part.accepted.filter((_, other) => other !== index))}>✕</Button>
          </div>
        );
      })}
      <Button label={t('editor.add', { what: t('editor.answer').toLowerCase() })} act={add} />
      <Check label={t('editor.case_sensitive')} checked={part.case_sensitive}
        put={(is) => ctrl.change((document) => withRule(document, at, { ...part, case_sensitive: is }))} />
    </Group>
  );
}

/** A rule that the editor cannot hold, as it stands. */
export function KeptRule({ rule }: { rule: Rule }) {
  const { t } = useCtrl();
  return (
    <div class="note kept-rule">
      <p>{t('editor.kept_rule')}</p>
      <details>
        <summary>{t('editor.show_rule')}</summary>
        <pre tabIndex={0}>{JSON.stringify(rule, null, 1)}</pre>
      </details>
    </div>
  );
}
