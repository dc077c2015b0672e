import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { openOutbox, type Message } from './outbox';

function message(seq: number): Message {
  return { seq, name: 'respond', body: { item_no: seq, response: { choice: 'A' } }, given_at: 1_000 };
}

beforeEach(() => vi.stubGlobal('indexedDB', new IDBFactory()));

test('what was not acknowledged is there after a reload, in order, under its number', async () => {
  const before = await openOutbox('pagi/ani');
  await before.add(message(7));
  await before.add(message(3));
  await before.add(message(5));
  await before.remove(3);

  const after = await openOutbox('pagi/ani');

  expect(after.waiting()).toEqual([message(5), message(7)]);
  expect([after.highestSeq(), after.durable]).toEqual([7, true]);
});

test('the outbox of one sitting holds nothing of another', async () => {
  const ani = await openOutbox('pagi/ani');
  await ani.add(message(1));

  const budi = await openOutbox('pagi/budi');

  expect(budi.waiting()).toEqual([]);
});

test('a browser that keeps nothing still sends, and the page is told', async () => {
  vi.stubGlobal('indexedDB', { open: () => { throw new Error('private window'); } });

  const outbox = await openOutbox('pagi/ani');
  await outbox.add(message(1));

  expect([outbox.durable, outbox.waiting()]).toEqual([false, [message(1)]]);
});

test('what is no message is not sent', async () => {
  const first = await openOutbox('pagi/ani');
  await first.add(message(1));
  await first.add({ seq: 2, name: 'drop_tables' } as unknown as Message);

  const after = await openOutbox('pagi/ani');

  expect(after.waiting()).toEqual([message(1)]);
});
