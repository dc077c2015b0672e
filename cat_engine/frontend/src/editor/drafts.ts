/** What was typed and is not stored yet, kept on this computer: of each author and item alone. */
import type { Document } from './document';

export interface Draft {
  id: string;
  bank: string;
  item: string;
  reason: string;
  base_version: number;
  document: Document;
  at: number;
}
export interface Place {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

const PREFIX = 'cat-item-draft:';
const KEPT_MS = 30 * 24 * 3600 * 1000;

/** Drafts of one author. What cannot be kept (a full or forbidden store) is said, not thrown. */
export class Drafts {
  constructor(
    private readonly user: string,
    private readonly place: Place,
  ) {}

  /** Whether the draft is kept. */
  keep(draft: Draft): boolean {
    try {
      this.place.setItem(this.keyOf(draft.id), JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  find(id: string): Draft | null {
    try {
      const text = this.place.getItem(this.keyOf(id));
      return text === null ? null : (JSON.parse(text) as Draft);
    } catch {
      return null;
    }
  }

  drop(id: string): void {
    this.place.removeItem(this.keyOf(id));
  }

  /** Every draft of the author, the newest first; those of a month ago are forgotten. */
  list(now: number): Draft[] {
    const keys = Array.from({ length: this.place.length }, (_, index) => this.place.key(index) ?? '');
    const own = keys.filter((key) => key.startsWith(this.keyOf('')));
    const found = own.flatMap((key) => this.find(key.slice(this.keyOf('').length)) ?? []);
    found.filter((one) => now - one.at > KEPT_MS).forEach((one) => this.drop(one.id));
    return found.filter((one) => now - one.at <= KEPT_MS).sort((one, other) => other.at - one.at);
  }

  private keyOf(id: string): string {
    return `${PREFIX}${this.user}:${id}`;
  }
}
