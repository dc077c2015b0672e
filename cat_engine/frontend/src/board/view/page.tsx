/** The board for phones and desks: state and age, search, my number on top, the rows. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Head } from '../interfaces';
import { toCsv } from '../table_file';
import { MyRow } from './mine';
import { Rows, scrollToRow } from './rows';
import { ageText, clockAt, keyName, oldAgeText, stateNote, stateText, type Props } from './words';

export function BoardPage(props: Props) {
  const { ctrl, t } = props;
  const head = ctrl.head.value;
  if (head === null || ctrl.missing.value) {
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
        <Notes {...props} head={head} />
        <Pinned>
          <Tools {...props} />
          <MyRow {...props} head={head} />
        </Pinned>
        <Rows {...props} head={head} />
      </main>
    </>
  );
}

function BoardHead(props: Props & { head: Head }) {
  const { head, t, language } = props;
  return (
    <header class="board-head">
      <div class="board-title">
        <h1>{head.title}</h1>
        <p>{head.session_title}</p>
      </div>
      <div class="board-state">
        <strong class={`state ${head.state}`} role="status">{stateText(head, t)}</strong>
        <Age {...props} />
      </div>
      <nav class="board-links" aria-label={t('board.title')}>
        <a href="/">{t('board.home')}</a>
        <a href={`?lang=${language === 'id' ? 'en' : 'id'}`} lang={language === 'id' ? 'en' : 'id'}>{t('board.language')}</a>
      </nav>
    </header>
  );
}

/** How old the data is, and how late it is shown on purpose. */
export function Age({ ctrl, t }: Props) {
  void ctrl.second.value;
  const head = ctrl.head.value;
  if (head === null || head.state === 'final') return null;
  const state = ctrl.freshness();
  return (
    <span class={state === 'live' ? 'age' : 'age lost'}>
      {ageText(ctrl.silenceMs() / 1000, t)}
      {head.delay_s > 0 && ` · ${t('board.delay', { seconds: head.delay_s })}`}
      {state !== 'live' && ` · ⚠ ${t('board.offline')}`}
    </span>
  );
}

/** What a reader must know before the numbers: old data, a held board, how ranks come about. */
function Notes(props: Props & { head: Head }) {
  const { ctrl, head, t, language } = props;
  void ctrl.second.value;
  const isOld = ctrl.freshness() === 'old';
  const thresholds = head.thresholds['general'] ?? [];
  return (
    <>
      {isOld && (
        <p class="notice bad">{t('board.old.note', { age: oldAgeText(ctrl.silenceMs() / 1000, t) })}</p>
      )}
      {head.state !== 'live' && <p class={`notice ${head.state === 'final' ? 'good' : ''}`}>{stateNote(head, t)}</p>}
      <details class="about">
        <summary>{t('board.about')}</summary>
        <p>{t('board.about.rank', { keys: head.rank_by.map((key) => keyName(key, head, props)).join(', ') })}</p>
        <p>{t('board.about.rows')}</p>
        {thresholds.length > 0 && (
          <p>{t('board.about.thresholds', { list: thresholds.map((one) => `${keyName(one.of, head, props)} ${one.least}`).join(', ') })}</p>
        )}
        <p>
          {t(head.reveal === 'live' ? 'board.about.live' : 'board.about.finished')}{' '}
          {head.delay_s > 0 && t('board.about.delay', { seconds: head.delay_s })}
        </p>
        {head.state === 'live' && <p>{stateNote(head, t)}</p>}
        <p class="quiet">
          {t('board.about.version', { version: ctrl.version.value })} · {t('board.changed_at', { time: clockAt(head.data_at, language) })}
        </p>
        <p class="about-links">
          <a href="/verify">{t('board.about.check')}</a>
          <a href="?screen=1">{t('board.about.screen')}</a>
          <a href={`/api/v1/boards/${encodeURIComponent(head.id)}`} download={`${head.id}.json`}>{t('board.download_json')}</a>
          <button type="button" class="link" onClick={() => saveCsv(props, head)}>{t('board.download_csv')}</button>
        </p>
      </details>
    </>
  );
}

function saveCsv({ ctrl }: Props, head: Head): void {
  const file = new Blob([toCsv(head, ctrl.rows.value, ctrl.version.value)], { type: 'text/csv' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${head.id}-v${ctrl.version.value}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What stays in sight while the rows scroll; its height moves the head of the table down. */
function Pinned({ children }: { children: ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([one]) => {
      const height = one?.borderBoxSize[0]?.blockSize ?? 0;
      document.documentElement.style.setProperty('--pinned', `${Math.floor(height)}px`);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return <div class="pinned" ref={element}>{children}</div>;
}

function Tools({ ctrl, t }: Props) {
  const isAsked = ctrl.search.value.trim() !== '';
  const count = ctrl.found.value.length;
  const index = ctrl.foundIndex.value;
  const found = index === null ? null : (ctrl.shown.value[index]?.row ?? null);
  const step = (by: 1 | -1) => {
    ctrl.nextFound(by);
    scrollToRow(ctrl.foundIndex.value);
  };
  return (
    <form
      class="board-tools"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        step(1);
      }}
    >
      <label>
        {t('board.search')}
        <input
          type="search"
          inputMode="text"
          enterKeyHint="search"
          autocomplete="off"
          maxLength={40}
          value={ctrl.search.value}
          onInput={(event) => {
            ctrl.ask(event.currentTarget.value);
            scrollToRow(ctrl.foundIndex.value);
          }}
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
      <div class={isAsked ? 'found' : 'found none'}>
        <span role="status">
          {isAsked && (count > 0 ? t('board.found', { place: (ctrl.foundAt.value % count) + 1, count }) : t('board.none_found'))}
        </span>
        {count > 1 && (
          <>
            <button type="button" class="button small" aria-label={t('board.previous_found')} onClick={() => step(-1)}>↑</button>
            <button type="button" class="button small" aria-label={t('board.next_found')} onClick={() => step(1)}>↓</button>
          </>
        )}
        {found && found.id !== ctrl.mine.value && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              ctrl.setMine(found.id);
              ctrl.ask('');
            }}
          >
            {t('board.keep_mine')}
          </button>
        )}
      </div>
    </form>
  );
}
