import { expect, test } from 'vitest';
import vector from '../../../../tests/vectors/outbox.json';
import { sealOutbox } from './sealed_outbox';

const random = new Uint8Array((vector.random.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

test('the file is the one that the server opens', () => {
  expect(sealOutbox(vector.head, vector.content, random)).toBe(vector.file);
});

test('two files of one outbox share no key and no nonce', () => {
  const [one, other] = [1, 2].map(() => JSON.parse(sealOutbox(vector.head, vector.content)) as Record<string, string>);

  expect(one!['ephemeral']).not.toBe(other!['ephemeral']);
  expect(one!['sealed']).not.toBe(other!['sealed']);
});
