/** What earns points where options are paired: a table of options and targets, or a list of pairs. */
import { useState } from 'preact/hooks';
import { Button, Check, Group, Line, Select, idOf, useCtrl } from './fields';
import { askedAt, partAt, rulePlace, withRule } from './lens';
import { useOptionName } from './options';
import { keyOf, namesOf, unordered, withEntry } from './rules';

/** Names in the key, or with points. */
function usePairs(at: string) {
  const ctrl = useCtrl();
  const asked = askedAt(ctrl.document.value, at);
  const part = partAt(ctrl.document.value, at);
  const entries = part?.kind === 'mapping' ? part.entries : null;
  const names = entries ? Object.keys(entries) : part?.kind === 'key' ? namesOf(part.key) : [];
  const setNames = (next: readonly string[]) =>
    ctrl.change((document) => {
      const now = partAt(document, at);
      return now?.kind === 'key' ? withRule(document, at, { ...now, key: keyOf(askedAt(document, at), next) }) : document;
    });
  const setPoints = (name: string, typed: string) =>
    ctrl.change((document) => {
      const now = partAt(document, at);
      return now?.kind === 'mapping' ? withRule(document, at, withEntry(now, name, typed)) : document;
    });
  return { ctrl, asked, entries, names, setNames, setPoints, place: rulePlace(ctrl.document.value, at) };
}

/** A cell for every option and target: a mark, or points. */
export function PairTable({ at, targetName, title, hint }: { at: string; targetName: (index: number) => string; title: string; hint: string }) {
  const { ctrl, asked, entries, names, setNames, setPoints, place } = usePairs(at);
  const nameOf = useOptionName();
  const { t } = ctrl;
  if (asked.options.length === 0 || asked.targets.length === 0) return null;
  const toggle = (name: string) => setNames(names.includes(name) ? names.filter((one) => one !== name) : [...names, name]);
  return (
    <Group title={title} place={`${place}/table`} hint={entries ? t('editor.table_points_hint') : hint}>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        <table class="pair-table">
          <thead>
            <tr><th scope="col">{t('editor.option')}</th>{asked.targets.map((target, index) => <th scope="col" key={target.id}>{targetName(index)}</th>)}</tr>
          </thead>
          <tbody>
            {asked.options.map((option, row) => (
              <tr key={option.id}>
                <th scope="row">{nameOf(option, row)}</th>
                {asked.targets.map((target, column) => {
                  const name = `${option.id} ${target.id}`;
                  const label = `${nameOf(option, row)} – ${targetName(column)}`;
                  return (
                    <td key={target.id}>
                      {entries
                        ? <Line place={`${place}/entries/${name}`} label={label} isBare isNumber value={entries[name] ?? ''} put={(typed) => setPoints(name, typed)} />
                        : <Check label={label} hidden checked={names.includes(name)} put={() => toggle(name)} />}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Group>
  );
}

/** For every gap the word that is right there: what most texts with gaps need. */
export function GapList({ at }: { at: string }) {
  const { ctrl, asked, names, setNames } = usePairs(at);
  const nameOf = useOptionName();
  const { t } = ctrl;
  return (
    <Group title={t('editor.gap_key')} hint={t('editor.gap_key_hint')}>
      {asked.targets.length === 0 && <p class="hint">{t('editor.no_gaps_yet')}</p>}
      {asked.targets.map((gap, index) => {
        const right = asked.options.find((option) => names.includes(`${option.id} ${gap.id}`))?.id ?? '';
        const others = names.filter((name) => !name.endsWith(` ${gap.id}`));
        return (
          <Select key={gap.id} id={idOf(`gap-${at}-${gap.id}`)} label={t('editor.gap', { number: index + 1 })} value={right}
            options={[['', t('editor.choose')], ...asked.options.map((option, row) => [option.id, nameOf(option, row)] as const)]}
            put={(id) => setNames(id === '' ? others : [...others, `${id} ${gap.id}`])} />
        );
      })}
    </Group>
  );
}

/** Whether every gap has at most one right word, so that the list can hold the key. */
export function isOnePerGap(names: readonly string[]): boolean {
  const gaps = names.map((name) => name.split(' ')[1]);
  return new Set(gaps).size === gaps.length;
}

/** Pairs in which neither is first, one below the other. */
export function PairList({ at }: { at: string }) {
  const { ctrl, asked, entries, names, setNames, setPoints, place } = usePairs(at);
  const nameOf = useOptionName();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const { t } = ctrl;
  const listed = asked.options.map((option, index) => [option.id, nameOf(option, index)] as const);
  const said = (name: string) => name.split(' ').map((id) => listed.find(([one]) => one === id)?.[1] ?? id).join(' – ');
  const join = () => {
    const name = unordered(first, second);
    if (entries) setPoints(name, entries[name] ?? '1');
    else setNames([...names, name]);
    setFirst('');
    setSecond('');
    document.getElementById(idOf(`${place}-first`))?.focus();
  };
  const choose = (which: 'first' | 'second', value: string, set: (id: string) => void, other: string) => (
    <Select id={idOf(`${place}-${which}`)} label={t(`editor.pair_${which}`)} value={value} put={set}
      options={[['', t('editor.choose')], ...listed.filter(([id]) => id !== other)]} />
  );
  return (
    <Group title={t('editor.pairs')} hint={t('editor.pairs_hint')}>
      <ul class="pair-rows">
        {names.map((name) => (
          <li key={name}>
            <span>{said(name)}</span>
            {entries && <Line place={`${place}/entries/${name}`} label={`${t('editor.points_of')}: ${said(name)}`} isBare isNumber value={entries[name] ?? ''} put={(typed) => setPoints(name, typed || '0')} />}
            <Button label={t('editor.remove_what', { what: said(name) })} act={() => (entries ? setPoints(name, '') : setNames(names.filter((one) => one !== name)))}>✕</Button>
          </li>
        ))}
      </ul>
      <div class="points-row">
        {choose('first', first, setFirst, second)}
        {choose('second', second, setSecond, first)}
        <Button label={t('editor.join')} disabled={first === '' || second === ''} act={join} />
      </div>
    </Group>
  );
}
