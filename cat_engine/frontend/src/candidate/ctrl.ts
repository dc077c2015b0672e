/** State and actions of the candidate's page. It asks and shows; the server decides. */
import { batch, computed, signal } from '@preact/signals';
import { makeClock } from '../lib/clock';
import type { CandidateMessages } from '../lib/messages';
import { NoAnswer, type Ack, type Line } from '../lib/socket';
import { makeSaving, type Exchange, type Seal } from './saving';
import type { Message, Outbox } from '../lib/outbox';
import type { Beat, Item, Response, Saved, View } from './interfaces';

const BEAT_MS = 10_000;
const RETRY_MS = 1_500;
/** Refusals that pass: the message stays in the outbox. */
const PASSING = new Set(['unavailable', 'slow_down', 'paused', 'taken_over', 'not_signed_in']);

export type Stage = 'loading' | 'closed' | 'browser' | 'identity' | 'rules' | 'practice' | 'exam' | 'taken_over';

export interface Options {
  station: string;
  now?: () => number;
  wall?: () => number;
  later?: (work: () => void, delayMs: number) => void;
  /** Go where the next candidate signs in. */
  leave?: () => void;
}

export function makeCtrl(line: Line<CandidateMessages>, outbox: Outbox, options: Options) {
  const wall = options.wall ?? Date.now;
  const later = options.later ?? ((work, delayMs) => void setTimeout(work, delayMs));
  const leave = options.leave ?? (() => location.assign('/login'));
  const monotonic = options.now ?? (() => performance.now());
  const clock = makeClock(monotonic);
  const stage = signal<Stage>('loading');
  const view = signal<View | null>(null);
  const responses = signal<Record<number, Response>>({});
  const flags = signal<ReadonlySet<number>>(new Set());
  const saved = signal<Record<number, Saved>>({});
  const current = signal(0);
  const waitingCount = signal(outbox.waiting().length);
  const problem = signal<string | null>(null);
  const items = computed(() => view.value?.items ?? []);
  const item = computed<Item | undefined>(() => items.value[current.value]);
  let seq = 0;
  let sending = false;
  let entered = false;
  let entering = false;
  /** The last acknowledged exchange: the server's time, and this page's monotonic clock at it. */
  let exchange: Exchange | null = null;
  const saving = makeSaving(outbox, { wall, monotonic });

  // --- connection ---

  async function enter(): Promise<void> {
    if (entering) return;
    entering = true;
    try {
      const reply = await line.request('enter', { station: options.station });
      if (reply.ok) {
        entered = true;
        saving.take(reply['outbox'] as Seal | undefined);
        show(reply as unknown as View);
        if (stage.value === 'loading' || stage.value === 'closed' || stage.value === 'browser') {
          stage.value = startStage(reply as unknown as View);
        }
        void flush();
      } else if (reply.code === 'not_open' || reply.code === 'browser_required') {
        stage.value = reply.code === 'not_open' ? 'closed' : 'browser';
        later(() => void enter(), 3_000 + Math.random() * 4_000);
      } else {
        problem.value = reply.message ?? null;
        later(() => void enter(), 2_000 + Math.random() * 3_000);
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      later(() => void enter(), RETRY_MS);
    } finally {
      entering = false;
    }
  }

  function startStage(first: View): Stage {
    const begun = first.status !== 'waiting' && first.status !== 'ready';
    return begun || first.part_index > 0 ? 'exam' : 'identity';
  }

  line.onConnect(() => {
    if (stage.value === 'taken_over') return;
    entered = false;
    void enter();
  });
  line.state.subscribe((state) => {
    if (state === 'offline') markWaiting();
  });
  line.onPush('changed', () => void beat());
  line.onPush('session_closed', () => {
    line.close();
    leave();
  });
  line.onPush('taken_over', () => {
    batch(() => {
      entered = false;
      stage.value = 'taken_over';
    });
    line.close();
  });

  // --- the server's word ---

  function hear(now: number): void {
    exchange = { at: now, heard: monotonic() };
  }

  function show(next: View): void {
    hear(next.now);
    batch(() => {
      const before = view.value;
      view.value = next;
      seq = Math.max(seq, next.seq_base, next.last_seq, outbox.highestSeq());
      clock.set(next.time_left_ms, next.status === 'working');
      const kept = next.items.length > 0;
      if (kept) {
        responses.value = { ...numbered(next.responses), ...pendingResponses() };
        flags.value = new Set(next.flags);
        saved.value = savedStates(next);
        if (before?.part_index !== next.part_index || before.items.length === 0) {
          current.value = Math.min(current.value, next.items.length - 1);
          if (before && before.part_index !== next.part_index) current.value = 0;
        }
      }
    });
  }

  function savedStates(next: View): Record<number, Saved> {
    const states: Record<number, Saved> = {};
    for (const key of Object.keys(next.responses)) states[Number(key)] = 'saved';
    for (const message of outbox.waiting()) {
      if (message.name === 'respond') states[Number(message.body['item_no'])] = 'waiting';
    }
    return states;
  }

  function pendingResponses(): Record<number, Response> {
    const given: Record<number, Response> = {};
    for (const message of outbox.waiting()) {
      if (message.name === 'respond') {
        given[Number(message.body['item_no'])] = message.body['response'] as Response;
      }
    }
    return given;
  }

  async function beat(): Promise<void> {
    if (!entered) return;
    try {
      const reply = await line.request('beat', {});
      if (!reply.ok) return;
      const word = reply as unknown as Beat;
      hear(word.now);
      const shown = view.value;
      const isNews =
        shown === null ||
        word.state_version !== shown.state_version ||
        word.status !== shown.status ||
        word.part_index !== shown.part_index;
      if (isNews) await look();
      else clock.set(word.time_left_ms, word.status === 'working');
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  async function look(): Promise<void> {
    const reply = await line.request('view_sitting', {});
    if (reply.ok) show(reply as unknown as View);
  }

  async function ask(name: 'begin' | 'start_break' | 'end_break'): Promise<void> {
    try {
      // A new connection that has not entered yet may speak for nobody: the server would refuse.
      if (!entered) throw new NoAnswer(name);
      const reply = await line.request(name, {});
      if (reply.ok) show(reply as unknown as View);
      else problem.value = reply.message ?? null;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      // A break that began when the line came back would surprise; the button is still there.
      if (name !== 'start_break') later(() => void ask(name), RETRY_MS);
    }
  }

  // --- messages that must not be lost ---

  async function post(name: Message['name'], body: Record<string, unknown>): Promise<void> {
    seq += 1;
    const since = exchange === null ? 0 : Math.max(0, Math.round(monotonic() - exchange.heard));
    await outbox.add({
      seq, name, body, given_at: wall(), ack_at: exchange?.at ?? null, since_ack_ms: since,
    });
    waitingCount.value = outbox.waiting().length;
    void flush();
  }

  /** Send what waits, one after another, in order. */
  async function flush(): Promise<void> {
    if (!entered) markWaiting();
    if (sending || !entered) return;
    sending = true;
    try {
      for (let next = outbox.waiting()[0]; next !== undefined; next = outbox.waiting()[0]) {
        if (!(await deliver(next))) break;
      }
    } finally {
      sending = false;
      waitingCount.value = outbox.waiting().length;
      if (outbox.waiting().length > 0) later(() => void flush(), RETRY_MS + Math.random() * RETRY_MS);
    }
  }

  /** Whether to go on with the next message. */
  async function deliver(message: Message): Promise<boolean> {
    let reply: Ack;
    try {
      const evidence = EVIDENCE[message.name]?.(message) ?? {};
      reply = await line.request(message.name, { client_seq: message.seq, ...message.body, ...evidence });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      markWaiting();
      return false;
    }
    if (!reply.ok && PASSING.has(reply.code ?? '')) {
      markWaiting();
      if (reply.code === 'paused') void beat();
      return false;
    }
    await outbox.remove(message.seq);
    waitingCount.value = outbox.waiting().length;
    if (reply.ok) accepted(message, reply);
    else await refused(message, reply);
    return true;
  }

  function accepted(message: Message, reply: Ack): void {
    if (message.name === 'end_part') {
      show(reply as unknown as View);
      return;
    }
    if (!outbox.waiting().some((other) => isSameItem(other, message))) mark(message, 'saved');
    clock.set(reply['time_left_ms'] as number | null, view.value?.status === 'working');
    if (reply['state_version'] !== view.value?.state_version) void beat();
  }

  async function refused(message: Message, reply: Ack): Promise<void> {
    if (message.name === 'respond') problem.value = reply.message ?? null;
    try {
      await look();
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    }
  }

  function isSameItem(one: Message, other: Message): boolean {
    return one.name === 'respond' && one.body['item_no'] === other.body['item_no'];
  }

  /** When it was given, by both clocks of this computer, for an answer that had to wait. */
  const EVIDENCE: Partial<Record<Message['name'], (message: Message) => Record<string, unknown>>> = {
    respond: evidenceOf,
    notice: (message) => ({ held_ms: evidenceOf(message).held_ms }),
  };

  function evidenceOf(message: Message) {
    const waited = Math.max(0, Math.round(wall() - message.given_at));
    if (waited <= RETRY_MS) return { held_ms: 0 };
    return { held_ms: waited, ack_at: message.ack_at ?? null, since_ack_ms: message.since_ack_ms ?? 0 };
  }

  /** Whatever is in the outbox waits for the line, not only the message that was tried first. */
  function markWaiting(): void {
    batch(() => {
      for (const message of outbox.waiting()) mark(message, 'waiting');
    });
  }

  function mark(message: Message, state: Saved): void {
    if (message.name !== 'respond') return;
    saved.value = { ...saved.value, [Number(message.body['item_no'])]: state };
  }

  // --- the candidate's actions ---

  function respond(itemNo: number, response: Response): void {
    responses.value = { ...responses.value, [itemNo]: response };
    saved.value = { ...saved.value, [itemNo]: 'saving' };
    void post('respond', { item_no: itemNo, response });
  }

  function toggleFlag(itemNo: number): void {
    const next = new Set(flags.value);
    const flagged = !next.delete(itemNo);
    if (flagged) next.add(itemNo);
    flags.value = next;
    void post('flag', { item_no: itemNo, flagged });
  }

  function go(index: number): void {
    if (index < 0 || index >= items.value.length) return;
    current.value = index;
    const shown = items.value[index];
    if (shown) void post('view', { item_no: shown.item_no });
  }

  const answeredCount = computed(
    () => items.value.filter((one) => responses.value[one.item_no] != null).length,
  );

  return {
    stage, view, items, item, current, responses, flags, saved, waitingCount, problem,
    answeredCount,
    lineState: line.state,
    durable: outbox.durable,
    /** What waits, in a file that the server can open; null when the page was never online. */
    outboxFile: () => saving.file(view.value, exchange),
    timeLeft: () => clock.left(),
    enter, beat, flush, respond, toggleFlag, go,
    begin: () => ask('begin'),
    startBreak: () => ask('start_break'),
    endBreak: () => ask('end_break'),
    endPart: () => void post('end_part', {}),
    /** Ask a proctor to come; the server keeps one call at a time. */
    call: (topic: string) => void post('call', { topic }),
    notice: (kind: string, count: number, lastedMs: number) => void post('notice', { kind, count, lasted_ms: lastedMs }),
    readMessages: (count: number) => void post('read', { count }),
    setStage: (next: Stage) => (stage.value = next),
    keepBeating() {
      const again = () => {
        void beat();
        void flush();
        later(again, BEAT_MS * (0.8 + Math.random() * 0.4));
      };
      later(again, BEAT_MS);
    },
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;

function numbered(given: Record<string, Response>): Record<number, Response> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [Number(key), value]));
}
