import { expect, test } from 'vitest';
import type { Watching } from '../proctor/interfaces';
import { NOW, row, STARTED } from '../proctor/rows.fixture';
import { makeCtrl, type Source } from './ctrl';

const INCIDENTS = [30_000, 90_000].map((after) => ({ at: NOW + after, what: 'Jeda', participant_no: 'ani', by: 'citra' }));

function makeSource() {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  const source: Source = {
    line: async () => ({ from: NOW, until: NOW + 100_000, entry_count: 9, incidents: INCIDENTS }),
    async rooms(at) {
      asked.push(at - NOW);
      if (waiting.length > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      const rows = at >= NOW + 30_000 ? [row({ status: 'paused' })] : [row()];
      return { version: 1, now: at, rooms: STARTED, rows, exam: { id: 'pagi', title: 'SKD', session_title: '1' }, plans: {} } as Watching;
    },
  };
  return { asked, source };
}

async function open() {
  const made = makeSource();
  const ctrl = makeCtrl(made.source, 'pagi');
  await ctrl.start();
  return { ...made, ctrl };
}

test('the rooms are those of the instant, and time stands still in them', async () => {
  const { ctrl } = await open();

  await ctrl.to(NOW + 40_000);

  expect(ctrl.rooms.rows.value.get('ani')?.status).toBe('paused');
  expect([ctrl.rooms.now() - NOW, ctrl.rooms.isOld()]).toEqual([40_000, false]);
});

test('back in time is as good as forth', async () => {
  const { ctrl } = await open();
  await ctrl.to(NOW + 40_000);

  await ctrl.by(-20_000);

  expect(ctrl.rooms.rows.value.get('ani')?.status).toBe('working');
});

test('steps end at the ends of the line', async () => {
  const { ctrl } = await open();

  await ctrl.by(-Infinity);
  const first = ctrl.at.value;
  await ctrl.by(Infinity);

  expect([first - NOW, ctrl.at.value - NOW]).toEqual([0, 100_000]);
});

test('incidents are jumped to, one after the other, both ways', async () => {
  const { ctrl } = await open();
  const seen: number[] = [];

  for (const jump of [ctrl.nextIncident, ctrl.nextIncident, ctrl.previousIncident, ctrl.previousIncident]) {
    await jump();
    seen.push(ctrl.at.value - NOW);
  }

  expect(seen).toEqual([30_000, 90_000, 30_000, 0]);
});

test('a slider that is dragged asks for the last place, not for all of them', async () => {
  const { ctrl, asked } = await open();

  await Promise.all([10, 20, 30, 40].map((after) => ctrl.to(NOW + after * 1_000)));

  expect(asked).toEqual([0, 10_000, 40_000]);
});
