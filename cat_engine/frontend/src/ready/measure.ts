/** Measuring a workstation: the line by echoes, the clock against the server, what the browser can. */
import type { ReadyMessages, ReportIn } from '../lib/messages';
import { NoAnswer, type Line } from '../lib/socket';

export const ECHO_COUNT = 40;
const ECHO_PERIOD_MS = 500;
const ECHO_WAIT_MS = 2_000;

export interface Echo {
  roundTripMs: number;
  /** How much this computer's clock was ahead, by this echo. */
  offsetMs: number;
}

export interface Options {
  now: () => number;
  wall: () => number;
  pause: (durationMs: number) => Promise<void>;
}

/** Send echoes for about 20 seconds; null stands for one that got no answer. */
export async function measureLine(
  line: Line<ReadyMessages>,
  onStep: (done: number) => void,
  options: Options,
): Promise<(Echo | null)[]> {
  const echoes: (Echo | null)[] = [];
  for (let number = 0; number < ECHO_COUNT; number += 1) {
    const sentAt = options.now();
    echoes.push(await echo(line, number, options));
    onStep(echoes.length);
    await options.pause(Math.max(0, ECHO_PERIOD_MS - (options.now() - sentAt)));
  }
  return echoes;
}

async function echo(line: Line<ReadyMessages>, number: number, options: Options): Promise<Echo | null> {
  const sentAt = options.now();
  try {
    const reply = await line.request('echo', { number }, ECHO_WAIT_MS);
    if (!reply.ok) return null;
    const roundTripMs = options.now() - sentAt;
    return { roundTripMs, offsetMs: options.wall() - roundTripMs / 2 - Number(reply['now']) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return null;
  }
}

export type Measured = Pick<ReportIn, 'offset_ms' | 'round_trip_p50_ms' | 'round_trip_p95_ms' | 'sent_count' | 'lost_count'>;

/** The offset is that of the fastest echo: its halves can differ the least. */
export function sumUp(echoes: readonly (Echo | null)[]): Measured {
  const answered = echoes.filter((one) => one !== null).sort((a, b) => a.roundTripMs - b.roundTripMs);
  const quantile = (percent: number) => {
    const index = Math.min(answered.length - 1, Math.floor((answered.length * percent) / 100));
    return Math.ceil(answered[index]?.roundTripMs ?? ECHO_WAIT_MS);
  };
  return {
    offset_ms: Math.round(answered[0]?.offsetMs ?? 0),
    round_trip_p50_ms: quantile(50),
    round_trip_p95_ms: quantile(95),
    sent_count: echoes.length,
    lost_count: echoes.length - answered.length,
  };
}

const BROWSERS: [RegExp, string][] = [
  [/SEB\/([\d.]+)/, 'Safe Exam Browser'],
  [/Edg\/([\d.]+)/, 'Edge'],
  [/Firefox\/([\d.]+)/, 'Firefox'],
  [/Chrome\/([\d.]+)/, 'Chromium'],
  [/Version\/([\d.]+).*Safari/, 'Safari'],
];

export function browserName(userAgent: string): string {
  for (const [pattern, name] of BROWSERS) {
    const found = pattern.exec(userAgent);
    if (found) return `${name} ${found[1]}`.slice(0, 80);
  }
  return userAgent.slice(0, 80) || '?';
}
