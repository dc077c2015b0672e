/** Pairs: each option with a target, or options with each other. */
import { useState } from 'preact/hooks';
import { OptionContent } from './choices';
import type { AskProps } from './item_body';
import { isLeft, matchOf, nameOf, pairsOf, unorderedOf, usedEither, usedOptions, usedTargets } from './responses';
import type { Option } from './types';

export function Matching(props: AskProps) {
  const isOncePerOption = props.ask.options.every((option) => (option.most ?? 1) === 1);
  return isOncePerOption ? <MatchBySelect {...props} /> : <MatchByTable {...props} />;
}

/** Whether as many pairs stand as may. */
const holdsMost = ({ settings }: AskProps['ask'], pairs: readonly unknown[]) => {
  const most = settings?.most ?? 0;
  return most > 0 && pairs.length >= most;
};

const targetUse = (props: AskProps) => (props.ask.kind === 'gap_match' ? 1 : 0);

function MatchBySelect(props: AskProps) {
  const { ask, given, give, t } = props;
  const pairs = pairsOf(given);
  const isFull = holdsMost(ask, pairs);
  const choose = (letter: string, target: string) => {
    const others = pairs.filter(([one]) => one !== letter);
    give(matchOf(target === '' ? others : [...others, [letter, target]]));
  };
  return (
    <div class="matching">
      {ask.options.map((option) => {
        const chosen = pairs.find(([one]) => one === option.letter)?.[1] ?? '';
        return (
          <label key={option.letter}>
            <OptionContent option={option} />
            <select value={chosen} disabled={isFull && chosen === ''} onChange={(event) => choose(option.letter, event.currentTarget.value)}>
              <option value="">{t('candidate.choose_target')}</option>
              {(ask.targets ?? [])
                .filter((target) => target.letter === chosen || isLeft(target, usedTargets(pairs), targetUse(props)))
                .map((target) => <option key={target.letter} value={target.letter}>{labelOf(target)}</option>)}
            </select>
          </label>
        );
      })}
    </div>
  );
}

function MatchByTable(props: AskProps) {
  const { ask, id, given, give } = props;
  const pairs = pairsOf(given);
  const isFull = holdsMost(ask, pairs);
  const targets = ask.targets ?? [];
  const has = (one: string, other: string) => pairs.some(([a, b]) => a === one && b === other);
  const toggle = (one: string, other: string) =>
    give(matchOf(has(one, other) ? pairs.filter(([a, b]) => a !== one || b !== other) : [...pairs, [one, other]]));
  return (
    <div class="table-scroll" tabIndex={0} role="region">
      <table class="match-table">
        <thead>
          <tr>
            <td />
            {targets.map((target) => <th key={target.letter} scope="col"><OptionContent option={target} /></th>)}
          </tr>
        </thead>
        <tbody>
          {ask.options.map((option) => (
            <tr key={option.letter}>
              <th scope="row"><OptionContent option={option} /></th>
              {targets.map((target) => {
                const isChosen = has(option.letter, target.letter);
                const isOpen = !isFull && isLeft(option, usedOptions(pairs), 1) && isLeft(target, usedTargets(pairs), targetUse(props));
                return (
                  <td key={target.letter}>
                    <input type="checkbox" name={id} checked={isChosen} disabled={!isChosen && !isOpen}
                      aria-label={`${nameOf(option)} – ${nameOf(target)}`}
                      onChange={() => toggle(option.letter, target.letter)} />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Associating({ ask, given, give, t }: AskProps) {
  const pairs = pairsOf(given);
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const isFull = holdsMost(ask, pairs);
  const left = ask.options.filter((option) => isLeft(option, usedEither(pairs), 1));
  const canJoin = first !== '' && second !== '' && first !== second && !isFull;
  const join = () => {
    give(unorderedOf([...pairs, [first, second]]));
    setFirst('');
    setSecond('');
  };
  const byLetter = new Map(ask.options.map((option) => [option.letter, option]));
  const list = (label: string, value: string, set: (letter: string) => void, other: string) => (
    <label>
      {label}
      <select value={value} disabled={isFull} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{t('candidate.choose_target')}</option>
        {left.filter((option) => option.letter !== other).map((option) => (
          <option key={option.letter} value={option.letter}>{labelOf(option)}</option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="associating">
      <ul class="pair-list" aria-label={t('candidate.pairs')}>
        {pairs.map(([one, other]) => {
          const names = [one, other].map((letter) => labelOf(byLetter.get(letter)!)).join(' – ');
          return (
            <li key={`${one} ${other}`}>
              {names}{' '}
              <button type="button" class="button small" aria-label={t('candidate.remove_what', { what: names })}
                onClick={() => give(unorderedOf(pairs.filter(([a, b]) => a !== one || b !== other)))}>
                {t('candidate.remove')}
              </button>
            </li>
          );
        })}
      </ul>
      <div class="join">
        {list(t('candidate.pair_first'), first, setFirst, second)}
        {list(t('candidate.pair_second'), second, setSecond, first)}
        <button type="button" class="button" disabled={!canJoin} onClick={join}>{t('candidate.join')}</button>
      </div>
    </div>
  );
}

function labelOf(option: Option): string {
  return option.area ? `${option.letter} ${nameOf(option)}` : nameOf(option);
}
