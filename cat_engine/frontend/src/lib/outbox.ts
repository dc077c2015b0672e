/**
 * Messages that the server has not acknowledged yet, kept on this computer.
 *
 * Promised: a message is on this computer's disk before it is sent, keeps its number across reloads,
 * and is forgotten only after the server has acknowledged it or refused it for good. Without
 * IndexedDB (a private window, a broken profile) it is kept in memory, and the page says so.
 */
import { openDB, type IDBPDatabase } from 'idb';

const NAMES = ['respond', 'flag', 'view', 'end_part', 'call', 'read', 'notice'] as const;

export interface Message {
  seq: number;
  name: (typeof NAMES)[number];
  body: Record<string, unknown>;
  /** Wall time at which it was given, for its waiting time across a reload. */
  given_at: number;
  /** The server's time of the last acknowledged exchange before it was given, and what this page's
   * monotonic clock had counted since: evidence for an answer that arrives late. */
  ack_at?: number | null;
  since_ack_ms?: number;
}

export interface Outbox {
  /** False when messages would not survive a reload. */
  durable: boolean;
  waiting(): Message[];
  add(message: Message): Promise<void>;
  remove(seq: number): Promise<void>;
  highestSeq(): number;
}

const STORE = 'messages';

export async function openOutbox(sitting: string): Promise<Outbox> {
  let database: IDBPDatabase | null = null;
  let kept: Message[] = [];
  try {
    database = await openDB(`outbox:${sitting}`, 1, {
      upgrade: (created) => void created.createObjectStore(STORE, { keyPath: 'seq' }),
    });
    kept = ((await database.getAll(STORE)) as unknown[]).filter(isMessage);
  } catch {
    database = null;
  }
  const messages = new Map(kept.sort((a, b) => a.seq - b.seq).map((one) => [one.seq, one]));
  const outbox: Outbox = {
    durable: database !== null,
    waiting: () => [...messages.values()].sort((a, b) => a.seq - b.seq),
    highestSeq: () => Math.max(0, ...messages.keys()),
    async add(message) {
      messages.set(message.seq, message);
      try {
        await database?.put(STORE, message);
      } catch {
        outbox.durable = false;
      }
    },
    async remove(seq) {
      messages.delete(seq);
      try {
        await database?.delete(STORE, seq);
      } catch {
        outbox.durable = false;
      }
    },
  };
  return outbox;
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const one = value as Partial<Message>;
  return (
    Number.isSafeInteger(one.seq) &&
    NAMES.some((name) => name === one.name) &&
    typeof one.body === 'object' &&
    typeof one.given_at === 'number'
  );
}
