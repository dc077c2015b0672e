/** Perlu perhatian: trouble first, each with the acts that are likely to help. */
import { useState } from 'preact/hooks';
import type { Proposal } from '../interfaces';
import { LIKELY_ACTS, type Trouble } from '../trouble';
import { seatName, sinceText, type Props } from './words';

const SHOWN = 12;

export function Attention(props: Props) {
  const { ctrl, t } = props;
  const [isAll, setAll] = useState(false);
  const found = ctrl.attention.value;
  const people = found.reduce((sum, one) => sum + one.rows.length, 0);
  const lost = found.filter((one) => one.kind === 'line').reduce((sum, one) => sum + one.rows.length, 0);
  const shown = isAll ? found : found.slice(0, SHOWN);
  return (
    <section class="attention card" aria-label={t('proctor.attention')}>
      <h2>{t('proctor.attention')} <span class={people > 0 ? 'badge' : 'badge none'}>{people}</span></h2>
      <p class="hidden-visually" role="status">{lost > 0 && t('proctor.announce.line', { count: lost })}</p>
      {found.length === 0 && <p class="quiet">{t('proctor.calm')}</p>}
      <ul>
        {shown.map((one) => <Entry key={one.key} {...props} one={one} />)}
      </ul>
      {found.length > SHOWN && (
        <button type="button" class="button small" onClick={() => setAll(!isAll)}>
          {isAll ? t('proctor.less') : t('proctor.more_shown', { count: found.length - SHOWN })}
        </button>
      )}
    </section>
  );
}

function proposalText(proposal: Proposal, t: Props['t']): string {
  return t(`proctor.proposal.${proposal.what}`, {
    by: proposal.by,
    minutes: Math.round(proposal.extension_ms / 60_000),
    reason: t(`proctor.reason.${proposal.reason}`),
    words: proposal.words,
  });
}

function Entry({ ctrl, t, one }: Props & { one: Trouble }) {
  const [first] = one.rows;
  if (first === undefined) return null;
  const numbers = one.rows.map((row) => row.participant_no);
  const isGroup = one.rows.length > 1;
  const room = ctrl.rooms.value.find((candidate) => candidate.id === one.room)?.name ?? one.room;
  const who = isGroup ? `${room}, ${t('proctor.trouble.many', { count: one.rows.length })}` : `${seatName(first)} ${first.name}`;
  const see = () => {
    if (!isGroup) ctrl.show(first.participant_no);
    else ctrl.selectMany(numbers);
    document.querySelector('.seats')?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <li class={`trouble ${one.kind}`}>
      <span class="trouble-who">
        <strong>{isGroup ? room : seatName(first)}</strong> {isGroup ? t('proctor.trouble.many', { count: one.rows.length }) : first.name}
      </span>
      <span class="trouble-what">
        {t(`proctor.trouble.${one.kind}`, { time: sinceText(one.at, ctrl.now(), t) })}
        {one.kind === 'held' && first.held_why !== '' && `: ${t(`proctor.late.${first.held_why}`)}`}
        {one.kind === 'refused' && first.refused && `: ${t(`proctor.browser.${first.refused.browser}`)}, ${first.refused.station}`}
        {one.kind === 'call' && first.call && `: ${t(`proctor.topic.${first.call.topic}`)}`}
        {one.kind === 'proposal' && first.proposal && `: ${proposalText(first.proposal, t)}`}
      </span>
      <span class="trouble-acts">
        <button type="button" class="button small" aria-label={`${t('proctor.see')}: ${who}`} onClick={see}>{t('proctor.see')}</button>
        {LIKELY_ACTS[one.kind].map((act) => (
          <button
            key={act}
            type="button"
            class="button small"
            aria-label={`${t(`proctor.act.${act}`)}: ${who}`}
            disabled={ctrl.acting.sending.value !== null}
            onClick={() => ctrl.askFor(act, numbers)}
          >
            {t(`proctor.act.${act}`)}
          </button>
        ))}
      </span>
    </li>
  );
}
