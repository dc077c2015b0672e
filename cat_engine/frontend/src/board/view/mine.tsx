/** The reader's own number, kept on this device and pinned on top. */
import type { Head } from '../interfaces';
import { Move } from './move';
import { scrollToRow } from './rows';
import { passText, reasonText, type Props } from './words';

export function MyRow(props: Props & { head: Head }) {
  const { ctrl, t, head } = props;
  const number = ctrl.mine.value;
  if (number === '') return null;
  const index = ctrl.rows.value.findIndex((row) => row.id === number);
  const row = ctrl.rows.value[index];
  const rank = ctrl.ranks.value[index];
  const forget = <button type="button" class="button small" onClick={() => ctrl.setMine('')}>{t('board.forget_mine')}</button>;
  if (row === undefined || rank === undefined) {
    return (
      <section class="mine" aria-label={t('board.my_number')}>
        <p>{t('board.mine_absent', { number })}</p>
        {forget}
      </section>
    );
  }
  const show = () => {
    ctrl.formation.value = '';
    scrollToRow(index);
  };
  return (
    <section class="mine" aria-label={t('board.my_number')}>
      <p>
        <b class="mine-rank">{t('board.my_place', { rank, count: ctrl.rows.value.length })}</b>{' '}
        <Move ctrl={ctrl} t={t} id={row.id} />
        <span class="mine-more">
          {row.id} · {t('board.total')} <b>{row.total}</b> · {passText(row, t)}
          <span class="mine-why"> · {reasonText(row, rank, ctrl.ranks.value[index + 1], head, props)}</span>
        </span>
      </p>
      <span class="mine-acts">
        <button type="button" class="button small" onClick={show}>{t('board.show_mine')}</button>
        {forget}
      </span>
    </section>
  );
}
