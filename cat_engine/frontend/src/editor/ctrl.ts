/** State and actions of the page on which an item is written. */
import { signal } from '@preact/signals';
import type { Item } from '../items/types';
import type { Texts } from '../lib/i18n';
import type { Document, Stimulus } from './document';
import { Drafts, type Draft } from './drafts';
import { withKind } from './lens';
import { presetFor } from './presets';
import * as server from './server';
import { UNREACHABLE, type Fault, type Refusal } from './server';

/** What the server puts into the page. */
export interface Begin {
  user: string;
  bank: string;
  item: string;
  kind: string;
  document: Document | null;
  version: number;
  sections: string[];
  topics: string[];
  stimuli: Stimulus[];
}
export interface Place {
  drafts: Drafts;
  /** Names the draft of a new item; kept in the address, so that a reload finds it. */
  draftId: string;
  /** What a new item begins with. */
  blank: () => Document;
  go: (address: string) => void;
  now: () => number;
}

const REST_MS = 400;

export class Ctrl {
  readonly document;
  readonly bank;
  readonly item;
  readonly reason = signal('');
  readonly faults = signal<Fault[]>([]);
  readonly shown = signal<Item | null>(null);
  readonly refusal = signal<Refusal | null>(null);
  readonly isStoring = signal(false);
  /** Faults are shown at the fields once somebody wanted to store, or left a field. */
  readonly isStrict = signal(false);
  /** When the draft that was found was kept; null: none was found. */
  readonly restoredAt = signal<number | null>(null);
  readonly isKept = signal(true);
  readonly waiting;
  /** Grows when the document was replaced as a whole. */
  readonly replaced = signal(0);
  baseVersion: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private readonly left = new Map<string, Document>();

  constructor(
    readonly begin: Begin,
    readonly t: Texts,
    private readonly place: Place,
  ) {
    const draft = place.drafts.find(place.draftId);
    this.document = signal<Document>(draft?.document ?? begin.document ?? place.blank());
    this.bank = signal(draft?.bank ?? begin.bank);
    this.item = signal(draft?.item ?? begin.item);
    this.reason.value = draft?.reason ?? '';
    this.baseVersion = draft?.base_version ?? begin.version;
    this.restoredAt.value = draft?.at ?? null;
    this.waiting = signal<Draft[]>(begin.document ? [] : place.drafts.list(place.now()).filter((one) => one.base_version === 0 && one.id !== place.draftId));
    void this.check();
  }

  get isNew(): boolean {
    return this.begin.document === null;
  }

  change(update: (document: Document) => Document): void {
    this.document.value = update(this.document.value);
    this.touched();
  }

  setName(name: 'bank' | 'item' | 'reason', value: string): void {
    this[name].value = value;
    this.touched();
  }

  /** Another kind; what the kind that is left had of its own comes back with it. */
  setKind(preset: string, blank: Document): void {
    const left = this.document.value;
    const next = this.left.get(preset) ?? blank;
    this.left.set(presetFor(left), left);
    this.change((document) => withKind(document, next));
    this.replaced.value += 1;
  }

  /** Begin again from what is stored. */
  discard(): void {
    this.place.drafts.drop(this.place.draftId);
    this.document.value = this.begin.document ?? this.place.blank();
    this.bank.value = this.begin.bank;
    this.item.value = this.begin.item;
    this.reason.value = '';
    this.baseVersion = this.begin.version;
    this.restoredAt.value = null;
    this.replaced.value += 1;
    void this.check();
  }

  forget(draft: Draft): void {
    this.place.drafts.drop(draft.id);
    this.waiting.value = this.waiting.value.filter((one) => one.id !== draft.id);
  }

  /** Whether it was stored; the page then goes to the item. */
  async store(): Promise<boolean> {
    clearTimeout(this.timer);
    this.isStrict.value = true;
    this.refusal.value = null;
    this.keep();
    this.isStoring.value = true;
    const isSound = (await this.check()) && this.wanting().length === 0;
    if (isSound && this.faults.value.length === 0) await this.send();
    this.isStoring.value = false;
    return this.faults.value.length === 0 && this.refusal.value === null && this.wanting().length === 0;
  }

  /** The faults that no server needs to find, first those at the head of the page. */
  wanting(): Fault[] {
    const reason: Fault[] = this.reason.value.trim() === '' ? [{ place: 'reason', code: 'needed', values: {} }] : [];
    return reason;
  }

  private async send(): Promise<void> {
    const [bank, item] = [this.bank.value.trim(), this.item.value.trim()];
    const body = { document: this.document.value, base_version: this.baseVersion, reason: this.reason.value.trim() };
    const answer = await server.store(bank, item, body);
    if ('ok' in answer) {
      this.place.drafts.drop(this.place.draftId);
      this.place.go(`/bank/items/${encodeURIComponent(bank)}/${encodeURIComponent(item)}?done=act`);
      return;
    }
    this.refusal.value = answer.refused;
    if (answer.refused.code === 'newer_version') {
      this.baseVersion = (await server.newestVersion(bank, item)) ?? this.baseVersion;
      this.keep();
    }
  }

  private touched(): void {
    this.refusal.value = null;
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), REST_MS);
  }

  private keep(): void {
    this.isKept.value = this.place.drafts.keep({
      id: this.place.draftId,
      bank: this.bank.value,
      item: this.item.value,
      reason: this.reason.value,
      base_version: this.baseVersion,
      document: this.document.value,
      at: this.place.now(),
    });
  }

  /** Ask what is wrong and how it looks; an answer that another question has overtaken is dropped. */
  private async check(): Promise<boolean> {
    const asked = (this.asked += 1);
    const answer = await server.check(this.bank.value, this.item.value, this.document.value);
    if (asked !== this.asked) return false;
    if ('refused' in answer) {
      // While typing only what lasts is worth a word; storing says everything.
      if (this.isStoring.value || answer.refused !== UNREACHABLE) this.refusal.value = answer.refused;
      return false;
    }
    this.faults.value = answer.ok.faults;
    if (answer.ok.preview) this.shown.value = answer.ok.preview;
    return true;
  }
}
