/** The time line above the rooms as they were. */
import type { Texts } from '../lib/i18n';
import { SeatMap } from '../proctor/view/seats';
import { SeatTable } from '../proctor/view/table';
import { STATUSES } from '../proctor/view/words';
import { PAGE_MS, SPEEDS, STEP_MS, type Ctrl, type Incident } from './ctrl';

/** The zone of the site, not of whoever looks. */
const ZONES: Record<string, string> = { WIB: 'Asia/Jakarta', WITA: 'Asia/Makassar', WIT: 'Asia/Jayapura' };

interface Props {
  ctrl: Ctrl;
  t: Texts;
}

export function Replay({ ctrl, t }: Props) {
  const { rooms, timeLine, isFailed } = ctrl;
  if (timeLine.value === null || rooms.exam.value === null) {
    return (
      <main class="loading-page">
        <h1>{t('proctor.replay')}</h1>
        <p role="status">{t(isFailed.value ? 'proctor.replay.failed' : 'proctor.replay.loading')}</p>
      </main>
    );
  }
  const counts = rooms.counts.value;
  return (
    <main class="replay" id="content">
      <p><a href={`/admin/${encodeURIComponent(rooms.examSession)}`}>← {rooms.exam.value.session_title}</a></p>
      <h1>{t('proctor.replay')}: {rooms.exam.value.title}</h1>
      <p class="quiet">{t('proctor.replay.note')}</p>
      {isFailed.value && <p class="notice bad" role="alert">{t('proctor.replay.failed')}</p>}
      <TimeLine ctrl={ctrl} t={t} />
      <p class="replay-counts" aria-live="off">
        {STATUSES.map((status) => <span key={status}>{t(`proctor.status.${status}`)} <b>{counts[status] ?? 0}</b></span>)}
      </p>
      <div class="switch" role="group" aria-label={t('proctor.view')}>
        <button type="button" aria-pressed={rooms.isMap.value} onClick={() => (rooms.isMap.value = true)}>{t('proctor.map')}</button>
        <button type="button" aria-pressed={!rooms.isMap.value} onClick={() => (rooms.isMap.value = false)}>{t('proctor.table')}</button>
      </div>
      <section class="seats card" aria-label={t('proctor.seats')}>
        {rooms.isMap.value ? <SeatMap ctrl={rooms} t={t} /> : <SeatTable ctrl={rooms} t={t} />}
      </section>
    </main>
  );
}

function TimeLine({ ctrl, t }: Props) {
  const whole = ctrl.timeLine.value;
  if (whole === null) return null;
  const shown = clock(ctrl.at.value);
  return (
    <section class="card replay-line" aria-label={t('proctor.replay.line')}>
      <p class="replay-at"><strong>{shown}</strong> <span class="quiet">{t('proctor.replay.entries', { count: ctrl.entryCount.value })}</span></p>
      <input
        type="range"
        class="replay-slider"
        aria-label={t('proctor.replay.line')}
        aria-valuetext={shown}
        aria-describedby="replay-keys"
        min={whole.from}
        max={whole.until}
        step={1_000}
        value={ctrl.at.value}
        onInput={(event) => void ctrl.to(Number(event.currentTarget.value))}
        onKeyDown={(event) => onKey(event, ctrl)}
      />
      <p class="quiet" id="replay-keys">{t('proctor.replay.keys')}</p>
      <div class="replay-buttons">
        <button type="button" class="button small" onClick={() => void ctrl.previousIncident()}>{t('proctor.replay.previous')}</button>
        <button type="button" class="button small" onClick={() => void ctrl.by(-STEP_MS)}>{t('proctor.replay.back')}</button>
        <button type="button" class="button primary small" onClick={() => (ctrl.isPlaying.value ? ctrl.stop() : ctrl.play())}>
          {t(ctrl.isPlaying.value ? 'proctor.replay.stop' : 'proctor.replay.play')}
        </button>
        <button type="button" class="button small" onClick={() => void ctrl.by(STEP_MS)}>{t('proctor.replay.forth')}</button>
        <button type="button" class="button small" onClick={() => void ctrl.nextIncident()}>{t('proctor.replay.next')}</button>
        <label>
          {t('proctor.replay.speed')}{' '}
          <select value={ctrl.speed.value} onChange={(event) => (ctrl.speed.value = Number(event.currentTarget.value) as 1 | 10 | 60)}>
            {SPEEDS.map((speed) => <option key={speed} value={speed}>{speed}×</option>)}
          </select>
        </label>
        <label>
          {t('proctor.replay.incident')}{' '}
          <select value="" onChange={(event) => void ctrl.to(Number(event.currentTarget.value))}>
            <option value="" disabled>–</option>
            {whole.incidents.map((one, index) => <option key={index} value={one.at}>{words(one)}</option>)}
          </select>
        </label>
      </div>
    </section>
  );
}

function onKey(event: KeyboardEvent, ctrl: Ctrl): void {
  const steps: Record<string, number> = {
    ArrowLeft: -STEP_MS, ArrowDown: -STEP_MS, ArrowRight: STEP_MS, ArrowUp: STEP_MS,
    PageDown: -PAGE_MS, PageUp: PAGE_MS, Home: -Infinity, End: Infinity,
  };
  const step = steps[event.key];
  if (step !== undefined) void ctrl.by(step);
  else if (event.key !== ' ') return;
  else if (ctrl.isPlaying.value) ctrl.stop();
  else ctrl.play();
  event.preventDefault();
}

function words(one: Incident): string {
  return [clock(one.at), one.what, one.participant_no].filter((word) => word !== '').join(' · ');
}

function clock(at: number): string {
  const zone = document.getElementById('app')?.dataset['timeZone'] ?? '';
  const time = new Date(at).toLocaleTimeString('en-GB', { hour12: false, timeZone: ZONES[zone] });
  return `${time} ${zone}`;
}
