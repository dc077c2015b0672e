/** Requests with acknowledgements over one Socket.IO connection. Pushes are hints and may be lost. */
import { signal, type Signal } from '@preact/signals';
import { io } from 'socket.io-client';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export interface Ack {
  ok: boolean;
  code?: string;
  message?: string;
  [key: string]: unknown;
}
export type LineState = 'connecting' | 'online' | 'offline';

/** `Messages`: what may be said, by name; written from the server's own types in messages.ts. */
export interface Line<Messages = Record<string, object>> {
  state: Signal<LineState>;
  request<Name extends keyof Messages & string>(name: Name, message: Messages[Name], timeoutMs?: number): Promise<Ack>;
  onConnect(listener: () => void): void;
  onPush(name: string, listener: (message: never) => void): void;
  close(): void;
}

/** No acknowledgement came; the same message may be sent again. */
export class NoAnswer extends Error {}

const ACK_TIMEOUT_MS = 4_000;

/** `shown`: what the page hands to the server with every connection. */
export function connectLine<Messages>(namespace: string, shown: Record<string, string> = {}): Line<Messages> {
  const socket = io(namespace, {
    auth: shown,
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 3_000,
    randomizationFactor: 1, // full jitter: a hall that lost its server does not return at one instant
    timeout: 10_000,
  });
  const state = signal<LineState>('connecting');
  socket.on('connect', () => (state.value = 'online'));
  socket.on('disconnect', (reason) => {
    state.value = 'offline';
    // The server ended it on purpose: it does not come back by itself.
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1_000 + Math.random() * 2_000);
  });
  socket.on('connect_error', () => {
    state.value = 'offline';
    if (!socket.active) setTimeout(() => socket.connect(), 2_000 + Math.random() * 4_000);
  });
  return {
    state,
    async request(name, message, timeoutMs = ACK_TIMEOUT_MS) {
      if (!socket.connected) throw new NoAnswer(name);
      try {
        return (await socket.timeout(timeoutMs).emitWithAck(name, message)) as Ack;
      } catch {
        throw new NoAnswer(name);
      }
    },
    onConnect: (listener) => void socket.on('connect', listener),
    onPush: (name, listener) => void socket.on(name, listener as (message: unknown) => void),
    close: () => void socket.disconnect(),
  };
}
