/** The live part of the administrator's readiness page: workstations as they report, the rehearsal. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import messages from '../generated/messages.stations.json';
import { makeTexts, type Texts } from '../lib/i18n';
import './readiness.css';

const PERIOD_MS = 1_500;

interface Station {
  seat: string;
  browser: string;
  screen_width: number;
  screen_height: number;
  offset_ms: number;
  round_trip_p50_ms: number;
  round_trip_p95_ms: number;
  sent_count: number;
  lost_count: number;
  problems: string[];
}
interface Run {
  state: 'running' | 'done' | 'failed' | 'too_long';
  step: string;
  done: number;
  total: number;
  problem: string;
}
interface State {
  seats_expected: number;
  stations: Station[];
  run: Run | null;
  rehearsal: Record<string, number> | null;
}

const state = signal<State | null>(null);
const isOld = signal(false);

async function look(code: string): Promise<void> {
  try {
    const reply = await fetch(`/admin/readiness/${encodeURIComponent(code)}/state`);
    if (reply.status === 401) location.reload();
    isOld.value = !reply.ok;
    if (reply.ok) state.value = (await reply.json()) as State;
  } catch {
    isOld.value = true;
  }
  setTimeout(() => void look(code), PERIOD_MS);
}

function Live({ t }: { t: Texts }) {
  const shown = state.value;
  if (shown === null) return null;
  const faulty = shown.stations.filter((one) => one.problems.length > 0).length;
  return (
    <>
      {isOld.value && <p class="problem" role="alert">{t('stations.old')}</p>}
      <p role="status">
        {shown.stations.length === 0
          ? t('stations.none')
          : t('stations.count', { count: shown.stations.length, all: shown.seats_expected, faulty })}
      </p>
      {shown.stations.length > 0 && <Stations t={t} stations={shown.stations} />}
      <Rehearsal t={t} run={shown.run} found={shown.rehearsal} />
    </>
  );
}

function Stations({ t, stations }: { t: Texts; stations: Station[] }) {
  return (
    <div class="scroll" role="region" aria-label={t('stations.table')} tabIndex={0}>
      <table>
        <thead>
          <tr>{['seat_column', 'browser', 'screen', 'clock', 'line', 'lost', 'problems'].map((name) => <th key={name} scope="col">{t(`stations.${name}`)}</th>)}</tr>
        </thead>
        <tbody>
          {stations.map((one) => (
            <tr key={one.seat} class={one.problems.length > 0 ? 'faulty' : ''}>
              <th scope="row">{one.seat}</th>
              <td>{one.browser}</td>
              <td>{one.screen_width}×{one.screen_height}</td>
              <td>{one.offset_ms} ms</td>
              <td>{one.round_trip_p50_ms} / {one.round_trip_p95_ms} ms</td>
              <td>{one.lost_count} / {one.sent_count}</td>
              <td>{one.problems.length === 0 ? `✓ ${t('stations.good')}` : `✗ ${one.problems.map((code) => t(`stations.problem.${code}`)).join(', ')}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rehearsal({ t, run, found }: { t: Texts; run: Run | null; found: State['rehearsal'] }) {
  if (run === null) return <p>{t('stations.run.none')}</p>;
  const words = t(`stations.run.${run.state}`, {
    step: t(`stations.step.${run.step}`), done: run.done, total: run.total, problem: run.problem,
  });
  return (
    <>
      <p aria-live="off">{words}</p>
      {run.state === 'running' && <progress max={Math.max(1, run.total)} value={run.done} aria-label={t('stations.run.running', { step: '', done: '', total: '' })} />}
      {found && (
        <p>
          {t('stations.result', {
            finished: found['finished_count'] ?? 0, all: found['candidate_count'] ?? 0,
            answers: found['acknowledged_count'] ?? 0, journaled: found['journaled_count'] ?? 0,
            wrong: `${found['lost_count']}/${found['doubled_count']}/${found['changed_count']}`,
            p50: found['latency_p50_ms'] ?? 0, p99: found['latency_p99_ms'] ?? 0, most: found['latency_most_ms'] ?? 0,
          })}
        </p>
      )}
    </>
  );
}

const root = document.getElementById('stations');
if (root) {
  root.textContent = '';
  render(<Live t={makeTexts(messages, document.documentElement.lang)} />, root);
  void look(root.dataset['code'] ?? '');
}
