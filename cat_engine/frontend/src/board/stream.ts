/**
 * The board's stream of server-sent events: changes after a version, and signs of life.
 *
 * The browser comes back by itself and names the last version it was told; where the server refuses,
 * the browser gives up, and this tries again later, at a moment of chance. Nothing is promised of a
 * stream: it may be silent, and whoever reads it asks again (ctrl.ts).
 */
import { signal, type Signal } from '@preact/signals';
import type { LineState } from '../lib/socket';
import type { Beat, Delta } from './interfaces';

export interface Stream {
  state: Signal<LineState>;
  /** Follow from a version on; a stream that is open already is replaced. */
  open(after: number): void;
  close(): void;
  onDelta(listener: (delta: Delta) => void): void;
  onBeat(listener: (beat: Beat) => void): void;
}

/**
 * A line that comes back within this time was not lost for a reader. A server that cannot keep lines
 * (it speaks TLS itself) ends each answer and has the browser ask again after up to nine seconds.
 */
const LOST_AFTER_MS = 12_000;
const REFUSED_WAIT_MS = 10_000;

export function openStream(board: string): Stream {
  const state = signal<LineState>('connecting');
  const address = `/api/v1/boards/${encodeURIComponent(board)}/events`;
  let source: EventSource | null = null;
  let held = 0;
  let lost: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let tellDelta: (delta: Delta) => void = () => {};
  let tellBeat: (beat: Beat) => void = () => {};

  function close(): void {
    source?.close();
    source = null;
    clearTimeout(lost);
    clearTimeout(again);
    lost = undefined;
  }

  function onOpen(): void {
    clearTimeout(lost);
    lost = undefined;
    state.value = 'online';
  }

  function onError(this: EventSource): void {
    lost ??= setTimeout(() => (state.value = 'offline'), LOST_AFTER_MS);
    if (this.readyState !== EventSource.CLOSED) return;
    state.value = 'offline';
    clearTimeout(again);
    again = setTimeout(() => open(held), REFUSED_WAIT_MS * (1 + Math.random()));
  }

  function open(after: number): void {
    close();
    held = after;
    source = new EventSource(`${address}?after=${after}`);
    source.onopen = onOpen;
    source.onerror = onError;
    source.addEventListener('delta', (event: MessageEvent<string>) => {
      const delta = JSON.parse(event.data) as Delta;
      held = delta.version;
      tellDelta(delta);
    });
    source.addEventListener('beat', (event: MessageEvent<string>) => tellBeat(JSON.parse(event.data) as Beat));
  }

  return {
    state,
    open,
    close,
    onDelta: (listener) => void (tellDelta = listener),
    onBeat: (listener) => void (tellBeat = listener),
  };
}
