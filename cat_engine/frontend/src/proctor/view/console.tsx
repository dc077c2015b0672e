/** The console: head, rooms, what needs attention, seats as map or table, acts on the selection. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../../lib/i18n';
import { OLD_AFTER_MS, type Ctrl } from '../ctrl';
import type { ActName } from '../interfaces';
import { ActDialog, OutcomeNotice } from './acts';
import { SeatMap, SeatTable } from './seats';

export interface Props {
  ctrl: Ctrl;
  t: Texts;
}

const STATUSES = ['absent', 'waiting', 'ready', 'working', 'line_lost', 'paused', 'finished'];
const KEYS: Record<string, ActName> = { p: 'pause', r: 'resume', e: 'extend', l: 'release' };

export function Console(props: Props) {
  const { ctrl, t } = props;
  const [isMap, setMap] = useState(true);
  useKeys(props);
  if (ctrl.exam.value === null) {
    return (
      <main class="loading-page">
        <h1>{t('proctor.title')}</h1>
        <p role="status">{ctrl.problem.value ?? t('proctor.loading')}</p>
        <p><a href="/proctor">{t('proctor.back')}</a></p>
      </main>
    );
  }
  return (
    <>
      <Head {...props} />
      <main class="console" id="content">
        <OutcomeNotice {...props} />
        <Rooms {...props} />
        <Attention {...props} />
        <section class="seats card" aria-label={t('proctor.seats')}>
          <Tools {...props} isMap={isMap} setMap={setMap} />
          {isMap ? <SeatMap {...props} /> : <SeatTable {...props} />}
        </section>
      </main>
      <Bar {...props} />
      {ctrl.asked.value && <ActDialog {...props} asked={ctrl.asked.value} />}
    </>
  );
}

function useKeys({ ctrl }: Props) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      const isTyping = target?.matches('input, select, textarea') ?? false;
      if (ctrl.asked.value || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === 'Escape') ctrl.clearSelection();
      if (isTyping) return;
      const act = KEYS[event.key.toLowerCase()];
      if (event.key === '/') {
        document.querySelector<HTMLInputElement>('#search')?.focus();
        event.preventDefault();
      } else if (act && ctrl.selected.value.size > 0) {
        askSelected(ctrl, act);
        event.preventDefault();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

function askSelected(ctrl: Ctrl, act: ActName): void {
  const participants = [...ctrl.selected.value].sort();
  ctrl.ask(act, { participants }, participants.length);
}

function Head({ ctrl, t }: Props) {
  const counts = ctrl.counts.value;
  const all = ctrl.rows.value.size;
  const present = all - (counts['absent'] ?? 0);
  return (
    <header class="head">
      <div class="head-title">
        <h1>{ctrl.exam.value?.title}</h1>
        <p>{ctrl.exam.value?.session_title}</p>
      </div>
      <dl class="head-counts">
        <div><dt>{t('proctor.present')}</dt><dd>{present} / {all}</dd></div>
        <div><dt>{t('proctor.status.working')}</dt><dd>{counts['working'] ?? 0}</dd></div>
        <div class={counts['line_lost'] ? 'bad' : ''}><dt>{t('proctor.status.line_lost')}</dt><dd>{counts['line_lost'] ?? 0}</dd></div>
        <div><dt>{t('proctor.status.finished')}</dt><dd>{counts['finished'] ?? 0}</dd></div>
      </dl>
      <Age ctrl={ctrl} t={t} />
      <a href="/proctor">{t('proctor.back')}</a>
    </header>
  );
}

function Age({ ctrl, t }: Props) {
  void ctrl.tick.value;
  const age = ctrl.ageMs();
  const isOld = age > OLD_AFTER_MS || ctrl.lineState.value === 'offline';
  return (
    <span class={isOld ? 'age old' : 'age'} role="status">
      {isOld ? `⚠ ${t('proctor.offline', { seconds: Math.round(age / 1000) })}` : `● ${t('proctor.online')}`}
    </span>
  );
}

function Rooms({ ctrl, t }: Props) {
  return (
    <section class="rooms" aria-label={t('proctor.rooms')}>
      {ctrl.rooms.value.map((room) => {
        const seated = ctrl.sorted.value.filter((row) => row.room === room.id).length;
        return (
          <div key={room.id} class="room card">
            <h2>{room.name}</h2>
            <p>
              <span class={`room-state ${room.status}`}>{t(`proctor.room.${room.status}`)}</span>{' '}
              <span class="quiet">{t('proctor.seated', { count: seated })}</span>
            </p>
            {room.status !== 'started' && (
              <button
                type="button"
                class="button primary small"
                onClick={() => ctrl.ask(room.status === 'closed' ? 'open' : 'start', { room: room.id }, seated)}
              >
                {t(room.status === 'closed' ? 'proctor.act.open' : 'proctor.act.start')}
              </button>
            )}
            {room.status === 'open' && (
              <button type="button" class="button small" onClick={() => ctrl.ask('open', { room: room.id }, seated)}>
                {t('proctor.seat_late')}
              </button>
            )}
            {room.status === 'started' && (
              <>
                <button type="button" class="button small" onClick={() => ctrl.ask('pause', { room: room.id }, seated)}>{t('proctor.act.pause')}</button>
                <button type="button" class="button small" onClick={() => ctrl.ask('resume', { room: room.id }, seated)}>{t('proctor.act.resume')}</button>
                <button type="button" class="button small" onClick={() => ctrl.ask('extend', { room: room.id }, seated)}>{t('proctor.act.extend')}</button>
              </>
            )}
          </div>
        );
      })}
    </section>
  );
}

const ATTENTION_SHOWN = 6;

function Attention({ ctrl, t }: Props) {
  const found = ctrl.attention.value;
  return (
    <section class="attention card" aria-label={t('proctor.attention')}>
      <h2>{t('proctor.attention')} ({found.length})</h2>
      {found.length === 0 && <p class="quiet">{t('proctor.calm')}</p>}
      <ul>
        {found.slice(0, ATTENTION_SHOWN).map(({ kind, row, minutes }) => {
          const one = { participants: [row.participant_no] };
          return (
            <li key={row.participant_no} class={`trouble ${kind}`}>
              <span>
                <strong>{row.room}-{row.seat}</strong> {row.name}: {t(`proctor.trouble.${kind}`, { minutes })}
              </span>
              <span class="trouble-acts">
                {kind === 'paused' && <button type="button" class="button small" onClick={() => ctrl.ask('resume', one, 1)}>{t('proctor.act.resume')}</button>}
                {kind === 'line' && <button type="button" class="button small" onClick={() => ctrl.ask('pause', one, 1)}>{t('proctor.act.pause')}</button>}
                <button type="button" class="button small" onClick={() => ctrl.ask('extend', one, 1)}>{t('proctor.act.extend')}</button>
                <button type="button" class="button small" onClick={() => ctrl.ask('release', one, 1)}>{t('proctor.act.release')}</button>
              </span>
            </li>
          );
        })}
      </ul>
      {found.length > ATTENTION_SHOWN && <p class="quiet">{t('proctor.more', { count: found.length - ATTENTION_SHOWN })}</p>}
    </section>
  );
}

function Tools({ ctrl, t, isMap, setMap }: Props & { isMap: boolean; setMap: (next: boolean) => void }) {
  return (
    <div class="tools">
      <div class="switch" role="group" aria-label={t('proctor.view')}>
        <button type="button" aria-pressed={isMap} onClick={() => setMap(true)}>{t('proctor.map')}</button>
        <button type="button" aria-pressed={!isMap} onClick={() => setMap(false)}>{t('proctor.table')}</button>
      </div>
      <label>
        <span class="hidden-visually">{t('proctor.search')}</span>
        <input id="search" type="search" placeholder={t('proctor.search')} maxLength={60} value={ctrl.search.value} onInput={(event) => (ctrl.search.value = event.currentTarget.value)} />
      </label>
      <label>
        <span class="hidden-visually">{t('proctor.room')}</span>
        <select value={ctrl.roomFilter.value} onChange={(event) => (ctrl.roomFilter.value = event.currentTarget.value)}>
          <option value="">{t('proctor.all_rooms')}</option>
          {ctrl.rooms.value.map((room) => <option key={room.id} value={room.id}>{room.name}</option>)}
        </select>
      </label>
      <label>
        <span class="hidden-visually">{t('proctor.status')}</span>
        <select value={ctrl.statusFilter.value} onChange={(event) => (ctrl.statusFilter.value = event.currentTarget.value)}>
          <option value="">{t('proctor.all_statuses')}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>{t(`proctor.status.${status}`)} ({ctrl.counts.value[status] ?? 0})</option>
          ))}
        </select>
      </label>
      <button type="button" class="button small" onClick={() => ctrl.selectMany(ctrl.shown.value.map((row) => row.participant_no))}>
        {t('proctor.select_shown', { count: ctrl.shown.value.length })}
      </button>
    </div>
  );
}

function Bar({ ctrl, t }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const count = ctrl.selected.value.size;
  if (count === 0) return null;
  const heldCount = [...ctrl.selected.value].filter((no) => (ctrl.rows.value.get(no)?.held_count ?? 0) > 0).length;
  return (
    <div class="bar" ref={bar} role="toolbar" aria-label={t('proctor.acts')}>
      <strong>{t('proctor.selected', { count })}</strong>
      {(['pause', 'resume', 'extend', 'release'] as const).map((act) => (
        <button key={act} type="button" class="button small" disabled={ctrl.isActing.value} onClick={() => askSelected(ctrl, act)}>{t(`proctor.act.${act}`)}</button>
      ))}
      {heldCount > 0 && (
        <button type="button" class="button small" disabled={ctrl.isActing.value} onClick={() => askSelected(ctrl, 'admit_held')}>{t('proctor.act.admit_held')}</button>
      )}
      <button type="button" class="button small danger" disabled={ctrl.isActing.value} onClick={() => askSelected(ctrl, 'end')}>{t('proctor.act.end')}</button>
      <button type="button" class="button small" onClick={ctrl.clearSelection}>{t('proctor.clear')}</button>
    </div>
  );
}

