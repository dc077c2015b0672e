/** Rows and boards for tests. */
import type { Beat, Delta, Row, Snapshot } from './interfaces';

export function row(id: string, total: string, changes: Partial<Row> = {}): Row {
  return {
    id, label: 'A***', formation: 'Guru', formation_type: 'general', room: 'A', sections: { twk: total },
    total, answered: 0, item_count: 1, status: 'working', passed: null, tied: false, reason: null,
    ...changes,
  };
}

export function snapshot(version: number, rows: Row[], changes: Partial<Snapshot> = {}): Snapshot {
  return {
    id: 'pagi', title: 'SKD', session_title: 'Sesi 1', state: 'live', provisional: true, data_at: 0,
    now: 0, delay_s: 10, reveal: 'live', rank_by: ['total'], thresholds: {},
    sections: [{ id: 'twk', title: { id: 'Wawasan', en: 'Insight' }, highest: null }],
    version, rows, ...changes,
  };
}

export function delta(version: number, rows: [number, Row][], changes: Partial<Delta> = {}): Delta {
  return { after: version - 1, version, rows, removed: [], now: 0, data_at: 0, state: 'live', provisional: true, ...changes };
}

export function beat(version: number, changes: Partial<Beat> = {}): Beat {
  return { version, now: 0, data_at: 0, as_of: 0, state: 'live', provisional: true, ...changes };
}
