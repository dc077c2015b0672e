/** The big screen in the hall: 20 rows, pages by itself, nothing to press. */
import { useEffect, useState } from 'preact/hooks';
import { Age, Move } from './page';
import { keyName, passText, stateText, type Props } from './words';

const PAGE_ROWS = 20;
const PAGE_MS = 8_000;

export function Screen(props: Props) {
  const { ctrl, t } = props;
  const [page, setPage] = useState(0);
  const head = ctrl.head.value;
  const pages = Math.max(1, Math.ceil(ctrl.rows.value.length / PAGE_ROWS));
  useEffect(() => {
    const timer = setInterval(() => setPage((shown) => shown + 1), PAGE_MS);
    return () => clearInterval(timer);
  }, []);
  if (head === null) return <main class="screen-empty"><h1>{t('board.title')}</h1><p>{t('board.loading')}</p></main>;
  const shown = page % pages;
  const start = shown * PAGE_ROWS;
  return (
    <main class="screen-board" id="content">
      <header>
        <h1>{head.title} <span>{head.session_title}</span></h1>
        <strong class={`state ${head.state}`}>{stateText(head, t)}</strong>
        <Age {...props} />
      </header>
      <table>
        <caption class="hidden-visually">{t('board.caption', { title: head.title })}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">#</th>
            <th scope="col">{t('board.number')}</th>
            {head.sections.map((one) => <th key={one.id} scope="col" class="number">{keyName(one.id, head, props)}</th>)}
            <th scope="col" class="number">{t('board.total')}</th>
            <th scope="col">{t('board.pass')}</th>
          </tr>
        </thead>
        <tbody>
          {ctrl.rows.value.slice(start, start + PAGE_ROWS).map((row, offset) => {
            const move = ctrl.moves.value.get(row.id) ?? 0;
            return (
              <tr key={row.id} class={move !== 0 ? 'moved' : ''}>
                <td class="number rank">{ctrl.ranks.value[start + offset]}</td>
                <th scope="row">{row.id} <span class="label">{row.label}</span> <Move move={move} t={t} /></th>
                {head.sections.map((one) => <td key={one.id} class="number">{row.sections[one.id]}</td>)}
                <td class="number total">{row.total}</td>
                <td>{passText(row, t)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <footer>{t('board.page', { page: shown + 1, pages })} · {t('board.entrants', { count: ctrl.rows.value.length })}</footer>
    </main>
  );
}
