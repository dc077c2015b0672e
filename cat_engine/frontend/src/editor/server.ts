/** What the page asks of the server: every answer is a value, whatever went wrong is said in words. */
import type { Item } from '../items/types';
import type { Document } from './document';

export interface Fault {
  place: string;
  code: string;
  values: Record<string, string>;
}
export interface Checked {
  faults: Fault[];
  preview: Item | null;
}
export interface Medium {
  kind: 'image' | 'audio';
  digest: string;
  extension: string;
  width: number;
  height: number;
}
export interface Refusal {
  code: string;
  message: string;
}

/** Nobody answered, or somebody who is no server of ours. */
export const UNREACHABLE: Refusal = { code: 'unreachable', message: '' };

export type Answer<T> = { ok: T } | { refused: Refusal };

export const check = (bank: string, item: string, document: Document): Promise<Answer<Checked>> =>
  post('/api/v1/bank/check', { bank, item, document });

export const store = (bank: string, item: string, body: { document: Document; base_version: number; reason: string }) =>
  post<{ version: number; digest: string }>(`/api/v1/bank/items/${encodeURIComponent(bank)}/${encodeURIComponent(item)}/versions`, body);

export const typeset = (latex: string): Promise<Answer<{ math: string }>> => post('/api/v1/bank/formula', { latex });

export async function upload(file: File): Promise<Answer<Medium>> {
  return post('/api/v1/bank/media', { name: file.name.slice(-200), content: base64Of(new Uint8Array(await file.arrayBuffer())) });
}

/** The newest version of an item, or null where nobody says. */
export async function newestVersion(bank: string, item: string): Promise<number | null> {
  try {
    const answer = await fetch(`/api/v1/bank/items/${encodeURIComponent(bank)}/${encodeURIComponent(item)}`);
    if (!answer.ok) return null;
    const { versions } = (await answer.json()) as { versions: number[] };
    return versions[versions.length - 1] ?? null;
  } catch {
    return null;
  }
}

async function post<T>(address: string, body: unknown): Promise<Answer<T>> {
  try {
    const answer = await fetch(`${address}?lang=${document.documentElement.lang}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'cat-engine' },
      body: JSON.stringify(body),
    });
    const value: unknown = await answer.json();
    if (answer.ok) return { ok: value as T };
    return { refused: (value as { error: Refusal }).error ?? UNREACHABLE };
  } catch {
    return { refused: UNREACHABLE };
  }
}

const CHUNK = 0x8000;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}
