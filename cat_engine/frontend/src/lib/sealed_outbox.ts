/**
 * The outbox as a file that only the exam server can open: X25519, HKDF-SHA-256, AES-256-GCM.
 *
 * In plain JavaScript on every page: a hall without certificates is no secure context, and browsers
 * have no crypto.subtle there. One way that is always taken is tested; two are not.
 * Format: docs/algorithms/outbox-file.md; exam_sessions/outbox_file.py opens it.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';

const FORMAT = 'cat-engine/outbox/1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

export interface Head {
  exam_session: string;
  participant_no: string;
  epoch: number;
  /** The exam session's public key, hexadecimal. */
  key: string;
}

/** Random bytes; `crypto.getRandomValues` is there on plain HTTP too. */
export function chance(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES + NONCE_BYTES));
}

export function sealOutbox(head: Head, content: unknown, random = chance()): string {
  const secret = random.slice(0, KEY_BYTES);
  const nonce = random.slice(KEY_BYTES);
  const theirs = fromHex(head.key);
  const ephemeral = x25519.getPublicKey(secret);
  const salt = new Uint8Array([...ephemeral, ...theirs]);
  const key = hkdf(sha256, x25519.getSharedSecret(secret, theirs), salt, utf8(FORMAT), KEY_BYTES);
  const bound = [FORMAT, head.exam_session, head.participant_no, head.epoch, head.key].join('\n');
  const sealed = gcm(key, nonce, utf8(bound)).encrypt(utf8(JSON.stringify(content)));
  const file = { format: FORMAT, ...head, ephemeral: toHex(ephemeral), nonce: toHex(nonce), sealed: toBase64(sealed) };
  return `${JSON.stringify(file)}\n`;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array {
  return new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}

function toBase64(bytes: Uint8Array): string {
  return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(''));
}
