"""The /candidate namespace: a message becomes a command, the new state becomes the reply.

The sitting comes from the login and is never named by the page, so nobody can speak for somebody
else. The reply to a message is sent after its events are on disk.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from cat_engine.accounts.login import end_logins_of_candidates
from cat_engine.accounts.user import Role
from cat_engine.hall import Hall
from cat_engine.live.messages import (
    CallIn,
    EndPartIn,
    EnterIn,
    FlagIn,
    NothingIn,
    NoticeIn,
    ReadIn,
    RespondIn,
    ViewIn,
)
from cat_engine.live.usual import read_response
from cat_engine.live.wire import Caller, Finish, Json, Wire, admit, language_of
from cat_engine.lockdown import entry
from cat_engine.lockdown.proof import judge_connection
from cat_engine.lockdown.rules import REQUIRE
from exam_sessions import commands
from exam_sessions.decide import Refused
from exam_sessions.engine import Engine
from exam_sessions.live_session import Cell
from exam_sessions.outbox_file import public_key, token_of
from exam_sessions.own_break import Break
from exam_sessions.sitting import Sitting
from exam_sessions.views import beat_view, candidate_view, time_left_ms
from exam_sessions.writer import Busy, WriterStopped

NAMESPACE = "/candidate"

EnterCommand = commands.Enter | commands.RefuseEntry


class CandidateLine:
    """The live connections of candidates: at most one speaks for a sitting."""

    def __init__(self, hall: Hall, sio: Any, engine: Engine, practice: Sequence[Json]) -> None:
        self._hall = hall
        self._engine = engine
        self._practice = practice
        self._wire = Wire(hall, sio, NAMESPACE)
        self._current: dict[tuple[str, str], str] = {}
        sio.on("connect", self._on_connect, namespace=NAMESPACE)
        sio.on("disconnect", self._on_disconnect, namespace=NAMESPACE)
        self._wire.on("enter", EnterIn, self._enter)
        self._wire.on("begin", NothingIn, self._begin)
        self._wire.on("respond", RespondIn, self._respond)
        self._wire.on("flag", FlagIn, self._note)
        self._wire.on("view", ViewIn, self._note)
        self._wire.on("end_part", EndPartIn, self._end_part)
        self._wire.on("call", CallIn, self._call)
        self._wire.on("read", ReadIn, self._read)
        self._wire.on("notice", NoticeIn, self._notice)
        self._wire.on("start_break", NothingIn, self._start_break)
        self._wire.on("end_break", NothingIn, self._end_break)
        self._wire.on("beat", NothingIn, self._beat)
        self._wire.on("view_sitting", NothingIn, self._view_sitting)
        self._wire.on_usual(read_response)
        self._wire.on_started("enter", EnterIn, self._start_enter)
        self._wire.on_started("begin", NothingIn, self._start_begin)
        self._wire.on_started("respond", RespondIn, self._start_respond)
        self._wire.on_started("flag", FlagIn, self._start_note)
        self._wire.on_started("view", ViewIn, self._start_note)
        self._wire.on_started("beat", NothingIn, self._start_beat)
        engine.listeners.append(self._on_change)
        engine.hall_listeners.append(self._on_hall_change)

    @property
    def shortcut(self) -> Wire:
        """Where messages go that may be handled without waiting."""
        return self._wire

    def _on_connect(self, sid: str, environ: Any, shown: object = None) -> bool:
        login = admit(self._hall, environ, [Role.CANDIDATE], NAMESPACE)
        if login is None:
            return False
        language = language_of(self._hall, environ)
        caller = Caller(login, language, environ.get("REMOTE_ADDR", ""))
        self._judge_browser(caller, environ, shown)
        self._wire.callers[sid] = caller
        return True

    def _judge_browser(self, caller: Caller, environ: Any, shown: object) -> None:
        """Keep what the browser proved; SEB adds no headers here, so the page hands it on."""
        rules = entry.rules_of(self._hall, caller.login.exam_session)
        if not rules.is_asked:
            return
        bond = entry.bond_of(self._hall, environ)
        address = entry.public_address(self._hall, environ)
        caller.browser = judge_connection(bond, rules, address, shown)
        caller.is_browser_required = rules.mode == REQUIRE

    def _on_disconnect(self, sid: str, _reason: object = None) -> None:
        caller = self._wire.callers.pop(sid, None)
        if caller is None or not caller.epoch:
            return
        key = _sitting_of(caller)
        if self._current.get(key) == sid:
            del self._current[key]
        self._lose_line(key, caller.epoch, _heard_at(caller))

    def _enter(self, sid: str, caller: Caller, message: EnterIn) -> Json:
        command = self._enter_command(caller, message)
        return self._entered(sid, caller, self._handle(caller, command), command)

    def _start_enter(self, sid: str, caller: Caller, message: EnterIn, finish: Finish) -> bool:
        key = _sitting_of(caller)
        if not self._engine.is_at_hand(*key):
            return False
        command = self._enter_command(caller, message)
        return self._engine.start(
            *key,
            command,
            then=lambda outcome: finish(lambda: self._entered(sid, caller, outcome, command)),
        )

    def _enter_command(self, caller: Caller, message: EnterIn) -> EnterCommand:
        key = _sitting_of(caller)
        station = message.station or caller.address
        is_unproven = caller.is_browser_required and caller.browser != "verified"
        if is_unproven and not self._engine.cell(*key).sitting.browser_waived:
            return commands.RefuseEntry(station, caller.browser)  # so that proctors see it
        replaced = self._wire.callers.get(self._current.get(key, ""))
        heard_at = _heard_at(replaced) if replaced else None
        return commands.Enter(station, heard_at, caller.browser)

    def _entered(
        self, sid: str, caller: Caller, after: Sitting | Exception, command: EnterCommand
    ) -> Json:
        """Let this connection speak for the sitting, and close the one that did; does not wait."""
        if isinstance(after, Exception):
            raise after
        if isinstance(command, commands.RefuseEntry):
            raise Refused("browser_required")
        key = _sitting_of(caller)
        later = self._wire.sio.start_background_task
        if sid not in self._wire.callers:  # gone while its entry was being written
            later(self._lose_line, key, after.epoch, None)
            raise Refused("taken_over")
        caller.epoch = after.epoch
        older = self._current.get(key)
        self._current[key] = sid
        if older is not None and older != sid:
            self._wire.push("taken_over", {}, to=older)
            later(self._wire.close, older)
        secret = self._hall.secret_key
        sealing = {"key": public_key(secret, key[0]), "token": token_of(secret, *key, after.epoch)}
        return self._whole(caller) | {"outbox": sealing}

    def _lose_line(self, key: tuple[str, str], epoch: int, heard_at: int | None) -> None:
        with suppress(Refused, Busy, WriterStopped):  # a line that ends has nobody to tell
            self._engine.handle(*key, commands.LoseLine(epoch, heard_at))

    def _begin(self, _sid: str, caller: Caller, _message: NothingIn) -> Json:
        return self._begun(caller, self._handle(caller, commands.Begin(caller.epoch)))

    def _start_begin(self, _sid: str, caller: Caller, _message: NothingIn, finish: Finish) -> bool:
        """Begin without a stack that waits: the items leave the moment the clock's start is stored.

        A hall begins at one instant. A thousand stacks that are woken one after the other, among
        those of all who still log in, would take the first of them seconds of their time.
        """
        return self._engine.start(
            *_sitting_of(caller),
            commands.Begin(caller.epoch),
            then=lambda outcome: finish(lambda: self._begun(caller, outcome)),
        )

    def _begun(self, caller: Caller, after: Sitting | Exception) -> Json:
        if isinstance(after, Exception):
            raise after
        return self._whole(caller)

    def _respond(self, _sid: str, caller: Caller, message: RespondIn) -> Json:
        return self._responded(self._handle(caller, _respond_command(caller, message)), message)

    def _start_respond(self, _sid: str, caller: Caller, message: RespondIn, finish: Finish) -> bool:
        return self._engine.start(
            *_sitting_of(caller),
            _respond_command(caller, message),
            then=lambda outcome: finish(lambda: self._responded(outcome, message)),
        )

    def _responded(self, after: Sitting | Exception, message: RespondIn) -> Json:
        held = after.held if isinstance(after, Sitting) else ()
        if held and any(one.client_seq == message.client_seq for one in held):
            raise Refused("late_held")
        return self._saved(after, message.client_seq)

    def _note(self, _sid: str, caller: Caller, message: FlagIn | ViewIn) -> Json:
        return self._saved(self._handle(caller, _note_command(caller, message)), message.client_seq)

    def _start_note(
        self, _sid: str, caller: Caller, message: FlagIn | ViewIn, finish: Finish
    ) -> bool:
        return self._engine.start(
            *_sitting_of(caller),
            _note_command(caller, message),
            then=lambda outcome: finish(lambda: self._saved(outcome, message.client_seq)),
        )

    def _end_part(self, _sid: str, caller: Caller, message: EndPartIn) -> Json:
        self._handle(caller, commands.EndPart(caller.epoch, message.client_seq))
        return self._whole(caller)

    def _start_break(self, _sid: str, caller: Caller, _message: NothingIn) -> Json:
        return self._begun(caller, self._handle(caller, Break(caller.epoch, starts=True)))

    def _end_break(self, _sid: str, caller: Caller, _message: NothingIn) -> Json:
        return self._begun(caller, self._handle(caller, Break(caller.epoch, starts=False)))

    def _call(self, _sid: str, caller: Caller, message: CallIn) -> Json:
        command = commands.Call(caller.epoch, message.client_seq, message.topic)
        return self._saved(self._handle(caller, command), message.client_seq)

    def _read(self, _sid: str, caller: Caller, message: ReadIn) -> Json:
        command = commands.ReadMessages(caller.epoch, message.client_seq, message.count)
        return self._saved(self._handle(caller, command), message.client_seq)

    def _notice(self, _sid: str, caller: Caller, message: NoticeIn) -> Json:
        command = commands.Notice(
            caller.epoch,
            message.client_seq,
            message.kind,
            message.count,
            message.lasted_ms,
            message.held_ms,
        )
        return self._saved(self._handle(caller, command), message.client_seq)

    def _beat(self, _sid: str, caller: Caller, _message: NothingIn) -> Json:
        cell = self._cell(caller)
        live = self._engine.live(cell.sitting.exam_session)
        return beat_view(live, cell, self._hall.clock())

    def _start_beat(self, _sid: str, caller: Caller, message: NothingIn, finish: Finish) -> bool:
        if not caller.epoch:  # not entered: its exam session may have to be read first
            return False
        finish(lambda: self._beat("", caller, message))
        return True

    def _view_sitting(self, _sid: str, caller: Caller, _message: NothingIn) -> Json:
        return self._whole(caller)

    def _handle(self, caller: Caller, command: commands.SittingCommand) -> Sitting:
        return self._engine.handle(*_sitting_of(caller), command)

    def _cell(self, caller: Caller) -> Cell:
        return self._engine.cell(*_sitting_of(caller))

    def _whole(self, caller: Caller) -> Json:
        cell = self._cell(caller)
        live = self._engine.live(cell.sitting.exam_session)
        view = candidate_view(
            live, cell, self._hall.clock(), practice=self._practice, language=caller.language
        )
        if caller.epoch != cell.sitting.epoch:
            return view | {"items": [], "responses": {}}
        return view

    def _saved(self, after: Sitting | Exception, client_seq: int) -> Json:
        if isinstance(after, Exception):
            raise after
        return {
            "saved": client_seq,
            "time_left_ms": time_left_ms(after, self._hall.clock()),
            "state_version": after.state_version,
        }

    def _on_change(self, exam_session: str, before: Sitting, after: Sitting) -> None:
        sid = self._current.get((exam_session, after.participant_no))
        if sid is None:
            return
        if before.line and not after.line and before.epoch == after.epoch:
            self._wire.push("taken_over", {}, to=sid)  # released by staff
            # Not here: the sitting is locked now, and the end of a line is a command to it.
            self._wire.sio.start_background_task(self._wire.close, sid)
        elif before.state_version != after.state_version:
            self._wire.push("changed", {}, to=sid)

    def _on_hall_change(self, exam_session: str) -> None:
        if self._engine.live(exam_session).state.is_closed:
            self._dismiss(exam_session)
            return
        for key, sid in self._current.items():
            if key[0] == exam_session:
                self._wire.push("changed", {}, to=sid)

    def _dismiss(self, exam_session: str) -> None:
        """The session is closed: every workstation goes back to its login page."""
        end_logins_of_candidates(self._hall, exam_session)
        for sid, caller in list(self._wire.callers.items()):
            if caller.login.exam_session == exam_session:
                self._wire.push("session_closed", {}, to=sid)
                self._wire.close(sid)


def _respond_command(caller: Caller, message: RespondIn) -> commands.Respond:
    return commands.Respond(
        caller.epoch,
        message.client_seq,
        message.item_no,
        message.response,
        held_ms=message.held_ms,
        ack_at=message.ack_at,
        since_ack_ms=message.since_ack_ms,
    )


def _heard_at(caller: Caller) -> int | None:
    """When the last message of this connection came; None before the first."""
    return caller.refilled_at or None


def _note_command(caller: Caller, message: FlagIn | ViewIn) -> commands.Flag | commands.View:
    if isinstance(message, FlagIn):
        return commands.Flag(caller.epoch, message.client_seq, message.item_no, message.flagged)
    return commands.View(caller.epoch, message.client_seq, message.item_no)


def _sitting_of(caller: Caller) -> tuple[str, str]:
    return caller.login.exam_session, caller.login.participant_no
