/** The big screen in the hall: 20 rows, pages by itself, nothing to press. */
import { useEffect, useState } from 'preact/hooks';
import type { Head } from '../interfaces';
import { Move } from './move';
import { Age } from './page';
import { clockAt, passClass, passText, shortName, stateText, type Props } from './words';

const PAGE_ROWS = 20;
const PAGE_MS = 8_000;

export function Screen(props: Props) {
  const { ctrl, t } = props;
  const [turn, setTurn] = useState(0);
  const head = ctrl.head.value;
  useEffect(() => {
    const timer = setInterval(() => setTurn((shown) => shown + 1), PAGE_MS);
    return () => clearInterval(timer);
  }, []);
  if (head === null || ctrl.missing.value) {
    return (
      <main class="screen-empty">
        <h1>{t('board.title')}</h1>
        <p>{t(ctrl.missing.value ? 'board.missing' : 'board.loading')}</p>
      </main>
    );
  }
  const count = ctrl.rows.value.length;
  const pages = Math.max(1, Math.ceil(count / PAGE_ROWS));
  const page = turn % pages;
  return (
    <main class="screen-board" id="content">
      <header>
        <h1>{head.title} <span>{head.session_title}</span></h1>
        <strong class={`state ${head.state}`}>{stateText(head, t)}</strong>
        <ScreenClock {...props} />
      </header>
      {count === 0 ? <p class="screen-nobody">{t('board.nobody')}</p> : <ScreenTable {...props} head={head} start={page * PAGE_ROWS} />}
      <footer>
        <span class="screen-page">
          {t('board.page', { page: page + 1, pages })}
          <progress max={pages} value={page + 1} aria-label={t('board.page', { page: page + 1, pages })} />
        </span>
        <span>{t('board.entrants', { count })}</span>
        <Age {...props} />
        <span class="screen-address">{t('board.screen.address', { address: location.host + location.pathname })}</span>
      </footer>
    </main>
  );
}

function ScreenClock({ ctrl, t, language }: Props) {
  void ctrl.second.value;
  const now = ctrl.serverNow();
  if (now === null) return null;
  return <span class="screen-clock" role="img" aria-label={t('board.screen.clock')}>{clockAt(now, language)}</span>;
}

function ScreenTable(props: Props & { head: Head; start: number }) {
  const { ctrl, t, head, start } = props;
  void ctrl.second.value;
  return (
    <table class={ctrl.freshness() === 'old' ? 'stale' : ''}>
      <caption class="hidden-visually">{t('board.caption', { title: head.title })}</caption>
      <thead>
        <tr>
          <th scope="col" class="number"><abbr title={t('board.rank')}>#</abbr></th>
          <th scope="col">{t('board.number')}</th>
          <th scope="col">{t('board.change')}</th>
          {head.sections.map((one) => <th key={one.id} scope="col" class="number">{shortName(one.id, head, props)}</th>)}
          <th scope="col" class="number">{t('board.total')}</th>
          <th scope="col">{t('board.pass')}</th>
        </tr>
      </thead>
      <tbody>
        {ctrl.rows.value.slice(start, start + PAGE_ROWS).map((row, offset) => (
          <tr key={row.id} class={(ctrl.moves.value.get(row.id)?.places ?? 0) > 0 ? 'rose' : ''}>
            <td class="number rank">{ctrl.ranks.value[start + offset]}</td>
            <th scope="row">{row.id} <span class="label">{row.label}</span></th>
            <td><Move ctrl={ctrl} t={t} id={row.id} inWords /></td>
            {head.sections.map((one) => <td key={one.id} class="number">{row.sections[one.id]}</td>)}
            <td class="number total">{row.total}</td>
            <td class={`pass ${passClass(row)}`}>{passText(row, t)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
