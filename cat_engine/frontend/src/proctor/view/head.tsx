/** Title, counts that are filters too, and how old the data is. */
import type { Props } from './words';

export function Head(props: Props) {
  const { ctrl, t } = props;
  const counts = ctrl.counts.value;
  const all = ctrl.rows.value.size;
  const other = document.documentElement.lang === 'en' ? 'id' : 'en';
  return (
    <header class="head">
      <div class="head-title">
        <h1 title={ctrl.exam.value?.title}>{ctrl.exam.value?.title}</h1>
        <p title={ctrl.rooms.value.map((room) => room.name).join(', ')}>{ctrl.exam.value?.session_title} · {ctrl.rooms.value.map((room) => room.name).join(', ')}</p>
      </div>
      <div class="head-counts" role="group" aria-label={t('proctor.status')}>
        <Count {...props} status="" label={t('proctor.present')} value={`${all - (counts['absent'] ?? 0)} / ${all}`} />
        {['working', 'line_lost', 'paused', 'finished'].map((status) => (
          <Count key={status} {...props} status={status} label={t(`proctor.status.${status}`)} value={String(counts[status] ?? 0)} />
        ))}
      </div>
      <Age ctrl={ctrl} t={t} />
      <nav class="head-links" aria-label={t('proctor.title')}>
        <a href="/proctor">{t('proctor.back')}</a>
        <a href={`/proctor/${encodeURIComponent(ctrl.examSession)}/outbox`}>{t('proctor.outbox')}</a>
        <a href={`?lang=${other}`} lang={other}>{t('proctor.language')}</a>
        <button type="button" aria-keyshortcuts="?" onClick={() => (ctrl.isHelpOpen.value = true)}>{t('proctor.help')}</button>
      </nav>
    </header>
  );
}

function Count({ ctrl, status, label, value }: Props & { status: string; label: string; value: string }) {
  const isChosen = ctrl.statusFilter.value === status;
  const isBad = status === 'line_lost' && value !== '0';
  return (
    <button
      type="button"
      class={isBad ? 'count bad' : 'count'}
      aria-pressed={isChosen}
      onClick={() => (ctrl.statusFilter.value = isChosen ? '' : status)}
    >
      <span class="count-label">{label}</span> <b>{value}</b>
    </button>
  );
}

/** A light that says online is true: it goes out with the signs of life. */
function Age({ ctrl, t }: Props) {
  void ctrl.tick.value;
  const isLost = ctrl.isOld() || ctrl.lineState.value === 'offline';
  const seconds = Math.max(0, Math.round(ctrl.ageMs() / 1000));
  return (
    <span class={isLost ? 'age old' : 'age'}>
      {isLost ? `⚠ ${t('proctor.offline', { seconds })}` : `● ${t('proctor.online', { seconds })}`}
    </span>
  );
}
