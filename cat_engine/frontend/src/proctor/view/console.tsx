/** The console: head, what needs attention, rooms, seats as map or table, acts on the selection. */
import { useEffect } from 'preact/hooks';
import { OLD_AFTER_MS } from '../ctrl';
import type { ActName } from '../interfaces';
import { ActDialog, ActNotices } from './acts';
import { Attention } from './attention';
import { Head } from './head';
import { HelpDialog } from './help';
import { listenToKeys } from './keys';
import { Detail, mayBeWaived, NoticeFilter } from './noticed';
import { SeatMap } from './seats';
import { SeatTable } from './table';
import { STATUSES, type Props } from './words';

export function Console(props: Props) {
  const { ctrl, t } = props;
  useEffect(() => listenToKeys(ctrl), []);
  if (ctrl.exam.value === null) {
    return (
      <main class="loading-page">
        <h1>{t('proctor.title')}</h1>
        <p role="status">{ctrl.problem.value ?? t('proctor.loading')}</p>
        <SignedOut {...props} />
        <p><a href="/proctor">{t('proctor.back')}</a></p>
      </main>
    );
  }
  const asked = ctrl.acting.asked.value;
  return (
    <>
      <Head {...props} />
      <OldNote {...props} />
      <Main {...props} />
      <ActNotices {...props} />
      <Bar {...props} />
      {asked && <ActDialog {...props} asked={asked} />}
      {ctrl.isHelpOpen.value && <HelpDialog {...props} />}
    </>
  );
}

function Main(props: Props) {
  const { ctrl, t } = props;
  void ctrl.tick.value;
  return (
    <main class={ctrl.isOld() ? 'console stale' : 'console'} id="content">
      <Attention {...props} />
      <div class="floor">
        <Rooms {...props} />
        <section class="seats card" aria-label={t('proctor.seats')}>
          <Tools {...props} />
          <Detail {...props} />
          {ctrl.isMap.value ? <SeatMap {...props} /> : <SeatTable {...props} />}
        </section>
      </div>
    </main>
  );
}

/** Said once when the data becomes old; the seconds in it are not read out again. */
function OldNote(props: Props) {
  const { ctrl, t } = props;
  void ctrl.tick.value;
  const isOld = ctrl.isOld();
  return (
    <div class="old-note">
      <p class="hidden-visually" role="status">{isOld && t('proctor.offline', { seconds: `${OLD_AFTER_MS / 1000}+` })}</p>
      {isOld && (
        <p class="notice bad">
          {t('proctor.old.note', { seconds: Math.round(ctrl.ageMs() / 1000) })} <SignedOut {...props} />
        </p>
      )}
    </div>
  );
}

function SignedOut({ ctrl, t }: Props) {
  if (!ctrl.isSignedOut.value) return null;
  return (
    <strong>
      {t('proctor.signed_out')} <a href={`/staff?next=/proctor/${encodeURIComponent(ctrl.examSession)}`}>{t('proctor.sign_in')}</a>
    </strong>
  );
}

function Rooms({ ctrl, t }: Props) {
  const rooms = ctrl.rooms.value;
  const closed = rooms.filter((room) => room.status === 'closed').length;
  const open = rooms.filter((room) => room.status === 'open').length;
  return (
    <section class="rooms" aria-label={t('proctor.rooms')}>
      {rooms.map((room) => {
        const seated = ctrl.sorted.value.filter((row) => row.room === room.id).map((row) => row.participant_no);
        return (
          <div key={room.id} class="room card">
            <h2>{room.name}</h2>
            <span class={`room-state ${room.status}`}>{t(`proctor.room.${room.status}`)}</span>
            <span class="quiet">{t('proctor.seated', { count: seated.length })}</span>
            {room.status === 'closed' && (
              <button type="button" class="button primary small" onClick={() => ctrl.askRoom('open', room.id)}>{t('proctor.act.open')}</button>
            )}
            {room.status === 'open' && (
              <button type="button" class="button primary small" onClick={() => ctrl.askRoom('start', room.id)}>{t('proctor.act.start')}</button>
            )}
            {room.status === 'open' && (
              <button type="button" class="button small" onClick={() => ctrl.askRoom('open', room.id)}>{t('proctor.seat_late')}</button>
            )}
            {seated.length > 0 && (
              <button type="button" class="button small" onClick={() => ctrl.selectMany(seated)}>
                {t('proctor.select_room')}<span class="hidden-visually"> {room.name}</span>
              </button>
            )}
          </div>
        );
      })}
      {closed > 1 && <button type="button" class="button small" onClick={() => ctrl.askRoom('open', null)}>{t('proctor.open_all')}</button>}
      {closed === 0 && open > 1 && <button type="button" class="button small" onClick={() => ctrl.askRoom('start', null)}>{t('proctor.start_all')}</button>}
    </section>
  );
}

function Tools({ ctrl, t }: Props) {
  return (
    <div class="tools">
      <div class="switch" role="group" aria-label={t('proctor.view')}>
        <button type="button" aria-pressed={ctrl.isMap.value} onClick={() => (ctrl.isMap.value = true)}>{t('proctor.map')}</button>
        <button type="button" aria-pressed={!ctrl.isMap.value} onClick={() => (ctrl.isMap.value = false)}>{t('proctor.table')}</button>
      </div>
      <label class="tool-search">
        <span class="hidden-visually">{t('proctor.search')}</span>
        <input
          id="search"
          type="search"
          aria-keyshortcuts="/"
          placeholder={`${t('proctor.search')}  ( / )`}
          maxLength={60}
          value={ctrl.search.value}
          onInput={(event) => (ctrl.search.value = event.currentTarget.value)}
        />
      </label>
      {ctrl.rooms.value.length > 1 && (
        <label>
          <span class="hidden-visually">{t('proctor.room')}</span>
          <select value={ctrl.roomFilter.value} onChange={(event) => (ctrl.roomFilter.value = event.currentTarget.value)}>
            <option value="">{t('proctor.all_rooms')}</option>
            {ctrl.rooms.value.map((room) => <option key={room.id} value={room.id}>{room.name}</option>)}
          </select>
        </label>
      )}
      <label>
        <span class="hidden-visually">{t('proctor.status')}</span>
        <select value={ctrl.statusFilter.value} onChange={(event) => (ctrl.statusFilter.value = event.currentTarget.value)}>
          <option value="">{t('proctor.all_statuses')}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>{t(`proctor.status.${status}`)} ({ctrl.counts.value[status] ?? 0})</option>
          ))}
        </select>
      </label>
      <NoticeFilter ctrl={ctrl} t={t} />
      <button type="button" class="button small" onClick={() => ctrl.selectMany(ctrl.shown.value.map((row) => row.participant_no))}>
        {t('proctor.select_shown', { count: ctrl.shown.value.length })}
      </button>
    </div>
  );
}

const BAR_ACTS: readonly ActName[] = ['message', 'pause', 'resume', 'extend', 'compensate', 'release', 'move'];
const MORE_ACTS: readonly ActName[] = ['readmit', 'end', 'void', 'disqualify'];

function Bar({ ctrl, t }: Props) {
  const chosen = [...ctrl.selected.value];
  if (chosen.length === 0) return null;
  const held = chosen.filter((no) => (ctrl.rows.value.get(no)?.held_count ?? 0) > 0);
  const unproven = chosen.filter((no) => mayBeWaived(ctrl.rows.value.get(no)));
  const isBusy = ctrl.acting.sending.value !== null;
  return (
    <div class="bar" role="toolbar" aria-label={t('proctor.acts')}>
      <strong>{t('proctor.selected', { count: chosen.length })}</strong>
      {BAR_ACTS.map((act) => (
        <button key={act} type="button" class="button small" disabled={isBusy} onClick={() => ctrl.askFor(act, chosen)}>{t(`proctor.act.${act}`)}</button>
      ))}
      {held.length > 0 && (
        <button type="button" class="button small" disabled={isBusy} onClick={() => ctrl.askFor('admit_held', held)}>{t('proctor.act.admit_held')}</button>
      )}
      {held.length > 0 && (
        <button type="button" class="button small" disabled={isBusy} onClick={() => ctrl.askFor('refuse_held', held)}>{t('proctor.act.refuse_held')}</button>
      )}
      {unproven.length > 0 && (
        <button type="button" class="button small" disabled={isBusy} onClick={() => ctrl.askFor('waive_browser', unproven)}>{t('proctor.act.waive_browser')}</button>
      )}
      <details class="more-acts">
        <summary class="button small danger">{t('proctor.more_acts')}</summary>
        <div>
          {MORE_ACTS.map((act) => (
            <button key={act} type="button" class="button small danger" disabled={isBusy} onClick={(event) => { event.currentTarget.closest('details')?.removeAttribute('open'); ctrl.askFor(act, chosen); }}>{t(`proctor.act.${act}`)}</button>
          ))}
        </div>
      </details>
      <button type="button" class="button small bar-clear" onClick={ctrl.clearSelection}>{t('proctor.clear')}</button>
    </div>
  );
}
