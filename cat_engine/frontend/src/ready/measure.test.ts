import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import type { ReadyMessages } from '../lib/messages';
import { NoAnswer, type Ack, type Line, type LineState } from '../lib/socket';
import { browserName, ECHO_COUNT, measureLine, sumUp } from './measure';

const AHEAD_MS = 7_000;

function makeLine(answer: (number: number) => number | null) {
  const stage = { now: 1_000 };
  const line: Line<ReadyMessages> = {
    state: signal<LineState>('online'),
    async request(name, message): Promise<Ack> {
      const tookMs = answer((message as { number: number }).number);
      if (tookMs === null) throw new NoAnswer(name);
      const reply = { ok: true, now: stage.now + tookMs / 2 };
      stage.now += tookMs;
      return reply;
    },
    onConnect: () => {},
    onPush: () => {},
    close: () => {},
  };
  const options = { now: () => stage.now, wall: () => stage.now + AHEAD_MS, pause: async (ms: number) => void (stage.now += ms) };
  return { line, options, stage };
}

describe('a line', () => {
  test('is measured for about twenty seconds, with the clock against the server', async () => {
    const { line, options, stage } = makeLine((number) => (number === 20 ? 200 : 10));
    const began = stage.now;

    const found = sumUp(await measureLine(line, () => {}, options));

    expect(found).toEqual({ offset_ms: AHEAD_MS, round_trip_p50_ms: 10, round_trip_p95_ms: 10, sent_count: ECHO_COUNT, lost_count: 0 });
    expect(stage.now - began).toBe(20_000);
  });

  test('says what was lost and how slow the slowest are', async () => {
    const { line, options } = makeLine((number) => (number % 4 === 0 ? null : number > 30 ? 900 : 20));

    const found = sumUp(await measureLine(line, () => {}, options));

    expect(found.lost_count).toBe(10);
    expect(found.round_trip_p95_ms).toBe(900);
  });

  test('that answers nothing is as slow as the wait', () => {
    expect(sumUp([null, null])).toMatchObject({ round_trip_p95_ms: 2_000, sent_count: 2, lost_count: 2 });
  });
});

test('a browser is named with its version', () => {
  expect(browserName('Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0')).toBe('Firefox 140.0');
  expect(browserName('Mozilla/5.0 AppleWebKit Chrome/141.0.0.0 Safari/537.36 SEB/3.9.0')).toBe('Safe Exam Browser 3.9.0');
  expect(browserName('curl')).toBe('curl');
});
