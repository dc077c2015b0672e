/**
 * Acts: asked, confirmed, sent until answered.
 *
 * Promised: what was confirmed once happens once. The act keeps its identifier through every resend,
 * also one that the proctor asks for, and the server gives the same act the same answer.
 */
import { batch, signal } from '@preact/signals';
import type { ActIn, ProctorMessages } from '../lib/messages';
import { NoAnswer, type Line } from '../lib/socket';
import type { ActName, Outcome, Targets } from './interfaces';

const RESEND_MS = 1_500;
const RESEND_LIMIT = 20;
const UUID_BYTES = 16;

export interface Asked {
  act: ActName;
  targets: Targets;
  /** How many people it concerns. */
  count: number;
  /** Minutes to propose, where an interruption was measured. */
  proposedMinutes: number | null;
  /** The proposal that is confirmed or withdrawn. */
  proposal?: string;
}

type Message = ActIn & { act: ActName };

/** What a dialog asks beyond the reason. */
export interface Details {
  minutes?: number;
  text?: string;
  room?: string;
  seat?: string;
}

/** Acts that can be taken back for some seconds, because that harms nobody. */
const UNDOABLE = new Set<ActName>(['pause', 'resume', 'extend', 'end']);
const UNDO_MS = 10_000;
/** More minutes at once become a proposal; the server decides, this only says so beforehand. */
export const ONE_PERSON_MINUTES = 30;
const isProposal = (wanted: Message) =>
  wanted.act === 'void' || wanted.act === 'disqualify'
  || (wanted.act === 'extend' && (wanted.minutes ?? 0) > ONE_PERSON_MINUTES);

export interface Sending {
  act: ActName;
  count: number;
  /** The server has not answered for long; the proctor may send the same act again. */
  isUnanswered: boolean;
}

export function makeActing(line: Line<ProctorMessages>, examSession: string) {
  const asked = signal<Asked | null>(null);
  const sending = signal<Sending | null>(null);
  const outcome = signal<Outcome | null>(null);
  const refusal = signal<string | null>(null);
  const canUndo = signal(false);
  let message: Message | null = null;

  function ask(act: ActName, targets: Targets, count: number, more: Partial<Asked> = {}): void {
    if (sending.value !== null || count === 0) return;
    batch(() => {
      outcome.value = null;
      refusal.value = null;
      asked.value = { act, targets, count, proposedMinutes: null, ...more };
    });
  }

  /** Carry out what was asked. */
  async function carryOut(reason: string, words: string, details: Details = {}): Promise<void> {
    const wanted = asked.value;
    if (wanted === null || sending.value !== null) return;
    message = {
      act_id: newActId(),
      exam_session: examSession,
      act: wanted.act,
      targets: wanted.targets,
      reason,
      words,
      ...details,
      ...(wanted.proposal === undefined ? {} : { proposal: wanted.proposal }),
    };
    asked.value = null;
    await send(message, wanted.count);
  }

  /** Take the last act back. */
  async function undo(): Promise<void> {
    const done = outcome.value;
    if (done === null || !canUndo.value) return;
    message = {
      act_id: newActId(), exam_session: examSession, act: 'undo', targets: done.targets,
      reason: 'procedure', words: '', of: done.act_id,
    };
    canUndo.value = false;
    await send(message, done.done);
  }

  async function send(wanted: Message, count: number): Promise<void> {
    sending.value = { act: wanted.act, count, isUnanswered: false };
    for (let attempt = 0; attempt < RESEND_LIMIT; attempt += 1) {
      try {
        const reply = await line.request('act', wanted);
        batch(() => {
          sending.value = null;
          if (reply.ok) {
            const told = reply as unknown as Pick<Outcome, 'done' | 'refused'>;
            const isProposed = isProposal(wanted);
            outcome.value = { act: wanted.act, act_id: wanted.act_id, targets: wanted.targets, isProposal: isProposed, ...told };
            canUndo.value = UNDOABLE.has(wanted.act) && told.done > 0 && !isProposed;
          } else refusal.value = reply.message ?? reply.code ?? '';
        });
        if (canUndo.value) setTimeout(() => (canUndo.value = false), UNDO_MS);
        return;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RESEND_MS));
      }
    }
    sending.value = { act: wanted.act, count, isUnanswered: true };
  }

  return {
    asked, sending, outcome, refusal, canUndo, ask, carryOut, undo,
    cancel: () => void (asked.value = null),
    /** Send the unanswered act again, as the same act. */
    async again(): Promise<void> {
      if (message !== null && sending.value?.isUnanswered) await send(message, sending.value.count);
    },
    forget() {
      batch(() => {
        if (sending.value?.isUnanswered) sending.value = null;
        outcome.value = null;
        refusal.value = null;
      });
    },
  };
}

/** A random UUID; `crypto.randomUUID` is missing on plain HTTP, as in a hall without certificates. */
export function newActId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(UUID_BYTES));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
