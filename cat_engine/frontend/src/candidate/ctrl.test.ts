import { signal } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import type { Message, Outbox } from '../lib/outbox';
import { NoAnswer, type Ack, type Line, type LineState } from '../lib/socket';
import { makeCtrl } from './ctrl';
import type { Item, View } from './interfaces';

const HOUR_MS = 3_600_000;

function item(itemNo: number): Item {
  return {
    item_no: itemNo, section: 'twk', kind: 'choice', stem: `Soal ${itemNo}`, image: null, stimulus: null,
    options: ['A', 'B'].map((letter) => ({ letter, text: letter, image: null })),
  };
}

function viewOf(changes: Partial<View> = {}): View {
  return {
    status: 'working', room_status: 'started', part_index: 0, time_left_ms: HOUR_MS, extra_ms: 0, paused: null, break_left_ms: 0,
    state_version: 1, epoch: 1, now: 0,
    exam: { id: 'pagi', title: 'SKD', session_title: 'Sesi 1', room: 'A', seat: '1' },
    candidate: { participant_no: 'ani', name: 'Ani', formation: '', formation_type: 'general', accommodations: [], text_size: 'normal', contrast: 'normal', timer: 'shown', break_minutes: 0 },
    parts: [{ id: 'main', title: 'SKD', minutes: 100, sections: [{ id: 'twk', title: 'TWK', item_count: 2 }] }],
    seq_base: 100_000, last_seq: 0, items: [item(1), item(2)], responses: {}, flags: [], practice: [],
    held_count: 0, messages: [], read_count: 0, call: null, void_kind: '', result: null, ...changes,
  };
}

function memoryOutbox(kept: Message[] = []): Outbox {
  const messages = new Map(kept.map((one) => [one.seq, one]));
  return {
    durable: true,
    waiting: () => [...messages.values()].sort((a, b) => a.seq - b.seq),
    highestSeq: () => Math.max(0, ...messages.keys()),
    add: async (message) => void messages.set(message.seq, message),
    remove: async (seq) => void messages.delete(seq),
  };
}

/** A server by the protocol's word. It stores each number once; its acknowledgements can be lost. */
function makeServer() {
  const state = signal<LineState>('online');
  let connected = () => {};
  const pushes = new Map<string, () => void>();
  const server = {
    view: viewOf(),
    stored: new Map<number, Record<string, unknown>>(),
    sent: [] as [string, Record<string, unknown>][],
    isDown: false,
    lostAcks: 0,
    refusal: null as string | null,
    isClosed: false,
    line: {
      state,
      async request(name: string, message: object): Promise<Ack> {
        const body = message as Record<string, unknown>;
        if (server.isDown) throw new NoAnswer(name);
        server.sent.push([name, body]);
        if (name === 'enter' || name === 'view_sitting' || name === 'begin') return { ok: true, ...server.view };
        if (name === 'beat') return { ok: true, ...server.view };
        if (server.refusal !== null) return { ok: false, code: server.refusal, message: 'ditolak' };
        server.stored.set(Number(body['client_seq']), body);
        if (server.lostAcks > 0) {
          server.lostAcks -= 1;
          throw new NoAnswer(name);
        }
        if (name === 'end_part') return { ok: true, ...server.view, status: 'finished', items: [] };
        return { ok: true, saved: body['client_seq'], time_left_ms: HOUR_MS, state_version: server.view.state_version };
      },
      onConnect: (listener: () => void) => void (connected = listener),
      onPush: (name: string, listener: (message: never) => void) => void pushes.set(name, listener as () => void),
      close: () => void (server.isClosed = true),
    } satisfies Line,
    connect: () => connected(),
    push: (name: string) => pushes.get(name)?.(),
    names: () => server.sent.map(([name]) => name),
  };
  return server;
}

/** A page whose timers run only when the test lets them. */
async function open(server = makeServer(), outbox = memoryOutbox(), clocks = { now: () => 0, wall: () => 5_000 }) {
  const due: (() => void)[] = [];
  const ctrl = makeCtrl(server.line, outbox, {
    station: 'pc', ...clocks, later: (work) => void due.push(work),
  });
  server.connect();
  await settle();
  return { server, outbox, ctrl, later: async () => { due.splice(0).forEach((work) => work()); await settle(); } };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

test('a beginning while the line comes back waits until the page has entered again', async () => {
  const { server, ctrl, later } = await open();
  server.isDown = true;
  server.connect();
  await settle();
  server.isDown = false;
  server.sent.length = 0;

  void ctrl.begin();
  await settle();
  const before = server.names();
  await later();
  await later();

  expect(before).toEqual([]);
  expect(server.names()[0]).toBe('enter');
  expect(server.names().filter((name) => name === 'begin')).toHaveLength(1);
  expect(ctrl.problem.value).toBeNull();
});

describe('an answer', () => {
  test('is saving until the server has acknowledged it, then saved', async () => {
    const { server, ctrl, outbox } = await open();

    ctrl.respond(1, { choice: 'A' });
    const atOnce = ctrl.saved.value[1];
    await settle();

    expect([atOnce, ctrl.saved.value[1], outbox.waiting().length]).toEqual(['saving', 'saved', 0]);
    expect(server.stored.get(100_001)).toMatchObject({ item_no: 1, response: { choice: 'A' } });
  });

  test('whose acknowledgement is lost is sent again under the same number', async () => {
    const { server, ctrl, later } = await open();
    server.lostAcks = 1;

    ctrl.respond(1, { choice: 'A' });
    await settle();
    const whileLost = ctrl.saved.value[1];
    await later();

    expect([whileLost, ctrl.saved.value[1]]).toEqual(['waiting', 'saved']);
    expect([...server.stored.keys()]).toEqual([100_001]);
    expect(server.names().filter((name) => name === 'respond')).toHaveLength(2);
  });

  test('given while the line is down waits, also behind other messages, and goes out in order', async () => {
    const { server, ctrl, later } = await open();
    server.isDown = true;
    server.line.state.value = 'offline';

    ctrl.go(1);
    ctrl.respond(2, { choice: 'B' });
    await settle();
    const waiting = [ctrl.saved.value[2], ctrl.waitingCount.value];
    server.isDown = false;
    server.line.state.value = 'online';
    server.connect();
    await settle();
    await later();

    expect(waiting).toEqual(['waiting', 2]);
    expect([ctrl.saved.value[2], ctrl.waitingCount.value]).toEqual(['saved', 0]);
    expect(server.names().slice(-2)).toEqual(['view', 'respond']);
  });

  test('changed before the first is acknowledged is saved only when the last is', async () => {
    const { server, ctrl, later } = await open();
    server.lostAcks = 1;

    ctrl.respond(1, { choice: 'A' });
    ctrl.respond(1, { choice: 'B' });
    await settle();
    const between = ctrl.saved.value[1];
    await later();

    expect([between, ctrl.saved.value[1]]).toEqual(['waiting', 'saved']);
    expect(server.stored.get(100_002)).toMatchObject({ response: { choice: 'B' } });
  });

  test('that was left by a reload is shown and sent with its old number', async () => {
    const left: Message = { seq: 100_009, name: 'respond', body: { item_no: 2, response: { choice: 'B' } }, given_at: 1_000 };

    const { server, ctrl } = await open(makeServer(), memoryOutbox([left]));
    ctrl.respond(1, { choice: 'A' });
    await settle();

    expect(ctrl.responses.value).toEqual({ 1: { choice: 'A' }, 2: { choice: 'B' } });
    expect(server.stored.get(100_009)).toMatchObject({ item_no: 2, held_ms: 4_000 });
    expect(server.stored.get(100_010)).toMatchObject({ item_no: 1 });
  });

  test('that had to wait carries when it was given, by both clocks, however long it waits', async () => {
    const at = { mono: 0, wall: 5_000 };
    const clocks = { now: () => at.mono, wall: () => at.wall };
    const server = makeServer();
    server.view = viewOf({ now: 70_000 });
    const { ctrl, later } = await open(server, memoryOutbox(), clocks);
    server.isDown = true;
    Object.assign(at, { mono: 9_000, wall: 14_000 });
    ctrl.respond(1, { choice: 'A' });
    await settle();

    server.isDown = false;
    Object.assign(at, { mono: 49_000, wall: 54_000 });
    await later();

    expect(server.stored.get(100_001)).toMatchObject({ held_ms: 40_000, ack_at: 70_000, since_ack_ms: 9_000 });
  });

  test('refused for good gives way to what the server holds, and the page says so', async () => {
    const { server, ctrl, outbox } = await open();
    server.refusal = 'late_held';

    ctrl.respond(1, { choice: 'A' });
    await settle();

    expect(outbox.waiting()).toEqual([]);
    expect([ctrl.problem.value, ctrl.responses.value]).toEqual(['ditolak', {}]);
  });

  test('refused because of a pause is kept', async () => {
    const { server, ctrl, outbox } = await open();
    server.refusal = 'paused';

    ctrl.respond(1, { choice: 'A' });
    await settle();

    expect([outbox.waiting().length, ctrl.saved.value[1]]).toEqual([1, 'waiting']);
  });
});

test('the end of the part leaves after every answer before it', async () => {
  const { server, ctrl, later } = await open();
  server.lostAcks = 1;
  ctrl.respond(1, { choice: 'A' });
  ctrl.endPart();
  await settle();
  expect(server.names()).not.toContain('end_part');

  await later();

  expect(server.names().slice(-2)).toEqual(['respond', 'end_part']);
  expect(ctrl.view.value?.status).toBe('finished');
});

test('a page that was taken over is silent and comes back only by a new login', async () => {
  const { server, ctrl } = await open();

  server.push('taken_over');
  const before = server.sent.length;
  server.connect();
  await settle();

  expect([ctrl.stage.value, server.isClosed, server.sent.length]).toEqual(['taken_over', true, before]);
});

test('a push that was lost is learnt from the next heartbeat', async () => {
  const { server, ctrl } = await open();
  server.view = viewOf({ status: 'paused', state_version: 2, items: [], paused: { reason: 'power', words: '', at: 0 } });

  await ctrl.beat();

  expect(ctrl.view.value?.status).toBe('paused');
});

test('a room that is not open yet is asked again', async () => {
  const server = makeServer();
  const request = server.line.request;
  let refusals = 1;
  server.line.request = async (name, message) => {
    if (name === 'enter' && refusals-- > 0) return { ok: false, code: 'not_open' };
    return request(name, message);
  };

  const { ctrl, later } = await open(server);
  const first = ctrl.stage.value;
  await later();

  expect([first, ctrl.stage.value]).toEqual(['closed', 'exam']);
});

test('what waits goes into a file once the page has been online', async () => {
  const server = makeServer();
  server.view = { ...viewOf({ now: 70_000 }), outbox: { key: '09'.repeat(32), token: 'ab' } } as View;
  const { ctrl } = await open(server);
  server.isDown = true;
  ctrl.respond(1, { choice: 'A' });
  await settle();

  const file = await ctrl.outboxFile();

  expect(file?.name).toBe('ani-1.outbox.json');
  expect(JSON.parse(file!.text)).toMatchObject({ exam_session: 'pagi', participant_no: 'ani', epoch: 1 });
});
