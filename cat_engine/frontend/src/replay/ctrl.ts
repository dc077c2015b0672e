/**
 * Moving along the time line. The rooms are those of the proctor's console, fed by the same messages:
 * here each comes whole, for an instant, and nobody acts.
 */
import { batch, signal } from '@preact/signals';
import type { ProctorMessages } from '../lib/messages';
import { NoAnswer, type Ack, type Line, type LineState } from '../lib/socket';
import { makeCtrl as makeRooms } from '../proctor/ctrl';
import type { Watching } from '../proctor/interfaces';

export const STEP_MS = 10_000;
export const PAGE_MS = 300_000;
export const SPEEDS = [1, 10, 60] as const;
const FRAME_MS = 1_000;

export interface Incident {
  at: number;
  what: string;
  participant_no: string;
  by: string;
}
export interface TimeLine {
  from: number;
  until: number;
  entry_count: number;
  incidents: Incident[];
}
export interface Source {
  line(): Promise<TimeLine>;
  rooms(at: number): Promise<Watching>;
}

export function fromServer(examSession: string): Source {
  const base = `/admin/${encodeURIComponent(examSession)}/replay`;
  const get = async (path: string) => {
    const answer = await fetch(`${base}/${path}`);
    if (!answer.ok) throw new NoAnswer(path);
    return answer.json();
  };
  return {
    line: () => get('line') as Promise<TimeLine>,
    rooms: (at) => get(`rooms?at=${Math.round(at)}`) as Promise<Watching>,
  };
}

export function makeCtrl(source: Source, examSession: string) {
  const timeLine = signal<TimeLine | null>(null);
  const at = signal(0);
  const entryCount = signal(0);
  const isPlaying = signal(false);
  const speed = signal<(typeof SPEEDS)[number]>(10);
  const isFailed = signal(false);
  let asking = false;
  let wanted: number | null = null;
  const line: Line<ProctorMessages> = {
    state: signal<LineState>('online'),
    async request(name): Promise<Ack> {
      throw new NoAnswer(name); // the past does not change
    },
    onConnect: () => {},
    onPush: () => {},
    close: () => {},
  };
  const rooms = makeRooms(line, examSession, true);

  /** One question at a time; of those asked meanwhile the last one counts. */
  async function show(instant: number): Promise<void> {
    wanted = instant;
    if (asking) return;
    asking = true;
    try {
      while (wanted !== null) {
        at.value = wanted;
        wanted = null;
        const whole = await source.rooms(at.value);
        batch(() => {
          rooms.take(whole);
          entryCount.value = whole.version;
        });
      }
      isFailed.value = false;
    } catch {
      isFailed.value = true;
      isPlaying.value = false;
    } finally {
      asking = false;
    }
  }

  function bounded(instant: number): number {
    const whole = timeLine.value;
    return whole === null ? instant : Math.min(whole.until, Math.max(whole.from, instant));
  }

  async function start(): Promise<void> {
    try {
      timeLine.value = await source.line();
      await show(timeLine.value.from);
    } catch {
      isFailed.value = true;
    }
  }

  function play(): void {
    isPlaying.value = true;
    const frame = () => {
      if (!isPlaying.value) return;
      const next = bounded(at.value + FRAME_MS * speed.value);
      if (next >= (timeLine.value?.until ?? 0)) isPlaying.value = false;
      void show(next).then(() => void setTimeout(frame, FRAME_MS));
    };
    setTimeout(frame, FRAME_MS);
  }

  const incidents = () => timeLine.value?.incidents ?? [];
  return {
    rooms, timeLine, at, entryCount, isPlaying, speed, isFailed, start, play,
    stop: () => void (isPlaying.value = false),
    to: (instant: number) => show(bounded(instant)),
    by: (stepMs: number) => show(bounded(at.value + stepMs)),
    nextIncident: () => show(incidents().find((one) => one.at > at.value)?.at ?? bounded(Infinity)),
    previousIncident: () =>
      show(incidents().filter((one) => one.at < at.value).at(-1)?.at ?? bounded(-Infinity)),
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;
