import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LineState } from '../lib/socket';
import { makeCtrl } from './ctrl';
import type { Beat, Delta, Row, Snapshot } from './interfaces';
import { beat, delta, row, snapshot } from './rows.fixture';
import type { Stream } from './stream';

/** A server by the protocol's word: a snapshot with an ETag, and a stream that begins with a beat. */
function makeServer(first: Snapshot) {
  const state = signal<LineState>('connecting');
  let tellDelta: (message: Delta) => void = () => {};
  let tellBeat: (message: Beat) => void = () => {};
  const server = {
    held: first,
    status: 200,
    gets: [] as string[],
    opened: [] as number[],
    isCut: false,
    isClosed: false,
    stream: {
      state,
      open(after: number) {
        server.opened.push(after);
        if (server.isCut) return;
        state.value = 'online';
        server.beat(server.held.version, { state: server.held.state });
      },
      onDelta: (listener) => void (tellDelta = listener),
      onBeat: (listener) => void (tellBeat = listener),
      close: () => void (server.isClosed = true),
    } satisfies Stream,
    async fetch(_address: string, options: { headers: Record<string, string> }): Promise<Response> {
      const etag = `"${server.held.version}-${server.held.state}"`;
      const asked = options.headers['If-None-Match'] ?? '';
      server.gets.push(asked);
      if (server.status !== 200) throw new TypeError('no line');
      if (asked === etag) return new Response(null, { status: 304 });
      return new Response(JSON.stringify(server.held), { headers: { ETag: etag } });
    },
    cut() {
      server.isCut = true;
      state.value = 'offline';
    },
    push: (message: Delta) => tellDelta(message),
    beat: (version: number, changes: Partial<Beat> = {}) => tellBeat(beat(version, changes)),
  };
  return server;
}

const ids = (rows: readonly Row[]) => rows.map((one) => one.id);

async function open(first: Snapshot) {
  const server = makeServer(first);
  vi.stubGlobal('fetch', server.fetch);
  const ctrl = makeCtrl(server.stream, 'pagi');
  ctrl.start();
  await vi.advanceTimersByTimeAsync(10);
  return { server, ctrl };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a board that is read', () => {
  test('one snapshot is fetched, then deltas move the rows', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5'), row('budi', '4')]));

    server.push(delta(2, [[0, row('budi', '6')]]));

    expect(ids(ctrl.rows.value)).toEqual(['budi', 'ani']);
    expect(ctrl.moves.value.get('budi')?.places).toBe(1);
    expect([server.gets, server.opened]).toEqual([[''], [1]]);
  });

  test('versions may leap: a delta says which one it follows on', async () => {
    const { server, ctrl } = await open(snapshot(10, [row('ani', '5')]));

    server.push(delta(17, [[0, row('budi', '6')]], { after: 10 }));

    expect([ctrl.version.value, ids(ctrl.rows.value)]).toEqual([17, ['budi', 'ani']]);
    expect(server.gets).toEqual(['']);
  });

  test('a gap in versions fetches the snapshot again, once, within two seconds', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.held = snapshot(5, [row('budi', '9'), row('ani', '5')]);

    server.push(delta(4, [[0, row('eko', '7')]]));
    server.push(delta(5, [[0, row('budi', '9')]]));
    expect(ids(ctrl.rows.value)).toEqual(['ani']);
    await vi.advanceTimersByTimeAsync(2_000);

    expect([ctrl.version.value, ids(ctrl.rows.value)]).toEqual([5, ['budi', 'ani']]);
    expect(server.gets.length).toBe(2);
  });

  test('what was told while a snapshot was on its way is taken in after it', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.held = snapshot(4, [row('budi', '9'), row('ani', '5')]);

    server.push(delta(4, [[0, row('budi', '9')]]));
    server.push(delta(5, [[0, row('eko', '10')]]));
    server.push(delta(6, [[0, row('ani', '11')]]));
    await vi.advanceTimersByTimeAsync(2_000);

    expect([ctrl.version.value, ids(ctrl.rows.value)]).toEqual([6, ['ani', 'eko', 'budi']]);
    expect(server.gets.length).toBe(2);
  });

  test('a beat that names another version fetches the snapshot', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.held = snapshot(300, [row('budi', '6')]);

    server.beat(300);
    await vi.advanceTimersByTimeAsync(2_000);

    expect([ctrl.version.value, server.gets.length]).toEqual([300, 2]);
  });

  test('data is as old as the last look at the journal, however lively the line is', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));

    server.beat(1, { now: 100_000, as_of: 60_000 });

    expect([ctrl.silenceMs(), ctrl.freshness()]).toEqual([40_000, 'old']);
  });

  test('a delta that does not fit the rows fetches the whole snapshot, whatever its ETag', async () => {
    const { server } = await open(snapshot(1, [row('ani', '5')]));

    server.push(delta(2, [[9, row('eko', '0')]]));
    await vi.advanceTimersByTimeAsync(2_000);

    expect(server.gets).toEqual(['', '']);
  });

  test('a delta that came twice, or late, changes nothing', async () => {
    const { server, ctrl } = await open(snapshot(3, [row('ani', '5'), row('budi', '4')]));

    server.push(delta(3, [[0, row('budi', '6')]]));
    server.push(delta(2, [[0, row('budi', '6')]]));

    expect(ids(ctrl.rows.value)).toEqual(['ani', 'budi']);
  });

  test('a freeze is told by a delta without rows', async () => {
    const { server, ctrl } = await open(snapshot(3, [row('ani', '5')]));

    server.push(delta(3, [], { after: 3, state: 'frozen' }));
    expect(ctrl.head.value?.state).toBe('frozen');
    server.beat(3, { state: 'live' });

    expect([ctrl.head.value?.state, server.gets.length]).toEqual(['live', 1]);
  });

  test('a snapshot wanted while one is on its way is fetched after it', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));

    const first = ctrl.fetchSnapshot();
    server.held = snapshot(2, [row('budi', '6')]);
    await Promise.all([first, ctrl.fetchSnapshot()]);

    expect(ctrl.version.value).toBe(2);
  });

  test('a silent stream is opened anew from the version shown, and what was missed is learnt', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.held = snapshot(2, [row('budi', '6')]);

    await vi.advanceTimersByTimeAsync(30_000);

    expect([server.opened, ctrl.version.value]).toEqual([[1, 1], 2]);
    expect(ctrl.freshness()).toBe('live');
  });

  test('without a line it polls by ETag every 15 seconds, and says so when that fails too', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.cut();

    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.gets).toEqual(['', '"1-live"', '"1-live"']);
    expect(ctrl.freshness()).toBe('waiting');
    server.status = 0;
    await vi.advanceTimersByTimeAsync(33_000);

    expect(ctrl.freshness()).toBe('old');
  });

  test('a final board closes the line and asks for nothing more', async () => {
    const { server, ctrl } = await open(snapshot(1, [row('ani', '5')]));
    server.held = snapshot(2, [row('ani', '7')], { state: 'final', provisional: false });

    server.push(delta(2, [[0, row('ani', '7')]], { state: 'final', provisional: false }));
    await vi.advanceTimersByTimeAsync(10);
    const asked = server.gets.length;
    await vi.advanceTimersByTimeAsync(600_000);

    expect([server.isClosed, ctrl.freshness(), server.gets.length]).toEqual([true, 'final', asked]);
  });
});

test('in one formation each row also has its rank there, shared where it is shared on the whole', async () => {
  const { ctrl } = await open(
    snapshot(1, [row('a', '9'), row('b', '8', { formation: 'Perawat' }), row('c', '7'), row('d', '7', { tied: true }), row('e', '6')]),
  );

  ctrl.formation.value = 'Guru';

  expect(ctrl.shown.value.map((one) => [one.row.id, one.rank, one.formationRank])).toEqual([
    ['a', 1, 1], ['c', 3, 2], ['d', 3, 2], ['e', 5, 4],
  ]);
});

test('the search walks through what it found and begins anew with another text', async () => {
  const { ctrl } = await open(snapshot(1, [row('24-1', '9'), row('31', '8'), row('24-2', '7')]));

  ctrl.ask('24');
  expect(ctrl.foundIndex.value).toBe(0);
  ctrl.nextFound(1);
  expect(ctrl.foundIndex.value).toBe(2);
  ctrl.nextFound(1);
  expect(ctrl.foundIndex.value).toBe(0);
  ctrl.ask('nobody');

  expect(ctrl.foundIndex.value).toBeNull();
});
