/**
 * Since when a seat is as it is.
 *
 * The rows say what is, not since when. A page that saw the change knows the moment; of a change
 * before the page was opened, or while its line was lost, it knows only that it is at least so long
 * ago, and says so. Pure.
 */
import type { Row, Status } from './interfaces';

export interface Moment {
  /** Server time. */
  at: number;
  /** False when it may have been earlier. */
  isExact: boolean;
}
export interface Since {
  line: boolean;
  lineAt: Moment;
  status: Status;
  statusAt: Moment;
}
export type Sinces = ReadonlyMap<string, Since>;

/** `isWitnessed`: these rows changed just now; false for a whole picture taken after a gap. */
export function follow(before: Sinces, rows: readonly Row[], now: number, isWitnessed: boolean): Sinces {
  const next = new Map(before);
  const moment: Moment = { at: now, isExact: isWitnessed };
  for (const row of rows) {
    const old = before.get(row.participant_no);
    next.set(row.participant_no, {
      line: row.line,
      lineAt: old?.line === row.line ? old.lineAt : moment,
      status: row.status,
      statusAt: old?.status === row.status ? old.statusAt : moment,
    });
  }
  return next;
}
