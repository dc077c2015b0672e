/** The keyboard: few strokes for every act, none while somebody types. */
import type { Ctrl } from '../ctrl';
import type { ActName } from '../interfaces';

const ACTS: Record<string, ActName> = { p: 'pause', r: 'resume', e: 'extend', l: 'release', m: 'message', g: 'compensate' };
const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Listen until the returned function is called. */
export function listenToKeys(ctrl: Ctrl): () => void {
  const onKey = (event: KeyboardEvent) => {
    const isDialogOpen = ctrl.acting.asked.value !== null || ctrl.isHelpOpen.value;
    if (isDialogOpen || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    const isTyping = target?.matches('input:not([type=checkbox]), select, textarea') ?? false;
    const isDone = event.key === 'Escape' ? escape(ctrl, target) : !isTyping && press(ctrl, event.key, target);
    if (isDone) event.preventDefault();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

/** First the search, then the selection. */
function escape(ctrl: Ctrl, target: HTMLElement | null): boolean {
  if (ctrl.search.value !== '') ctrl.search.value = '';
  else ctrl.clearSelection();
  if (target?.id === 'search') target.blur();
  return true;
}

function press(ctrl: Ctrl, key: string, target: HTMLElement | null): boolean {
  const step = STEPS[key];
  if (step) return move(ctrl, step);
  const act = ACTS[key.toLowerCase()];
  if (act) {
    ctrl.askFor(act, [...ctrl.selected.value]);
    return ctrl.selected.value.size > 0;
  }
  switch (key.toLowerCase()) {
    case '/':
      document.querySelector<HTMLInputElement>('#search')?.focus();
      return true;
    case ' ':
      // A seat, a checkbox or a button takes the space bar by itself.
      if (target?.matches('button, input, a, summary') || ctrl.cursor.value === null) return false;
      ctrl.toggle(ctrl.cursor.value);
      return true;
    case 'a':
      ctrl.selectMany(ctrl.shown.value.map((row) => row.participant_no));
      return true;
    case 's':
      return startRoom(ctrl);
    case 't':
      ctrl.isMap.value = !ctrl.isMap.value;
      return true;
    case '?':
      ctrl.isHelpOpen.value = true;
      return true;
    default:
      return false;
  }
}

/** The room meant: the filtered one, the cursor's, or the only one that can be started. */
function startRoom(ctrl: Ctrl): boolean {
  const open = ctrl.rooms.value.filter((room) => room.status === 'open');
  const meant = ctrl.roomFilter.value || ctrl.rows.value.get(ctrl.cursor.value ?? '')?.room;
  const room = open.find((one) => one.id === meant) ?? (open.length === 1 ? open[0] : undefined);
  if (room === undefined) return false;
  ctrl.askRoom('start', room.id);
  return true;
}

function move(ctrl: Ctrl, [across, down]: readonly [number, number]): boolean {
  const order = ctrl.shown.value.map((row) => row.participant_no);
  if (order.length === 0) return false;
  const at = order.indexOf(ctrl.cursor.value ?? '');
  const next = at < 0 ? 0 : ctrl.isMap.value && down !== 0 ? neighbour(order, at, down) : at + across + down;
  const no = order[Math.min(order.length - 1, Math.max(0, next))];
  if (no === undefined) return false;
  ctrl.cursor.value = no;
  const drawn = document.querySelector<HTMLElement>(`.seat[data-no="${CSS.escape(no)}"], tr[data-no="${CSS.escape(no)}"] input`);
  (drawn ?? document.querySelector<HTMLElement>('.table-frame'))?.focus();
  return true;
}

/** The seat nearest above or below on the map, by what is drawn. */
function neighbour(order: readonly string[], at: number, down: number): number {
  const box = (index: number) => document.querySelector(`.seat[data-no="${CSS.escape(order[index] ?? '')}"]`)?.getBoundingClientRect();
  const from = box(at);
  if (!from) return at;
  let best = at;
  let rowTop: number | null = null;
  for (let index = at + down; index >= 0 && index < order.length; index += down) {
    const one = box(index);
    if (!one || Math.abs(one.top - from.top) < 1) continue;
    rowTop ??= one.top;
    if (Math.abs(one.top - rowTop) >= 1) break;
    const isNearer = best === at || Math.abs(one.left - from.left) < Math.abs((box(best)?.left ?? 0) - from.left);
    if (isNearer) best = index;
  }
  return best;
}
