/** The exam itself: one item at a time, the number grid, time left, finish. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import { clockText } from '../../lib/i18n';
import type { Item, View } from '../interfaces';
import type { Working } from '../practice';
import type { Props } from './app';
import { ItemBody } from '../../items/item_body';
import { Watermark } from './watermark';
import { chosenLetters } from '../../items/responses';

/** The exam itself, or practice, which looks and feels the same. */
type Shown = Omit<Props, 'ctrl'> & { ctrl: Working; view: View };
type Open = 'none' | 'finish' | 'confirm' | 'help';

const ANNOUNCED_MINUTES = [10, 5, 1];
const TIME_OVER_POLL_MS = 1_500;
/** With more items than this the cells of the grid are smaller, so that all are in sight. */
const DENSE_FROM = 60;

export function Exam(props: Shown) {
  const { ctrl, t, view } = props;
  const [open, setOpen] = useState<Open>('none');
  const [spoken, setSpoken] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const item = ctrl.item.value;
  const index = ctrl.current.value;

  // Before the first paint: later it would take the focus from a control that was already reached.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), [index]);
  useKeys(props, open, setOpen, setSpoken);

  if (item === undefined) return null;
  const section = view.parts[view.part_index]?.sections.find((one) => one.id === item.section);
  const inSection = ctrl.items.value.filter((one) => one.section === item.section);
  const flagged = ctrl.flags.value.has(item.item_no);
  const response = ctrl.responses.value[item.item_no] ?? null;
  return (
    <>
      <div class="status-bar">
        <span class="place">
          <strong>{section?.title}</strong>{' '}
          {t('candidate.place', { number: inSection.indexOf(item) + 1, count: inSection.length })}
        </span>
        <TimeLeft {...props} onSpeak={setSpoken} />
      </div>
      <div class="exam">
        <main class="item card" id="content">
          {hasWatermark() && <Watermark view={view} />}
          <h1 ref={heading} tabIndex={-1}>
            {t('candidate.item', { number: item.item_no })}
            {flagged && <span class="flag-mark">⚑ {t('candidate.flagged')}</span>}
          </h1>
          <ItemBody
            key={item.item_no}
            item={item}
            response={response}
            onRespond={(given) => ctrl.respond(item.item_no, given)}
            t={t}
          />
          <div class="item-foot">
            <SavedState {...props} item={item} />
            {response !== null && (
              <button type="button" class="button small" onClick={() => ctrl.respond(item.item_no, null)}>
                {t('candidate.clear')}
              </button>
            )}
          </div>
        </main>
        <Grid {...props} />
        <nav class="moves" aria-label={t('candidate.moves')}>
          <button type="button" class="button" disabled={index === 0} onClick={() => ctrl.go(index - 1)}>
            ← {t('candidate.previous')}
          </button>
          <button type="button" class="button" aria-pressed={flagged} onClick={() => ctrl.toggleFlag(item.item_no)}>
            ⚑ {t(flagged ? 'candidate.unflag' : 'candidate.flag')}
          </button>
          <button type="button" class="button primary" disabled={index + 1 >= ctrl.items.value.length} onClick={() => ctrl.go(index + 1)}>
            {t('candidate.next')} →
          </button>
          <button type="button" class="button finish" onClick={() => setOpen('finish')}>
            {t('candidate.finish')}
          </button>
          <button type="button" class="button small help" onClick={() => setOpen('help')}>
            ? {t('candidate.help')}
          </button>
        </nav>
      </div>
      <p class="hidden-visually" aria-live="polite">{spoken}</p>
      {open === 'help' && <Help {...props} onClose={() => setOpen('none')} />}
      {(open === 'finish' || open === 'confirm') && (
        <Finish {...props} step={open} onStep={setOpen} />
      )}
    </>
  );
}

function hasWatermark(): boolean {
  return document.getElementById('app')?.dataset['watermark'] === 'on';
}

function useKeys(props: Shown, open: Open, setOpen: (next: Open) => void, speak: (text: string) => void) {
  const { ctrl, t } = props;
  // Before the first paint: whoever sees the item can already answer by key.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      const isTyping = target?.matches('input:not([type=radio], [type=checkbox]), select, textarea') ?? false;
      if (open !== 'none' || isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
      const item = ctrl.item.value;
      if (!item) return;
      if (handleKey(event.key, item)) event.preventDefault();
    };
    const handleKey = (key: string, item: Item): boolean => {
      const upper = key.toUpperCase();
      if (key === 'ArrowRight' || upper === 'N') ctrl.go(ctrl.current.value + 1);
      else if (key === 'ArrowLeft' || upper === 'P') ctrl.go(ctrl.current.value - 1);
      else if (upper === 'F') ctrl.toggleFlag(item.item_no);
      else if (upper === 'T') speak(timeText(props));
      else if (upper === 'G') document.querySelector<HTMLElement>('.grid button[aria-current]')?.focus();
      else if (key === '?') setOpen('help');
      else return chooseByKey(upper, item);
      return true;
    };
    const chooseByKey = (key: string, item: Item): boolean => {
      const letter = /^[1-9]$/.test(key) ? item.options[Number(key) - 1]?.letter : key;
      const option = item.options.find((one) => one.letter === letter);
      if (!option || (item.kind !== 'choice' && item.kind !== 'choices')) return false;
      if (item.kind === 'choice') {
        ctrl.respond(item.item_no, { choice: option.letter });
      } else {
        const chosen = new Set(chosenLetters(ctrl.responses.value[item.item_no] ?? null));
        if (!chosen.delete(option.letter)) chosen.add(option.letter);
        ctrl.respond(item.item_no, chosen.size > 0 ? { choices: [...chosen].sort() } : null);
      }
      speak(t('candidate.chosen', { letter: option.letter }));
      return true;
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
}

function timeText({ ctrl, t }: Shown): string {
  const left = ctrl.timeLeft() ?? 0;
  const minutes = Math.floor(left / 60_000);
  return t('candidate.time_spoken', { minutes, seconds: Math.floor(left / 1000) % 60 });
}

function TimeLeft(props: Shown & { onSpeak: (text: string) => void }) {
  const { ctrl, t, prefs, view } = props;
  const [left, setLeft] = useState(ctrl.timeLeft() ?? 0);
  const announced = useRef(new Set<number>());
  useEffect(() => {
    const part = view.parts[view.part_index];
    const marks = [Math.floor((part?.minutes ?? 0) / 2), ...ANNOUNCED_MINUTES];
    const tick = setInterval(() => {
      const now = ctrl.timeLeft() ?? 0;
      setLeft(now);
      for (const minutes of marks) {
        const isJust = now <= minutes * 60_000 && now > minutes * 60_000 - 5_000;
        if (isJust && prefs.tellsTime.value && !announced.current.has(minutes)) {
          announced.current.add(minutes);
          props.onSpeak(t('candidate.time_announced', { minutes }));
        }
      }
    }, 500);
    return () => clearInterval(tick);
  }, [view.part_index]);
  useEffect(() => {
    if (left > 0) return undefined;
    const poll = setInterval(() => void ctrl.beat(), TIME_OVER_POLL_MS + Math.random() * 1_000);
    return () => clearInterval(poll);
  }, [left === 0]);
  if (left === 0) return <strong class="time over" role="alert">{t('candidate.time_over')}</strong>;
  return (
    <span class={left < 300_000 ? 'time short' : 'time'}>
      <span class="time-label">{t('candidate.time_left')}</span>{' '}
      <span role="timer" aria-live="off">{prefs.hidesTime.value ? '––:––:––' : clockText(left)}</span>
      <button type="button" class="button small" onClick={prefs.toggleTime} aria-pressed={prefs.hidesTime.value}>
        {t(prefs.hidesTime.value ? 'candidate.time_show' : 'candidate.time_hide')}
      </button>
    </span>
  );
}

function SavedState({ ctrl, t, item }: Shown & { item: Item }) {
  const state = ctrl.saved.value[item.item_no];
  return (
    <span class={`save-state ${state ?? 'none'}`} role="status">
      {state === undefined && t('candidate.unanswered')}
      {state === 'saving' && `… ${t('candidate.saving')}`}
      {state === 'saved' && `✓ ${t('candidate.saved')}`}
      {state === 'waiting' && `… ${t('candidate.waiting_line')}`}
    </span>
  );
}

function Grid({ ctrl, t, view }: Shown) {
  const sections = view.parts[view.part_index]?.sections ?? [];
  return (
    <aside class="grid card" aria-label={t('candidate.grid')}>
      {sections.map((section) => {
        const items = ctrl.items.value.filter((one) => one.section === section.id);
        const answered = items.filter((one) => ctrl.responses.value[one.item_no] != null).length;
        return (
          <section key={section.id}>
            <h2>
              {section.title} <span class="count">{answered}/{items.length}</span>
            </h2>
            <div class={ctrl.items.value.length > DENSE_FROM ? 'cells dense' : 'cells'}>
              {items.map((item) => <GridCell key={item.item_no} ctrl={ctrl} t={t} item={item} />)}
            </div>
          </section>
        );
      })}
      <p class="legend">
        <span><i class="cell answered" aria-hidden="true" /> {t('candidate.legend.answered')}</span>
        <span><i class="cell" aria-hidden="true" /> {t('candidate.legend.unanswered')}</span>
        <span><i class="cell flagged" aria-hidden="true">⚑</i> {t('candidate.legend.flagged')}</span>
      </p>
    </aside>
  );
}

function GridCell({ ctrl, t, item }: { ctrl: Shown['ctrl']; t: Shown['t']; item: Item }) {
  const index = ctrl.items.value.indexOf(item);
  const answered = ctrl.responses.value[item.item_no] != null;
  const flagged = ctrl.flags.value.has(item.item_no);
  const waiting = ctrl.saved.value[item.item_no] === 'waiting';
  const words = [
    t('candidate.item', { number: item.item_no }),
    t(answered ? 'candidate.legend.answered' : 'candidate.legend.unanswered'),
    ...(flagged ? [t('candidate.flagged')] : []),
    ...(waiting ? [t('candidate.waiting_line')] : []),
  ];
  const classes = ['cell', answered && 'answered', flagged && 'flagged', waiting && 'waiting'];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ')}
      aria-label={words.join(', ')}
      aria-current={index === ctrl.current.value ? 'true' : undefined}
      onClick={() => ctrl.go(index)}
    >
      {item.item_no}
      {flagged && <span aria-hidden="true" class="corner">⚑</span>}
    </button>
  );
}

function Help({ t, onClose }: Shown & { onClose: () => void }) {
  return (
    <Dialog title={t('candidate.help')} onClose={onClose}>
      <dl class="facts keys">
        {['choose', 'move', 'flag', 'time', 'grid'].flatMap((name) => [
          <dt key={`${name}-key`}><kbd>{t(`candidate.key.${name}`)}</kbd></dt>,
          <dd key={name}>{t(`candidate.key.${name}.does`)}</dd>,
        ])}
      </dl>
      <div class="buttons">
        <button type="button" class="button primary" onClick={onClose}>{t('candidate.close')}</button>
      </div>
    </Dialog>
  );
}

function Finish(props: Shown & { step: Open; onStep: (next: Open) => void }) {
  const { ctrl, t, view, step, onStep } = props;
  const items = ctrl.items.value;
  const unanswered = items.filter((one) => ctrl.responses.value[one.item_no] == null);
  const flagged = items.filter((one) => ctrl.flags.value.has(one.item_no));
  const isLast = view.part_index + 1 >= view.parts.length;
  const back = useRef<HTMLButtonElement>(null);
  // A second press of Enter must not finish: it meets the way back.
  useLayoutEffect(() => back.current?.focus(), [step]);
  const show = (item: Item) => {
    onStep('none');
    ctrl.go(items.indexOf(item));
  };
  const listed = (title: string, group: Item[]) => (
    <section>
      <h3>{title}: {group.length}</h3>
      {group.length > 0 && (
        <p class="jumps">
          {group.map((one) => (
            <button key={one.item_no} type="button" class="button small" onClick={() => show(one)}>{one.item_no}</button>
          ))}
        </p>
      )}
    </section>
  );
  return (
    <Dialog title={t(isLast ? 'candidate.finish.title' : 'candidate.finish.part_title')} onClose={() => onStep('none')}>
      <p>{t('candidate.finish.answered', { count: ctrl.answeredCount.value, all: items.length })}</p>
      {step === 'finish' ? (
        <>
          {listed(t('candidate.finish.unanswered'), unanswered)}
          {listed(t('candidate.finish.flagged'), flagged)}
          <div class="buttons">
            <button type="button" class="button primary" onClick={() => onStep('none')}>{t('candidate.finish.back')}</button>
            <button type="button" class="button danger" onClick={() => onStep('confirm')}>{t('candidate.finish.go_on')}</button>
          </div>
        </>
      ) : (
        <>
          <p class="notice bad">{t('candidate.finish.warning', { count: unanswered.length })}</p>
          <div class="buttons" key="confirm">
            <button type="button" class="button" ref={back} onClick={() => onStep('none')}>{t('candidate.finish.back')}</button>
            <button type="button" class="button danger primary" onClick={() => { onStep('none'); ctrl.endPart(); }}>
              {t(isLast ? 'candidate.finish.confirm' : 'candidate.finish.confirm_part')}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
