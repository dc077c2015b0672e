/** The board for phones and desks: search, my number on top, only the visible rows in the page. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Head, Row } from '../interfaces';
import { ageText, keyName, passText, reasonText, stateText, type Props } from './words';

const ROW_HEIGHT = 58;
const PHONE_ROW_HEIGHT = 104;
const OVERSCAN = 8;
const PHONE = '(max-width: 44rem)';
const OLD_AFTER_MS = 40_000;

export function BoardPage(props: Props) {
  const { ctrl, t } = props;
  const head = ctrl.head.value;
  if (head === null) {
    return (
      <main class="empty">
        <h1>{t('board.title')}</h1>
        <p role="status">{t(ctrl.missing.value ? 'board.missing' : 'board.loading')}</p>
        <p><a href="/">{t('board.home')}</a></p>
      </main>
    );
  }
  return (
    <>
      <BoardHead {...props} head={head} />
      <main class="board" id="content">
        <Tools {...props} />
        <MyRow {...props} head={head} />
        <Rows {...props} head={head} />
        <About {...props} head={head} />
      </main>
    </>
  );
}

function BoardHead(props: Props & { head: Head }) {
  const { head, t } = props;
  return (
    <header class="board-head">
      <div>
        <h1>{head.title}</h1>
        <p>{head.session_title}</p>
      </div>
      <div class="board-state">
        <strong class={`state ${head.state}`}>{stateText(head, t)}</strong>
        <Age {...props} />
      </div>
      <a class="home" href="/">{t('board.home')}</a>
    </header>
  );
}

export function Age({ ctrl, t }: Props) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const head = ctrl.head.value;
  if (head === null || head.state === 'final') return null;
  const silence = ctrl.silenceMs() ?? 0;
  const offline = ctrl.lineState.value !== 'online' && silence > OLD_AFTER_MS;
  const seconds = (head.now - head.data_at + silence) / 1000;
  return (
    <span class={offline ? 'age old' : 'age'}>
      {offline && `${t('board.offline')} `}
      {ageText(seconds, t)}
      {head.delay_s > 0 && ` · ${t('board.delay', { seconds: head.delay_s })}`}
    </span>
  );
}

function Tools({ ctrl, t }: Props) {
  const found = ctrl.rows.value.find((row) => row.id === ctrl.search.value.trim());
  const isAsked = ctrl.search.value.trim() !== '';
  const count = ctrl.rows.value.filter((row) => row.id.includes(ctrl.search.value.trim())).length;
  return (
    <form class="board-tools" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {t('board.search')}
        <input
          type="search"
          inputMode="text"
          autocomplete="off"
          maxLength={40}
          value={ctrl.search.value}
          onInput={(event) => (ctrl.search.value = event.currentTarget.value)}
        />
      </label>
      {ctrl.formations.value.length > 1 && (
        <label>
          {t('board.formation')}
          <select value={ctrl.formation.value} onChange={(event) => (ctrl.formation.value = event.currentTarget.value)}>
            <option value="">{t('board.all_formations')}</option>
            {ctrl.formations.value.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        </label>
      )}
      <span class="found" role="status">
        {isAsked && t('board.found', { count })}
        {found && (
          <button type="button" class="button small" onClick={() => ctrl.setMine(found.id)}>{t('board.keep_mine')}</button>
        )}
      </span>
    </form>
  );
}

function MyRow(props: Props & { head: Head }) {
  const { ctrl, t, head } = props;
  const index = ctrl.rows.value.findIndex((row) => row.id === ctrl.mine.value);
  const row = ctrl.rows.value[index];
  if (row === undefined) return null;
  const rank = ctrl.ranks.value[index] ?? 0;
  return (
    <section class="mine card" aria-label={t('board.my_number')}>
      <p>
        <strong>{t('board.my_place', { number: row.id, rank, count: ctrl.rows.value.length })}</strong>{' '}
        {t('board.total')} <b>{row.total}</b>. {passText(row, t)}. {reasonText(row, rank, ctrl.ranks.value[index + 1], head, props)}
      </p>
      <button type="button" class="button small" onClick={() => ctrl.setMine('')}>{t('board.forget_mine')}</button>
    </section>
  );
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listen = () => setMatches(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, [query]);
  return matches;
}

function useWindow(count: number, rowHeight: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, last: 60 });
  useEffect(() => {
    const measure = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - OVERSCAN);
      const last = Math.ceil((innerHeight - top) / rowHeight) + OVERSCAN;
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [count, rowHeight]);
  const last = Math.min(count, range.last);
  const first = Math.min(range.first, Math.max(0, last - 1));
  return { body, first, last, above: first * rowHeight, below: (count - last) * rowHeight };
}

function Rows(props: Props & { head: Head }) {
  const { ctrl, t, head } = props;
  const isPhone = useMedia(PHONE);
  const height = isPhone ? PHONE_ROW_HEIGHT : ROW_HEIGHT;
  const asked = ctrl.search.value.trim();
  const listed = asked ? ctrl.shown.value.filter(({ row }) => row.id.includes(asked)) : ctrl.shown.value;
  const view = useWindow(listed.length, height);
  const columns = head.sections.length + 5;
  if (listed.length === 0) return <p class="notice">{t(asked ? 'board.none_found' : 'board.nobody')}</p>;
  return (
    <table class="rows" aria-rowcount={listed.length + 1}>
      <caption class="hidden-visually">{t('board.caption', { title: head.title })}</caption>
      <thead>
        <tr>
          <th scope="col" class="number">#</th>
          <th scope="col">{t('board.number')}</th>
          {head.sections.map((section) => (
            <th key={section.id} scope="col" class="number" title={section.title[props.language]}>{keyName(section.id, head, props)}</th>
          ))}
          <th scope="col" class="number">{t('board.total')}</th>
          <th scope="col">{t('board.pass')}</th>
          <th scope="col">{t('board.why')}</th>
        </tr>
      </thead>
      <tbody ref={view.body}>
        {view.above > 0 && <Spacer height={view.above} columns={columns} />}
        {listed.slice(view.first, view.last).map(({ row, rank }, offset) => (
          <BoardRow
            key={row.id}
            {...props}
            row={row}
            rank={rank}
            index={view.first + offset}
            reason={asked || ctrl.formation.value ? '' : reasonText(row, rank, ctrl.ranks.value[view.first + offset + 1], head, props)}
          />
        ))}
        {view.below > 0 && <Spacer height={view.below} columns={columns} />}
      </tbody>
    </table>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  const cell = useRef<HTMLTableCellElement>(null);
  useEffect(() => {
    if (cell.current) cell.current.style.height = `${height}px`;
  }, [height]);
  return <tr class="spacer" aria-hidden="true"><td ref={cell} colSpan={columns} /></tr>;
}

function BoardRow(props: Props & { head: Head; row: Row; rank: number; index: number; reason: string }) {
  const { ctrl, t, head, row, rank } = props;
  const move = ctrl.moves.value.get(row.id) ?? 0;
  const classes = [move > 0 && 'rose', move < 0 && 'fell', row.id === ctrl.mine.value && 'is-mine'];
  return (
    <tr class={classes.filter(Boolean).join(' ')} aria-rowindex={props.index + 2}>
      <td class="number rank">{rank}</td>
      <th scope="row">
        <span class="participant">{row.id}</span> <span class="label">{row.label}</span>
        <Move move={move} t={t} />
        <span class="progress">{row.formation}{row.formation && ' · '}{t('board.answered', { count: row.answered, all: row.item_count })}</span>
      </th>
      {head.sections.map((section) => (
        <td key={section.id} class="number" data-label={keyName(section.id, head, props)}>{row.sections[section.id] ?? ''}</td>
      ))}
      <td class="number total" data-label={t('board.total')}>{row.total}</td>
      <td class={`pass ${row.status === 'finished' ? String(row.passed) : 'open'}`}>{passText(row, t)}</td>
      <td class="why">{props.reason}</td>
    </tr>
  );
}

export function Move({ move, t }: { move: number; t: Props['t'] }) {
  if (move === 0) return null;
  return (
    <span class={move > 0 ? 'move up' : 'move down'}>
      <span aria-hidden="true">{move > 0 ? `▲${move}` : `▼${-move}`}</span>
      <span class="hidden-visually">{t(move > 0 ? 'board.rose' : 'board.fell', { places: Math.abs(move) })}</span>
    </span>
  );
}

function About(props: Props & { head: Head }) {
  const { ctrl, head, t } = props;
  const thresholds = head.thresholds['general'] ?? [];
  return (
    <section class="about card">
      <h2>{t('board.about')}</h2>
      <p>{t('board.about.rank', { keys: head.rank_by.map((key) => keyName(key, head, props)).join(' → ') })}</p>
      {thresholds.length > 0 && (
        <p>{t('board.about.thresholds', { list: thresholds.map((one) => `${keyName(one.of, head, props)} ${one.least}`).join(', ') })}</p>
      )}
      <p>{t(head.reveal === 'live' ? 'board.about.live' : 'board.about.finished')} {head.delay_s > 0 && t('board.about.delay', { seconds: head.delay_s })}</p>
      <p>
        <a href="/verify">{t('board.about.check')}</a> · <a href={`?screen=1`}>{t('board.about.screen')}</a> ·{' '}
        <a href={`/api/v1/boards/${encodeURIComponent(head.id)}`} download={`${head.id}.json`}>JSON</a> ·{' '}
        {t('board.about.version', { version: ctrl.version.value })}
      </p>
    </section>
  );
}
