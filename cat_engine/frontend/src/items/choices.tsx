/** One or several options: native radio buttons and checkboxes with real labels. */
import type { AskProps } from './item_body';
import { asksForOne, chooseOption, chosenLetters, mayChooseMore } from './responses';
import { Inline } from './text';
import type { Option } from './types';

export function OptionList({ ask, id, given, give, t }: AskProps) {
  const chosen = new Set(chosenLetters(given));
  const isOne = asksForOne(ask);
  const isFull = !mayChooseMore(ask, given);
  const most = ask.settings?.most ?? 0;
  return (
    <fieldset class={ask.options.some((option) => option.image) ? 'options pictures' : 'options'}>
      <legend class={isOne || most === 0 ? 'hidden-visually' : 'quiet'}>
        {isOne ? t('candidate.choose_one') : most > 0 ? t('candidate.choose_most', { most }) : t('candidate.choose_several')}
      </legend>
      {ask.options.map((option) => (
        <label key={`${id}-${option.letter}`} class={chosen.has(option.letter) ? 'option chosen' : 'option'}>
          <input
            type={isOne ? 'radio' : 'checkbox'}
            name={id}
            value={option.letter}
            checked={chosen.has(option.letter)}
            disabled={isFull && !chosen.has(option.letter)}
            onChange={(event) => give(chooseOption(ask, given, option.letter, event.currentTarget.checked))}
          />
          <span class="letter" aria-hidden="true">{option.letter}</span>
          <OptionContent option={option} />
        </label>
      ))}
    </fieldset>
  );
}

export function OptionContent({ option }: { option: Option }) {
  return (
    <span class="option-content">
      {option.image && <img src={option.image.url} alt={`${option.letter}. ${option.image.alt}`} />}
      {option.text !== '' && <Inline text={option.text} />}
    </span>
  );
}
