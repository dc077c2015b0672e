/** What is asked inside a text: gaps, words that can be chosen, lists in a line. */
import type { AskProps } from './item_body';
import { asksForOne, chooseOption, chosenLetters, isLeft, matchOf, mayChooseMore, nameOf, pairsOf, usedOptions } from './responses';
import type { Places } from './text';

/** What stands at the places of the text of one thing asked. */
export function placesIn(props: AskProps): Places {
  return (tag, name, children) => {
    if (tag === 'gap') return <Gap {...props} gap={name} />;
    if (tag === 'hot') return <HotWords {...props} letter={name}>{children}</HotWords>;
    return null;
  };
}

function Gap({ ask, id, given, give, t, gap }: AskProps & { gap: string }) {
  const pairs = pairsOf(given);
  const filled = pairs.find(([, target]) => target === gap)?.[0] ?? '';
  const number = (ask.targets ?? []).findIndex((target) => target.letter === gap) + 1;
  const fill = (letter: string) => {
    const others = pairs.filter(([, target]) => target !== gap);
    give(matchOf(letter === '' ? others : [...others, [letter, gap]]));
  };
  return (
    <select class={filled ? 'gap filled' : 'gap'} id={`${id}-${gap}`} value={filled} aria-label={t('candidate.gap', { number })}
      onChange={(event) => fill(event.currentTarget.value)}>
      <option value="">……</option>
      {ask.options
        .filter((option) => option.letter === filled || isLeft(option, usedOptions(pairs), 1))
        .map((option) => <option key={option.letter} value={option.letter}>{nameOf(option)}</option>)}
    </select>
  );
}

function HotWords(props: AskProps & { letter: string; children: preact.ComponentChildren }) {
  const { ask, id, given, give, letter } = props;
  const isChosen = chosenLetters(given).includes(letter);
  const isOne = asksForOne(ask);
  return (
    <label class={isChosen ? 'hot chosen' : 'hot'}>
      <input type={isOne ? 'radio' : 'checkbox'} name={id} value={letter} checked={isChosen}
        disabled={!isChosen && !mayChooseMore(ask, given)}
        onChange={(event) => give(chooseOption(ask, given, letter, event.currentTarget.checked))} />
      <span>{props.children}</span>
    </label>
  );
}

export function InlineChoice({ ask, id, given, give, t }: AskProps) {
  return (
    <select class="gap" id={id} aria-label={t('candidate.choose_one')} value={chosenLetters(given)[0] ?? ''}
      onChange={(event) => give(event.currentTarget.value === '' ? null : { choice: event.currentTarget.value })}>
      <option value="">……</option>
      {ask.options.map((option) => <option key={option.letter} value={option.letter}>{nameOf(option)}</option>)}
    </select>
  );
}
