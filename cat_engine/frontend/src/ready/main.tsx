/** The page that each workstation of a room opens: it measures itself and reports to the check. */
import '../lib/theme.css';
import './ready.css';
import { signal } from '@preact/signals';
import { openDB } from 'idb';
import { render } from 'preact';
import messages from '../generated/messages.stations.json';
import { makeTexts, type Texts } from '../lib/i18n';
import type { ReadyMessages, ReportIn } from '../lib/messages';
import { connectLine, NoAnswer, type Line } from '../lib/socket';
import { browserName, ECHO_COUNT, measureLine, sumUp } from './measure';

const RETRY_MS = 2_000;

interface Outcome {
  report: ReportIn;
  problems: string[];
}

const done = signal<number | null>(null);
const outcome = signal<Outcome | null>(null);

async function hasStorage(): Promise<boolean> {
  try {
    const database = await openDB('readiness', 1, { upgrade: (made) => void made.createObjectStore('probe') });
    await database.put('probe', 'kept', 'key');
    const kept = (await database.get('probe', 'key')) as unknown;
    database.close();
    return kept === 'kept';
  } catch {
    return false;
  }
}

async function check(line: Line<ReadyMessages>): Promise<void> {
  outcome.value = null;
  done.value = 0;
  const storage = await hasStorage();
  const echoes = await measureLine(line, (count) => (done.value = count), {
    now: () => performance.now(),
    wall: () => Date.now(),
    pause: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  });
  await report(line, {
    browser: browserName(navigator.userAgent),
    screen_width: window.screen.width,
    screen_height: window.screen.height,
    ...sumUp(echoes),
    has_storage: storage,
    has_full_screen: document.fullscreenEnabled,
  });
}

async function report(line: Line<ReadyMessages>, found: ReportIn): Promise<void> {
  try {
    const reply = await line.request('report', found);
    done.value = null;
    if (reply.ok) outcome.value = { report: found, problems: reply['problems'] as string[] };
    else location.reload();
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    setTimeout(() => void report(line, found), RETRY_MS);
  }
}

function App({ t, seat, line }: { t: Texts; seat: string; line: Line<ReadyMessages> }) {
  return (
    <main class="ready" id="content">
      <section class="card">
        <h1>{t('stations.seat', { seat })}</h1>
        {line.state.value !== 'online' && outcome.value === null && (
          <p role="status">{t(line.state.value === 'offline' ? 'stations.unreachable' : 'stations.connecting')}</p>
        )}
        {done.value !== null && (
          <>
            <p role="status" class="hidden-visually">{t('stations.checking', { done: 0, total: ECHO_COUNT })}</p>
            <p aria-hidden="true">{t('stations.checking', { done: done.value, total: ECHO_COUNT })}</p>
            <progress max={ECHO_COUNT} value={done.value} aria-label={t('stations.line')} />
          </>
        )}
        {outcome.value && <Result t={t} {...outcome.value} onAgain={() => void check(line)} />}
      </section>
    </main>
  );
}

function Result({ t, report: found, problems, onAgain }: Outcome & { t: Texts; onAgain: () => void }) {
  const yes = (is: boolean) => t(is ? 'stations.yes' : 'stations.no');
  const facts: [string, string][] = [
    ['browser', found.browser],
    ['screen', `${found.screen_width}×${found.screen_height}`],
    ['clock', `${found.offset_ms} ms`],
    ['line', `${found.round_trip_p50_ms} / ${found.round_trip_p95_ms} ms`],
    ['lost', `${found.lost_count} / ${found.sent_count}`],
    ['storage', yes(found.has_storage)],
    ['full_screen', yes(found.has_full_screen)],
  ];
  const isFit = problems.length === 0;
  return (
    <>
      <p role="status" class={isFit ? 'verdict good' : 'verdict bad'}>
        {isFit ? '✓' : '✗'} {t(isFit ? 'stations.fit' : 'stations.unfit')}
      </p>
      {!isFit && <p>{t('stations.problems')}: {problems.map((code) => t(`stations.problem.${code}`)).join(', ')}</p>}
      <dl class="facts">
        {facts.map(([name, value]) => [<dt key={name}>{t(`stations.${name}`)}</dt>, <dd key={`${name} value`}>{value}</dd>])}
      </dl>
      <p class="quiet">{t('stations.reported')}</p>
      <button type="button" class="button" onClick={onAgain}>{t('stations.again')}</button>
    </>
  );
}

const root = document.getElementById('app');
if (root) {
  const { code = '', seat = '' } = root.dataset;
  const line = connectLine<ReadyMessages>('/ready', { code, seat });
  root.textContent = '';
  render(<App t={makeTexts(messages, document.documentElement.lang)} seat={seat} line={line} />, root);
  let hasBegun = false;
  line.onConnect(() => {
    if (!hasBegun) void check(line);
    hasBegun = true;
  });
}
