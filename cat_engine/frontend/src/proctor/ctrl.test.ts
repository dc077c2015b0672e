import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoAnswer, type Ack, type Line, type LineState } from '../lib/socket';
import { newActId } from './acting';
import { makeCtrl } from './ctrl';
import type { Delta, Row, Watching } from './interfaces';
import { NOW, row, STARTED } from './rows.fixture';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A server by the protocol's word, whose acknowledgements can be lost. */
function makeServer(held: Row[]) {
  const state = signal<LineState>('online');
  let connected = () => {};
  let pushed: (message: Delta) => void = () => {};
  const server = {
    held,
    version: 1,
    lostAcks: 0,
    watches: 0,
    acts: [] as Record<string, unknown>[],
    done: new Set<string>(),
    line: {
      state,
      async request(name: string, message: object): Promise<Ack> {
        if (name === 'watch') {
          server.watches += 1;
          const whole: Watching = {
            version: server.version, now: NOW, rooms: STARTED, rows: server.held, plans: {},
            exam: { id: 'pagi', title: 'SKD', session_title: 'Sesi 1' },
          };
          return { ok: true, ...whole };
        }
        const act = message as Record<string, unknown>;
        server.acts.push(act);
        server.done.add(String(act['act_id']));
        if (server.lostAcks > 0) {
          server.lostAcks -= 1;
          throw new NoAnswer(name);
        }
        return { ok: true, done: 1, refused: [] };
      },
      onConnect: (listener: () => void) => void (connected = listener),
      onPush: (_name: string, listener: (message: never) => void) => void (pushed = listener as typeof pushed),
      close: () => {},
    } satisfies Line,
    connect: () => connected(),
    push: (version: number, rows: Row[]) => pushed({ version, now: NOW, rooms: STARTED, rows }),
  };
  return server;
}

async function open(held: Row[]) {
  const server = makeServer(held);
  const ctrl = makeCtrl(server.line, 'pagi');
  ctrl.start();
  server.connect();
  await vi.advanceTimersByTimeAsync(10);
  return { server, ctrl };
}

const ani = row();
const budi = row({ participant_no: 'budi', name: 'Budi', seat: '2' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('rooms that are watched', () => {
  test('a delta changes the seats it names and leaves the others', async () => {
    const { server, ctrl } = await open([ani, budi]);

    server.push(2, [{ ...budi, answered: 9 }]);

    expect(ctrl.sorted.value.map((one) => one.answered)).toEqual([1, 9]);
    expect(ctrl.rows.value.get('ani')).toBe(ani);
  });

  test('a gap in versions watches again, and the selection stays', async () => {
    const { server, ctrl } = await open([ani, budi]);
    ctrl.toggle('budi');
    server.version = 5;
    server.held = [ani, { ...budi, status: 'paused' }];

    server.push(5, []);
    await vi.advanceTimersByTimeAsync(10);

    expect([server.watches, ctrl.rows.value.get('budi')?.status]).toEqual([2, 'paused']);
    expect([...ctrl.selected.value]).toEqual(['budi']);
  });

  test('a server that counts from the beginning again is believed after the reconnection', async () => {
    const { server, ctrl } = await open([ani]);
    server.push(2, []);
    server.version = 1;

    server.connect();
    await vi.advanceTimersByTimeAsync(10);
    server.push(2, [{ ...ani, answered: 7 }]);

    expect(ctrl.rows.value.get('ani')?.answered).toBe(7);
  });

  test('the page is old after three seconds of silence', async () => {
    const { server, ctrl } = await open([ani]);
    server.push(2, []);

    await vi.advanceTimersByTimeAsync(3_000);
    expect(ctrl.isOld()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);

    expect(ctrl.isOld()).toBe(true);
  });

  test('a login that has ended is told from a lost line', async () => {
    const { server, ctrl } = await open([ani]);
    vi.stubGlobal('fetch', async () => new Response(null, { status: 401 }));
    server.line.state.value = 'offline';

    await vi.advanceTimersByTimeAsync(11_000);
    vi.unstubAllGlobals();

    expect(ctrl.isSignedOut.value).toBe(true);
  });
});

describe('selection', () => {
  test('a range runs from the cursor to the seat, in the order shown', async () => {
    const { ctrl } = await open([budi, ani, row({ participant_no: 'eko', seat: '10' })]);

    ctrl.toggle('ani');
    ctrl.selectTo('eko');

    expect([...ctrl.selected.value]).toEqual(['ani', 'budi', 'eko']);
  });

  test('search and filters hide seats and do not unselect them', async () => {
    const { ctrl } = await open([ani, budi]);
    ctrl.toggle('budi');

    ctrl.search.value = 'a-1';

    expect(ctrl.shown.value.map((one) => one.participant_no)).toEqual(['ani']);
    expect(ctrl.selected.value.has('budi')).toBe(true);
  });
});

describe('acts', () => {
  test('an act whose answers are lost is sent again as the same act', async () => {
    const { server, ctrl } = await open([ani]);
    server.lostAcks = 2;

    ctrl.askFor('extend', ['ani']);
    void ctrl.acting.carryOut('technical', '', { minutes: 5 });
    await vi.advanceTimersByTimeAsync(10_000);

    expect([server.acts.length, server.done.size]).toEqual([3, 1]);
    expect(ctrl.acting.outcome.value).toMatchObject({ act: 'extend', done: 1 });
  });

  test('after a long silence the proctor sends the same act again, not another one', async () => {
    const { server, ctrl } = await open([ani]);
    server.lostAcks = 20;
    ctrl.askFor('pause', ['ani']);
    void ctrl.acting.carryOut('power', 'genset');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ctrl.acting.sending.value?.isUnanswered).toBe(true);

    await ctrl.acting.again();

    expect([server.acts.length, server.done.size, ctrl.acting.sending.value]).toEqual([21, 1, null]);
  });

  test('what a second person has to confirm is told as a proposal, with nothing to undo', async () => {
    const { ctrl } = await open([ani]);
    const told: (boolean | undefined)[] = [];

    for (const [act, minutes] of [['extend', 30], ['extend', 31], ['void', undefined]] as const) {
      ctrl.askFor(act, ['ani']);
      void ctrl.acting.carryOut('technical', '', minutes === undefined ? {} : { minutes });
      await vi.advanceTimersByTimeAsync(1_000);
      told.push(ctrl.acting.outcome.value?.isProposal, ctrl.acting.canUndo.value);
    }

    expect(told).toEqual([false, true, true, false, true, false]);
  });

  test('minutes go with an extension alone', async () => {
    const { server, ctrl } = await open([ani]);

    ctrl.askFor('pause', ['ani']);
    await ctrl.acting.carryOut('health', '');

    expect(server.acts[0]).toEqual({
      act_id: expect.stringMatching(UUID) as string, exam_session: 'pagi', act: 'pause',
      targets: { participants: ['ani'] }, reason: 'health', words: '',
    });
  });

  test('a measured interruption proposes its minutes, rounded up', async () => {
    const { server, ctrl } = await open([ani]);
    server.push(2, [{ ...ani, line: false }]);
    await vi.advanceTimersByTimeAsync(61_000);

    ctrl.askFor('extend', ['ani']);

    expect(ctrl.acting.asked.value?.proposedMinutes).toBe(2);
  });

  test('nothing is asked for nobody', async () => {
    const { ctrl } = await open([]);

    ctrl.askFor('pause', []);

    expect(ctrl.acting.asked.value).toBeNull();
  });

  test('identifiers are version 4 UUIDs and differ', () => {
    const ids = new Set(Array.from({ length: 100 }, newActId));

    expect(ids.size).toBe(100);
    for (const id of ids) expect(id).toMatch(UUID);
  });
});
