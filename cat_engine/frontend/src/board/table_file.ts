/** The board as a CSV file: what is shown, for a spreadsheet. Pure. */
import { ranksOf } from './delta';
import type { Head, Row } from './interfaces';

/** Comma-separated, CRLF, with a mark for spreadsheets that it is UTF-8. */
export function toCsv(head: Head, rows: readonly Row[], version: number): string {
  const ranks = ranksOf(rows);
  const names = head.sections.map((section) => section.id);
  const lines = [
    ['rank', 'participant_no', 'label', 'formation', 'formation_type', ...names, 'total', 'answered', 'item_count', 'status', 'passed', 'board_state', 'board_version'],
    ...rows.map((row, index) => [
      String(ranks[index]), row.id, row.label, row.formation, row.formation_type,
      ...names.map((name) => row.sections[name] ?? ''),
      row.total, String(row.answered), String(row.item_count), row.status,
      row.passed === null ? '' : String(row.passed), head.state, String(version),
    ]),
  ];
  return `\ufeff${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet takes a cell that begins like a formula for one; the apostrophe says text. */
function cell(value: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
