/**
 * The ranking as a table of which only the rows in sight stand in the page.
 *
 * Every row has one height, measured from the rows that are drawn, so that text size and phone
 * layout need no second number here. Roles are said again because a phone shows rows as cards, and a
 * row that is not laid out as a table row would lose its role.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Listed } from '../ctrl';
import type { Head } from '../interfaces';
import { visibleRange } from '../visible';
import { Move } from './move';
import { keyName, passClass, passText, reasonText, shortName, type Props } from './words';

const FIRST_GUESS_PX = 60;
const HIGHLIGHT_MS = 3_000;
const SLIDE_MS = 400;
const FIXED_COLUMNS = 5;

let rowPx = FIRST_GUESS_PX;

/** Bring a row of the list into the middle of what is in sight. */
export function scrollToRow(index: number | null): void {
  const body = document.querySelector('.rows tbody');
  if (index === null || body === null) return;
  const top = body.getBoundingClientRect().top + scrollY;
  scrollTo({ top: top + index * rowPx - innerHeight / 2 });
}

function useVisible(count: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, last: 40, rowPx });
  useEffect(() => {
    const measure = () => {
      const drawn = body.current?.querySelectorAll<HTMLElement>('tr[data-id]');
      const [one, other] = [drawn?.[0], drawn?.[1]];
      if (one && other) rowPx = other.getBoundingClientRect().top - one.getBoundingClientRect().top || rowPx;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const next = { ...visibleRange(top, innerHeight, rowPx, count), rowPx };
      setRange((old) => (old.first === next.first && old.last === next.last && old.rowPx === next.rowPx ? old : next));
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [count]);
  const last = Math.min(count, range.last);
  const first = Math.min(range.first, Math.max(0, last - 1));
  return { body, first, last, above: first * range.rowPx, below: (count - last) * range.rowPx };
}

/** Slide each row that has risen once from where it stood; nothing for who wants no motion. */
function useSlides(body: { current: HTMLTableSectionElement | null }, { ctrl }: Props, drawn: readonly Listed[], first: number) {
  const before = useRef<{ version: number; places: Map<string, number> }>({ version: -1, places: new Map() });
  const version = ctrl.version.value;
  useLayoutEffect(() => {
    const places = new Map(drawn.map(({ row }, offset) => [row.id, first + offset] as const));
    const old = before.current;
    before.current = { version, places };
    const isStill = old.version === -1 || old.version === version;
    if (isStill || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const element of body.current?.querySelectorAll<HTMLElement>('tr[data-id]') ?? []) {
      const id = element.dataset['id'] ?? '';
      const fell = (old.places.get(id) ?? 0) - (places.get(id) ?? 0);
      if (fell <= 0 || !ctrl.moves.value.has(id)) continue;
      const fromPx = Math.min(fell * rowPx, innerHeight);
      element.animate([{ transform: `translateY(${fromPx}px)` }, { transform: 'none' }], { duration: SLIDE_MS, easing: 'ease-out' });
    }
  });
}

export function Rows(props: Props & { head: Head }) {
  const { ctrl, t, head } = props;
  void ctrl.second.value;
  const listed = ctrl.shown.value;
  const view = useVisible(listed.length);
  const drawn = listed.slice(view.first, view.last);
  useSlides(view.body, props, drawn, view.first);
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => table.current?.style.setProperty('--sections', String(head.sections.length)), [head.sections.length, listed.length === 0]);
  if (listed.length === 0) return <p class="notice">{t('board.nobody')}</p>;
  const columns = head.sections.length + FIXED_COLUMNS;
  return (
    <table ref={table} role="table" class={ctrl.freshness() === 'old' ? 'rows stale' : 'rows'} aria-rowcount={listed.length + 1}>
      <caption class="hidden-visually">{t('board.caption', { title: head.title })}</caption>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          <th role="columnheader" scope="col" class="number"><abbr title={t('board.rank')}>#</abbr></th>
          <th role="columnheader" scope="col">{t('board.number')}</th>
          {head.sections.map((section) => (
            <th key={section.id} role="columnheader" scope="col" class="number section"><abbr title={section.title[props.language]}>{shortName(section.id, head, props)}</abbr></th>
          ))}
          <th role="columnheader" scope="col" class="number">{t('board.total')}</th>
          <th role="columnheader" scope="col">{t('board.pass')}</th>
          <th role="columnheader" scope="col" class="why">{t('board.why')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup" ref={view.body}>
        {view.above > 0 && <Spacer height={view.above} columns={columns} />}
        {drawn.map((one, offset) => <BoardRow key={one.row.id} {...props} one={one} index={view.first + offset} />)}
        {view.below > 0 && <Spacer height={view.below} columns={columns} />}
      </tbody>
    </table>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (cell.current) cell.current.style.height = `${height}px`;
  }, [height]);
  return <tr class="spacer" aria-hidden="true"><td ref={cell} colSpan={columns} /></tr>;
}

function classesOf({ ctrl }: Props, id: string, index: number): string {
  const move = ctrl.moves.value.get(id);
  const hasRisen = move !== undefined && move.places > 0 && performance.now() - move.at < HIGHLIGHT_MS;
  const classes = [
    index % 2 === 1 && 'even',
    hasRisen && 'rose',
    id === ctrl.mine.value && 'is-mine',
    index === ctrl.foundIndex.value && 'is-found',
  ];
  return classes.filter(Boolean).join(' ');
}

function BoardRow(props: Props & { head: Head; one: Listed; index: number }) {
  const { ctrl, t, head, index } = props;
  const { row, rank, formationRank } = props.one;
  // The reason speaks of the next on the whole board, so its rank is looked up there.
  const nextRank = row.reason === null ? undefined : ctrl.ranks.value[ctrl.positions.value.get(row.id)! + 1];
  return (
    <tr role="row" data-id={row.id} class={classesOf(props, row.id, index)} aria-rowindex={index + 2}>
      <td role="cell" class="number rank">
        {formationRank ?? rank}
        {formationRank !== null && <small>{t('board.in_formation', { rank })}</small>}
      </td>
      <th role="rowheader" scope="row">
        <span class="line">
          <span class="participant">{row.id}</span> <span class="label">{row.label}</span> <Move ctrl={ctrl} t={t} id={row.id} />
        </span>
        <span class="progress">{t('board.answered', { count: row.answered, all: row.item_count })}{row.formation && ` · ${row.formation}`}</span>
      </th>
      {head.sections.map((section) => (
        <td key={section.id} role="cell" class="number section" data-label={shortName(section.id, head, props)}>{row.sections[section.id] ?? ''}</td>
      ))}
      <td role="cell" class="number total" data-label={keyName('total', head, props)}>{row.total}</td>
      <td role="cell" class={`pass ${passClass(row)}`}>{passText(row, t)}</td>
      <td role="cell" class="why">{reasonText(row, rank, nextRank, head, props)}</td>
    </tr>
  );
}
