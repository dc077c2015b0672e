/** "Save my answers to a file": for a line that does not come back. */
import type { Outbox } from '../lib/outbox';
import type * as Sealing from '../lib/sealed_outbox';
import type { View } from './interfaces';

/** What the server hands out with `enter`: its key, and what shows that this page is theirs. */
export interface Seal {
  key: string;
  token: string;
}
export interface Exchange {
  at: number;
  heard: number;
}
export interface File {
  name: string;
  text: string;
}

/** How long a line is gone before the page offers the file. */
export const OFFER_AFTER_MS = 20_000;

export function makeSaving(outbox: Outbox, clocks: { wall: () => number; monotonic: () => number }) {
  let seal: Seal | null = null;
  let sealing: Promise<typeof Sealing> | null = null;
  return {
    /** Fetched while there is a line: without one nothing can be loaded. */
    take(given: Seal | undefined) {
      if (given === undefined) return;
      seal = given;
      sealing ??= import('../lib/sealed_outbox');
      sealing.catch(() => (sealing = null));
    },
    async file(view: View | null, exchange: Exchange | null): Promise<File | null> {
      if (view === null || seal === null || sealing === null) return null;
      const { sealOutbox } = await sealing;
      const head = {
        exam_session: view.exam.id, participant_no: view.candidate.participant_no, epoch: view.epoch, key: seal.key,
      };
      const made_at = exchange === null ? null : Math.round(exchange.at + clocks.monotonic() - exchange.heard);
      const content = { token: seal.token, made_at, wall: clocks.wall(), messages: outbox.waiting() };
      return { name: `${view.candidate.participant_no}-${view.epoch}.outbox.json`, text: sealOutbox(head, content) };
    },
  };
}

/** Hand a file to the browser's downloads. */
export function download({ name, text }: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
