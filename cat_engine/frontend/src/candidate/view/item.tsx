/** One item with its controls; the same for practice and exam. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import type { Texts } from '../../lib/i18n';
import { inline, Prose } from '../../lib/prose';
import type { Item, Option, Picture, Response } from '../interfaces';

interface ItemProps {
  item: Item;
  response: Response;
  onRespond: (response: Response) => void;
  t: Texts;
}

export function ItemBody(props: ItemProps) {
  const { item, t } = props;
  return (
    <div class="item-body">
      {item.stimulus && (
        <div class="stimulus">
          <Prose text={item.stimulus.text} />
          {item.stimulus.image && <Figure picture={item.stimulus.image} t={t} />}
        </div>
      )}
      <Prose text={item.stem} class="stem" />
      {item.image && <Figure picture={item.image} t={t} />}
      <Controls {...props} />
    </div>
  );
}

function Controls(props: ItemProps) {
  switch (props.item.kind) {
    case 'choice':
      return <OptionList {...props} type="radio" />;
    case 'choices':
      return <OptionList {...props} type="checkbox" />;
    case 'number':
    case 'text':
      return <Entry {...props} />;
    case 'order':
      return <Ordering {...props} />;
    case 'match':
      return <Matching {...props} />;
  }
}

function OptionList({ item, response, onRespond, t, type }: ItemProps & { type: 'radio' | 'checkbox' }) {
  const chosen = new Set(chosenLetters(response));
  const hasPictures = item.options.some((option) => option.image);
  const give = (letter: string, checked: boolean) => {
    if (type === 'radio') {
      onRespond({ choice: letter });
      return;
    }
    const next = new Set(chosen);
    if (checked) next.add(letter);
    else next.delete(letter);
    onRespond(next.size > 0 ? { choices: [...next].sort() } : null);
  };
  return (
    <fieldset class={hasPictures ? 'options pictures' : 'options'}>
      <legend class="hidden-visually">
        {t(type === 'radio' ? 'candidate.choose_one' : 'candidate.choose_several')}
      </legend>
      {item.options.map((option) => (
        <label key={`${item.item_no}-${option.letter}`} class={chosen.has(option.letter) ? 'option chosen' : 'option'}>
          <input
            type={type}
            name={`item-${item.item_no}`}
            value={option.letter}
            checked={chosen.has(option.letter)}
            onChange={(event) => give(option.letter, event.currentTarget.checked)}
          />
          <span class="letter" aria-hidden="true">{option.letter}</span>
          <OptionContent option={option} />
        </label>
      ))}
    </fieldset>
  );
}

export function chosenLetters(response: Response): string[] {
  if (response && 'choice' in response) return [response.choice];
  if (response && 'choices' in response) return response.choices;
  return [];
}

function OptionContent({ option }: { option: Option }) {
  return (
    <span class="option-content">
      {option.image && <img src={option.image.url} alt={`${option.letter}. ${option.image.alt}`} />}
      {option.text && <span>{inline(option.text)}</span>}
    </span>
  );
}

function Entry({ item, response, onRespond, t }: ItemProps) {
  const given = response && 'number' in response ? response.number : response && 'text' in response ? response.text : '';
  const isNumber = item.kind === 'number';
  const [typed, setTyped] = useState(given);
  const valid = !isNumber || typed.trim() === '' || /^[+-]?(\d+([.,]\d*)?|[.,]\d+|\d+\/\d+)$/.test(typed.trim());
  const commit = () => {
    const text = isNumber ? typed.trim().replace(',', '.') : typed.trim();
    if (!valid || text === given) return;
    onRespond(text === '' ? null : isNumber ? { number: text } : { text });
  };
  return (
    <div class="entry">
      <label>
        {t(isNumber ? 'candidate.type_number' : 'candidate.type_text')}
        <input
          type="text"
          inputMode={isNumber ? 'decimal' : 'text'}
          value={typed}
          maxLength={isNumber ? 50 : 2000}
          autocomplete="off"
          aria-invalid={!valid}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onChange={commit}
          onBlur={commit}
        />
      </label>
      {!valid && <p class="notice bad" role="alert">{t('candidate.not_a_number')}</p>}
    </div>
  );
}

function Ordering({ item, response, onRespond, t }: ItemProps) {
  const order = response && 'order' in response ? response.order : item.options.map((one) => one.letter);
  const move = (index: number, by: number) => {
    const next = [...order];
    const moved = next.splice(index, 1);
    next.splice(index + by, 0, ...moved);
    onRespond({ order: next });
  };
  return (
    <ol class="ordering" aria-label={t('candidate.put_in_order')}>
      {order.map((letter, index) => {
        const option = item.options.find((one) => one.letter === letter);
        return (
          <li key={letter}>
            {option && <OptionContent option={option} />}
            <span class="movers">
              <button type="button" class="button small" disabled={index === 0} onClick={() => move(index, -1)}
                aria-label={t('candidate.move_up', { what: option?.text ?? letter })}>↑</button>
              <button type="button" class="button small" disabled={index + 1 === order.length} onClick={() => move(index, 1)}
                aria-label={t('candidate.move_down', { what: option?.text ?? letter })}>↓</button>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Matching({ item, response, onRespond, t }: ItemProps) {
  const pairs = new Map(response && 'match' in response ? response.match : []);
  const choose = (letter: string, target: string) => {
    const next = new Map(pairs);
    if (target === '') next.delete(letter);
    else next.set(letter, target);
    onRespond(next.size > 0 ? { match: [...next].sort() } : null);
  };
  return (
    <div class="matching">
      {item.options.map((option) => (
        <label key={option.letter}>
          <OptionContent option={option} />
          <select value={pairs.get(option.letter) ?? ''} onChange={(event) => choose(option.letter, event.currentTarget.value)}>
            <option value="">{t('candidate.choose_target')}</option>
            {(item.targets ?? []).map((target) => (
              <option key={target.letter} value={target.letter}>{target.text}</option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}

function Figure({ picture, t }: { picture: Picture; t: Texts }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <figure class="figure">
      <img src={picture.url} alt={picture.alt} />
      <button type="button" class="button small" onClick={() => setOpen(true)}>{t('candidate.zoom')}</button>
      {isOpen && (
        <Dialog title={t('candidate.zoom')} onClose={() => setOpen(false)} wide>
          <img class="zoomed" src={picture.url} alt={picture.alt} />
          <p class="quiet">{picture.alt}</p>
          <div class="buttons">
            <button type="button" class="button primary" onClick={() => setOpen(false)}>{t('candidate.close')}</button>
          </div>
        </Dialog>
      )}
    </figure>
  );
}
