/** What is typed or set: numbers, short texts, essays, sliders. Typing is saved when it rests. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AskProps } from './item_body';
import { readNumber } from './responses';
import type { Single } from './types';

const REST_MS = 1_200;
const TEXT_LIMIT = 2_000;
const ESSAY_LIMIT = 10_000;

/** Give what was typed when the keys rest, when the field is left, and when the item is left. */
function useTyped(initial: string, commit: (typed: string) => void) {
  const [typed, setTyped] = useState(initial);
  const latest = useRef({ typed: initial, saved: initial, commit });
  latest.current.commit = commit;
  const save = () => {
    const now = latest.current;
    if (now.typed === now.saved) return;
    now.saved = now.typed;
    now.commit(now.typed);
  };
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => {
    clearTimeout(timer.current);
    save();
  }, []);
  return {
    typed,
    save,
    type(next: string) {
      latest.current.typed = next;
      setTyped(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(save, REST_MS);
    },
  };
}

export function Entry({ ask, id, given, give, t }: AskProps) {
  const isNumber = ask.kind === 'number';
  const held = given && 'number' in given ? given.number : given && 'text' in given ? given.text : '';
  const field = useTyped(held, (typed) => {
    const text = typed.trim();
    if (text === '') give(null);
    else if (!isNumber) give({ text });
    else {
      const number = readNumber(text);
      if (number !== null) give({ number });
    }
  });
  const isValid = !isNumber || field.typed.trim() === '' || readNumber(field.typed) !== null;
  return (
    <span class="entry">
      <label>
        <span class="entry-label">{t(isNumber ? 'candidate.type_number' : 'candidate.type_text')}</span>
        <input
          id={id}
          type="text"
          inputMode={isNumber ? 'decimal' : 'text'}
          value={field.typed}
          size={Math.min(40, Math.max(8, ask.settings?.length ?? 20))}
          maxLength={isNumber ? 50 : TEXT_LIMIT}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={!isValid}
          onInput={(event) => field.type(event.currentTarget.value)}
          onBlur={field.save}
        />
      </label>
      {!isValid && <strong class="notice bad" role="alert">{t('candidate.not_a_number')}</strong>}
    </span>
  );
}

export function Essay({ ask, id, given, give, t }: AskProps) {
  const lines = ask.settings?.most ?? 0;
  if (lines > 1) return <Lines ask={ask} id={id} given={given} give={give} t={t} />;
  return <EssayField id={id} given={given} give={give} t={t} ask={ask} />;
}

function EssayField({ ask, id, given, give, t }: AskProps) {
  const field = useTyped(given && 'text' in given ? given.text : '', (typed) =>
    give(typed.trim() === '' ? null : { text: typed }),
  );
  const words = field.typed.trim() === '' ? 0 : field.typed.trim().split(/\s+/).length;
  return (
    <div class="essay">
      <label for={id}>{t('candidate.type_essay')}</label>
      <textarea
        id={id}
        rows={12}
        maxLength={ESSAY_LIMIT}
        value={field.typed}
        aria-describedby={`${id}-count`}
        onInput={(event) => field.type(event.currentTarget.value)}
        onBlur={field.save}
      />
      <p id={`${id}-count`} class="quiet">
        {t('candidate.essay_count', { words, letters: field.typed.length })}
        {ask.settings?.length ? ` ${t('candidate.essay_expected', { letters: ask.settings.length })}` : ''}
      </p>
    </div>
  );
}

function Lines({ ask, id, given, give, t }: AskProps) {
  const count = Math.min(20, ask.settings?.most ?? 1);
  const texts = given && 'texts' in given ? given.texts : [];
  const put = (index: number, typed: string) => {
    const next = Array.from({ length: count }, (_, at) => (at === index ? typed : texts[at] ?? ''));
    while (next.length > 0 && next[next.length - 1] === '') next.pop();
    give(next.length > 0 ? { texts: next } : null);
  };
  return (
    <ol class="lines">
      {Array.from({ length: count }, (_, index) => (
        <li key={index}>
          <Line id={`${id}-${index}`} label={t('candidate.line', { number: index + 1 })} held={texts[index] ?? ''} put={(typed) => put(index, typed)} />
        </li>
      ))}
    </ol>
  );
}

function Line(props: { id: string; label: string; held: string; put: (typed: string) => void }) {
  const field = useTyped(props.held, props.put);
  return (
    <input id={props.id} type="text" aria-label={props.label} maxLength={TEXT_LIMIT} value={field.typed} autocomplete="off"
      onInput={(event) => field.type(event.currentTarget.value)} onBlur={field.save} />
  );
}

/** A scale; nothing is given until it was touched. */
export function Slider({ ask, id, given, give, t }: AskProps) {
  const { lower = '0', upper = '100', step = '1' } = ask.settings ?? {};
  const value: Single | null = given;
  const number = value && 'number' in value ? value.number : null;
  return (
    <div class="slider">
      <label for={id}>{t('candidate.slide', { lower, upper })}</label>
      <div class="slider-row">
        <span aria-hidden="true">{lower}</span>
        <input id={id} type="range" min={lower} max={upper} step={step} value={number ?? lower}
          class={number === null ? 'untouched' : ''}
          aria-valuetext={number ?? t('candidate.unanswered')}
          onInput={(event) => give({ number: event.currentTarget.value })}
          onClick={(event) => number === null && give({ number: event.currentTarget.value })} />
        <span aria-hidden="true">{upper}</span>
      </div>
      <output for={id}>{number ?? t('candidate.unanswered')}</output>
    </div>
  );
}
