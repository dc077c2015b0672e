// The one catalogue of texts, ../locale/*.yaml, as one JSON file for each live page.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (name) => parse(readFileSync(`../locale/${name}.yaml`, 'utf8')) ?? {};
const errors = Object.fromEntries(
  Object.entries(read('errors')).filter(([key]) => key.startsWith('error.')),
);
// The editor names kinds and difficulties as the pages of the bank do.
const named = Object.fromEntries(
  Object.entries(read('bank')).filter(([key]) => /^(item_kind|difficulty)\./.test(key)),
);
mkdirSync('src/generated', { recursive: true });
for (const page of ['candidate', 'proctor', 'board', 'editor', 'stations']) {
  const texts = { ...read(page), ...(page === 'editor' ? named : errors) };
  for (const [key, entry] of Object.entries(texts)) {
    if (typeof entry.id !== 'string' || typeof entry.en !== 'string') {
      throw new Error(`${page}: ${key} needs id and en`);
    }
  }
  writeFileSync(`src/generated/messages.${page}.json`, JSON.stringify(texts));
}
