/** Written by `python -m cat_engine.live.describe` from live/messages.py; do not edit. */
import type { Response } from '../items/types';

export type Targets = { participants: string[] } | { room: string } | { all: true };

/** 'enter': attach this connection to the sitting of the login. */
export interface EnterIn {
  station?: string;
}

/** 'begin', 'start_break', 'end_break', 'beat', 'view_sitting': no fields. */
export type NothingIn = Record<string, never>;

/** 'respond': give, change or clear a response. */
export interface RespondIn {
  client_seq: number;
  item_no: number;
  response: Response;
  held_ms?: number;
  ack_at?: number | null;
  since_ack_ms?: number;
}

/** 'flag': mark an item as doubtful, or unmark it. */
export interface FlagIn {
  client_seq: number;
  item_no: number;
  flagged: boolean;
}

/** 'view': an item came to the screen. */
export interface ViewIn {
  client_seq: number;
  item_no: number;
}

/** 'end_part': close the current part for good. */
export interface EndPartIn {
  client_seq: number;
}

/** 'call': ask a proctor to come. */
export interface CallIn {
  client_seq: number;
  topic: string;
}

/** 'read': the first 'count' messages have been read. */
export interface ReadIn {
  client_seq: number;
  count: number;
}

/** 'notice': something beside the work was noticed 'count' times, 'lasted_ms' together. */
export interface NoticeIn {
  client_seq: number;
  kind: string;
  count: number;
  lasted_ms?: number;
  held_ms?: number;
}

/** 'watch': follow the rooms of an exam session. */
export interface WatchIn {
  exam_session: string;
}

/** 'act': do something to rooms or sittings, with a reason. */
export interface ActIn {
  act_id: string;
  exam_session: string;
  act: string;
  targets: Targets;
  reason: string;
  words?: string;
  minutes?: number | null;
  text?: string;
  room?: string;
  seat?: string;
  proposal?: string;
  of?: string;
}

/** 'echo': how long a message to the server and back takes. */
export interface EchoIn {
  number: number;
}

/** 'report': what a workstation found out about itself. */
export interface ReportIn {
  browser: string;
  screen_width: number;
  screen_height: number;
  offset_ms: number;
  round_trip_p50_ms: number;
  round_trip_p95_ms: number;
  sent_count: number;
  lost_count: number;
  has_storage: boolean;
  has_full_screen: boolean;
}

/** What may be said to /candidate. */
export interface CandidateMessages {
  enter: EnterIn;
  begin: NothingIn;
  respond: RespondIn;
  flag: FlagIn;
  view: ViewIn;
  end_part: EndPartIn;
  call: CallIn;
  read: ReadIn;
  notice: NoticeIn;
  start_break: NothingIn;
  end_break: NothingIn;
  beat: NothingIn;
  view_sitting: NothingIn;
}

/** What may be said to /proctor. */
export interface ProctorMessages {
  watch: WatchIn;
  act: ActIn;
}

/** What may be said to /ready. */
export interface ReadyMessages {
  echo: EchoIn;
  report: ReportIn;
}
