"""Reading exam.yaml: an exam, its blueprint and its sessions with rooms.

All problems of a file are reported at once, each with its line and what to do. JSON is YAML, so the
API's bodies and the pages' forms come through here as well: one door for every exam.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from cat_engine.preparation.fault import Fault, Faulty
from exam_sessions.late_rule import DECIDED_BY
from exam_sessions.sites import SiteRoom
from exam_sessions.store import Exam, Room, SessionPlan
from question_bank.samples import blueprint_path

KNOWN = {
    "": {
        "exam",
        "title",
        "bank",
        "blueprint",
        "seed",
        "items",
        "seats",
        "sessions",
        "board",
        "late",
    },
    "more": {"sessions", "board", "seats", "late"},
    "board": {"delay_s", "names", "reveal"},
    "late": {"answers", "within_s"},
    "session": {"id", "title", "starts_at", "rooms", "late"},
    "room": {"id", "name", "seats", "site", "site_room"},
}
IDENTIFIER_LIMIT = 60
DIGIT_LIMIT = 9

LATE_LIMIT_S = 86_400
"""Nobody waits longer than a day for answers of a workstation that was offline."""
YEARS = range(2000, 2201)
"""Of starts; calendars can show them on every clock."""
NULL_TAG = "tag:yaml.org,2002:null"


class BadExamPlan(Faulty):
    """An exam.yaml that cannot be used: one line for each problem."""

    code = "bad_exam_plan"


PlannedSession = tuple[SessionPlan, Sequence[Room]]


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What an exam.yaml asks for."""

    exam: Exam
    sessions: Sequence[PlannedSession]


@dataclass(frozen=True, slots=True)
class Board:
    """How the public board of an exam behaves."""

    delay_s: int
    names: str
    reveal: str


@dataclass(frozen=True, slots=True)
class Late:
    """Who decides on late answers, and how long after the end of a part the rule admits them."""

    answers: str
    within_s: int


FindRoom = Callable[[str, str], SiteRoom | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan is read against.

    Args:
        board: what holds where the plan says nothing of the board.
        late: what holds where it says nothing of late answers.
        seats_drawn: what holds where the plan says nothing of seats.
        find_room: gives the room of a site, by site and room.
        folder: where blueprints lie that the plan names as files; None: nowhere.
        blueprints: further blueprints by name, as texts that came with the plan.
    """

    board: Board
    late: Late = Late("rule", 900)
    seats_drawn: bool = False
    find_room: FindRoom = lambda _site, _room: None
    folder: Path | None = None
    blueprints: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """Collects problems with their lines while values are taken out of YAML nodes."""

    def __init__(self, file_name: str, ground: Ground) -> None:
        self.file_name = file_name
        self.ground = ground
        self.faults: list[Fault] = []

    def problem(self, node: Any, code: str, key: str, **values: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(Fault(code, {"key": key, **values}, line=line, key=key))

    def mapping(self, node: Any, level: str) -> dict[str, Any]:
        """The nodes under the known keys of a mapping."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, "no_mapping", level)
            return {}
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in KNOWN[level]:
                self.problem(key, "unknown_key", name, known=", ".join(sorted(KNOWN[level])))
            elif name in found:
                self.problem(key, "key_doubled", name)
            else:
                found[name] = value
        return found

    def text(self, parent: Any, nodes: Mapping[str, Any], key: str) -> str:
        """A text that must be there."""
        node = nodes.get(key)
        if node is None:
            self.problem(parent, "key_missing", key)
            return ""
        is_text = isinstance(node, yaml.ScalarNode) and node.tag != NULL_TAG
        if not is_text or not node.value.strip():
            self.problem(node, "no_text", key)
            return ""
        if not node.value.strip().isprintable():
            self.problem(node, "unprintable", key)
        return str(node.value).strip()

    def identifier(self, parent: Any, nodes: Mapping[str, Any], key: str) -> str:
        """A short name of letters, digits, - and _."""
        value = self.text(parent, nodes, key)
        if value and not is_identifier(value):
            self.problem(nodes[key], "no_identifier", key, limit=str(IDENTIFIER_LIMIT))
        return value

    def number(
        self,
        parent: Any,
        nodes: Mapping[str, Any],
        key: str,
        least: int,
        *,
        most: int = 10**DIGIT_LIMIT,
    ) -> int:
        """A whole number."""
        value = self.text(parent, nodes, key)
        is_number = value.isascii() and value.isdigit() and len(value) <= DIGIT_LIMIT
        if is_number and least <= int(value) <= most:
            return int(value)
        if is_number and int(value) > most:
            self.problem(nodes[key], "out_of_range", key, least=str(least), most=str(most))
        elif value:
            self.problem(nodes[key], "no_number", key, least=str(least))
        return least

    def choice(
        self, nodes: Mapping[str, Any], key: str, choices: Sequence[str], default: str
    ) -> str:
        """One of several words, or the default."""
        node = nodes.get(key)
        if node is None:
            return default
        if node.value not in choices:
            self.problem(node, "no_choice", key, known=", ".join(choices))
            return default
        return str(node.value)

    def instant(self, parent: Any, nodes: Mapping[str, Any], key: str) -> int:
        """An instant with its offset from UTC, in milliseconds since the epoch."""
        value = self.text(parent, nodes, key)
        moment: datetime | None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or moment.year not in YEARS:
            if value:
                self.problem(nodes[key], "no_time", key)
            return 0
        return int(moment.timestamp() * 1_000)


def is_identifier(value: str) -> bool:
    """Whether this is a short name of letters, digits, - and _."""
    plain = value.replace("-", "").replace("_", "")
    return plain.isascii() and plain.isalnum() and len(value) <= IDENTIFIER_LIMIT


def text_of(path: Path) -> str:
    """The text of a plan's file.

    Raises:
        BadExamPlan: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path.name, error) from error


def read_text(text: str, ground: Ground, name: str = "exam.yaml") -> ExamPlan:
    """Read the text of an exam.yaml.

    Raises:
        BadExamPlan: with every problem found.
    """
    reader, root = _opened(text, ground, name)
    plan = _read_exam(reader, root)
    if reader.faults:
        raise BadExamPlan(reader.faults, f"{name}, ")
    return plan


def read_more_sessions(
    text: str, exam: str, ground: Ground, name: str = "sessions.yaml"
) -> Sequence[PlannedSession]:
    """Read further sessions of a stored exam: `sessions`, `board`, `seats` as in exam.yaml.

    Raises:
        BadExamPlan: with every problem found.
    """
    reader, root = _opened(text, ground, name)
    planned = _read_sessions(reader, root, reader.mapping(root, "more"), exam)
    if not planned and not reader.faults:
        reader.problem(root, "no_list", "sessions")
    if reader.faults:
        raise BadExamPlan(reader.faults, f"{name}, ")
    return planned


def _opened(text: str, ground: Ground, name: str) -> tuple[_Reader, Any]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _unreadable(name, error) from error
    except RecursionError as error:
        raise _unreadable(name, "nested too deeply") from error
    if root is None:
        raise BadExamPlan([Fault("plan_empty", {"name": name})])
    return _Reader(name, ground), root


def _unreadable(name: str, why: object) -> BadExamPlan:
    return BadExamPlan([Fault("plan_unreadable", {"name": name, "why": str(why)})])


def _read_exam(reader: _Reader, root: Any) -> ExamPlan:
    nodes = reader.mapping(root, "")
    exam_id = reader.identifier(root, nodes, "exam")
    exam = Exam(
        id=exam_id,
        title=reader.text(root, nodes, "title"),
        bank=reader.identifier(root, nodes, "bank"),
        blueprint=_blueprint(reader, root, nodes),
        seed=reader.text(root, nodes, "seed"),
        approved_only=reader.choice(nodes, "items", ("any", "approved"), "any") == "approved",
    )
    return ExamPlan(exam, _read_sessions(reader, root, nodes, exam_id))


def _read_sessions(
    reader: _Reader, root: Any, nodes: Mapping[str, Any], exam_id: str
) -> Sequence[PlannedSession]:
    """The sessions; none when the key is left out, for they may be added later."""
    board = _read_board(reader, nodes)
    usual = "drawn" if reader.ground.seats_drawn else "roster"
    drawn = reader.choice(nodes, "seats", ("roster", "drawn"), usual) == "drawn"
    sessions = nodes.get("sessions")
    if sessions is None:
        return ()
    if not isinstance(sessions, yaml.SequenceNode) or not sessions.value:
        reader.problem(sessions or root, "no_list", "sessions")
        return ()
    late = _read_late(reader, nodes, reader.ground.late)
    pattern = SessionPlan(
        "",
        exam_id,
        "",
        0,
        board.delay_s,
        board.names,
        board.reveal,
        seats_drawn=drawn,
        late_answers=late.answers,
        late_within_s=late.within_s,
    )
    planned = [_read_session(reader, node, pattern) for node in sessions.value]
    _check_unique(reader, sessions, [plan.id for plan, _ in planned], "id")
    return planned


def _blueprint(reader: _Reader, root: Any, nodes: Mapping[str, Any]) -> str:
    """The text of the blueprint: one that came along, a shipped one, or a file beside exam.yaml."""
    name = reader.text(root, nodes, "blueprint")
    text = reader.ground.blueprints.get(name)
    if not name or text is not None:
        return text or ""
    path = blueprint_path(name)
    if path is None and reader.ground.folder is not None:
        path = reader.ground.folder / name
    try:
        if path is not None:
            return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        pass
    reader.problem(nodes["blueprint"], "no_blueprint", "blueprint", name=name)
    return ""


def _read_board(reader: _Reader, nodes: Mapping[str, Any]) -> Board:
    node, default = nodes.get("board"), reader.ground.board
    if node is None:
        return default
    board = reader.mapping(node, "board")
    delay_s = reader.number(node, board, "delay_s", 0) if "delay_s" in board else default.delay_s
    return Board(
        delay_s=delay_s,
        names=reader.choice(board, "names", ("none", "masked", "full"), default.names),
        reveal=reader.choice(board, "reveal", ("live", "finished"), default.reveal),
    )


def _read_late(reader: _Reader, nodes: Mapping[str, Any], usual: Late) -> Late:
    node = nodes.get("late")
    if node is None:
        return usual
    late = reader.mapping(node, "late")
    within_s = usual.within_s
    if "within_s" in late:
        within_s = reader.number(node, late, "within_s", 0, most=LATE_LIMIT_S)
    return Late(reader.choice(late, "answers", DECIDED_BY, usual.answers), within_s)


def _read_session(reader: _Reader, node: Any, pattern: SessionPlan) -> PlannedSession:
    nodes = reader.mapping(node, "session")
    late = _read_late(reader, nodes, Late(pattern.late_answers, pattern.late_within_s))
    plan = replace(
        pattern,
        late_answers=late.answers,
        late_within_s=late.within_s,
        id=f"{pattern.exam}-{reader.identifier(node, nodes, 'id')}",
        title=reader.text(node, nodes, "title"),
        starts_at=reader.instant(node, nodes, "starts_at"),
    )
    rooms_node = nodes.get("rooms")
    if not isinstance(rooms_node, yaml.SequenceNode) or not rooms_node.value:
        reader.problem(rooms_node or node, "no_list", "rooms")
        return plan, []
    rooms = [_read_room(reader, room, plan.id) for room in rooms_node.value]
    _check_unique(reader, rooms_node, [room.id for room in rooms], "rooms")
    return plan, rooms


def _read_room(reader: _Reader, node: Any, session_id: str) -> Room:
    """A room; one of a site takes its name and the number of its usable seats from there."""
    nodes = reader.mapping(node, "room")
    room_id = reader.identifier(node, nodes, "id")
    if "site" not in nodes and "site_room" not in nodes:
        name = reader.text(node, nodes, "name") if "name" in nodes else room_id
        return Room(session_id, room_id, name, reader.number(node, nodes, "seats", 1))
    site, site_room = reader.text(node, nodes, "site"), reader.text(node, nodes, "site_room")
    found = reader.ground.find_room(site, site_room)
    usable = len(found.plan.usable) if found else 0
    if site and site_room and found is None:
        reader.problem(node, "no_site_room", "site_room", site=site, room=site_room)
    elif found is not None and not usable:
        reader.problem(node, "no_usable_seat", "site_room", site=site, room=site_room)
    seats = reader.number(node, nodes, "seats", 1) if "seats" in nodes else usable
    if found is not None and seats > usable:
        reader.problem(nodes["seats"], "more_than_usable", "seats", count=str(usable))
    usual = found.name if found else room_id
    name = reader.text(node, nodes, "name") if "name" in nodes else usual
    return Room(session_id, room_id, name, max(seats, 1), site, site_room)


def _check_unique(reader: _Reader, node: Any, ids: Sequence[str], key: str) -> None:
    for one in sorted({one for one in ids if ids.count(one) > 1}):
        reader.problem(node, "listed_twice", key, what=one)
