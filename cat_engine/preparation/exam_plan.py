"""Reading exam.yaml: an exam, its blueprint and its sessions with rooms.

All problems of a file are reported at once, each with its line and what to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from exam_sessions.store import Exam, Room, SessionPlan
from question_bank.samples import blueprint_path

KNOWN = {
    "": {"exam", "title", "bank", "blueprint", "seed", "items", "sessions", "board"},
    "board": {"delay_s", "names", "reveal"},
    "session": {"id", "title", "starts_at", "rooms"},
    "room": {"id", "name", "seats"},
}
IDENTIFIER_LIMIT = 60


class BadExamPlan(Exception):
    """An exam.yaml that cannot be used: one line for each problem."""

    code = "bad_exam_plan"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """What an exam.yaml asks for."""

    exam: Exam
    sessions: Sequence[tuple[SessionPlan, Sequence[Room]]]


@dataclass(frozen=True, slots=True)
class Board:
    """How the public board of an exam behaves."""

    delay_s: int
    names: str
    reveal: str


class _Reader:
    """Collects problems with their lines while values are taken out of YAML nodes."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.problems: list[str] = []

    def problem(self, node: Any, text: str) -> None:
        self.problems.append(f"{self.file_name}, line {node.start_mark.line + 1}: {text}")

    def mapping(self, node: Any, level: str) -> dict[str, Any]:
        """The nodes under the known keys of a mapping."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, "expected `key: value` lines")
            return {}
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.value not in KNOWN[level]:
                known = ", ".join(sorted(KNOWN[level]))
                self.problem(key, f"unknown key {key.value!r}; known here: {known}")
            elif key.value in found:
                self.problem(key, f"{key.value!r} stands twice; delete one")
            else:
                found[key.value] = value
        return found

    def text(self, parent: Any, nodes: Mapping[str, Any], key: str) -> str:
        """A text that must be there."""
        node = nodes.get(key)
        if node is None:
            self.problem(parent, f"{key!r} is missing")
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.problem(node, f"{key!r} must be text")
            return ""
        return str(node.value).strip()

    def identifier(self, parent: Any, nodes: Mapping[str, Any], key: str) -> str:
        """A short name of letters, digits, - and _."""
        value = self.text(parent, nodes, key)
        plain = value.replace("-", "").replace("_", "")
        if value and not (plain.isascii() and plain.isalnum() and len(value) <= IDENTIFIER_LIMIT):
            self.problem(nodes[key], f"{key!r} may hold letters, digits, - and _ only")
        return value

    def number(self, parent: Any, nodes: Mapping[str, Any], key: str, least: int) -> int:
        """A whole number."""
        value = self.text(parent, nodes, key)
        if not value.isascii() or not value.isdigit() or int(value) < least:
            if value:
                self.problem(nodes[key], f"{key!r} must be a whole number from {least}")
            return least
        return int(value)

    def choice(
        self, nodes: Mapping[str, Any], key: str, choices: Sequence[str], default: str
    ) -> str:
        """One of several words, or the default."""
        node = nodes.get(key)
        if node is None:
            return default
        if node.value not in choices:
            self.problem(node, f"{key!r} must be one of {', '.join(choices)}")
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
        if moment is None or moment.tzinfo is None:
            if value:
                advice = "write it like 2026-11-24T08:00+07:00, with the offset"
                self.problem(nodes[key], f"{key!r} is not a time: {advice}")
            return 0
        return int(moment.timestamp() * 1_000)


def read(path: Path, default_board: Board) -> ExamPlan:
    """Read an exam.yaml.

    Raises:
        BadExamPlan: with every problem found.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadExamPlan([f"{path.name} cannot be read: {error}"]) from error
    if root is None:
        raise BadExamPlan([f"{path.name} is empty; see docs/exam-plan.md for an example"])
    reader = _Reader(path.name)
    plan = _read_exam(reader, root, path.parent, default_board)
    if reader.problems:
        raise BadExamPlan(reader.problems)
    return plan


def _read_exam(reader: _Reader, root: Any, folder: Path, default_board: Board) -> ExamPlan:
    nodes = reader.mapping(root, "")
    exam_id = reader.identifier(root, nodes, "exam")
    exam = Exam(
        id=exam_id,
        title=reader.text(root, nodes, "title"),
        bank=reader.identifier(root, nodes, "bank"),
        blueprint=_blueprint(reader, root, nodes, folder),
        seed=reader.text(root, nodes, "seed"),
        approved_only=reader.choice(nodes, "items", ("any", "approved"), "any") == "approved",
    )
    board = _read_board(reader, nodes, default_board)
    sessions = nodes.get("sessions")
    if not isinstance(sessions, yaml.SequenceNode) or not sessions.value:
        reader.problem(sessions or root, "'sessions' must list at least one exam session")
        return ExamPlan(exam, ())
    planned = [_read_session(reader, node, exam_id, board) for node in sessions.value]
    _check_unique(reader, sessions, [plan.id for plan, _ in planned], "exam session")
    return ExamPlan(exam, planned)


def _blueprint(reader: _Reader, root: Any, nodes: Mapping[str, Any], folder: Path) -> str:
    """The text of the blueprint: a shipped one by its name, or a file beside exam.yaml."""
    name = reader.text(root, nodes, "blueprint")
    if not name:
        return ""
    path = blueprint_path(name) or folder / name
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reader.problem(nodes["blueprint"], f"no blueprint {name!r}: {error}")
        return ""


def _read_board(reader: _Reader, nodes: Mapping[str, Any], default: Board) -> Board:
    node = nodes.get("board")
    if node is None:
        return default
    board = reader.mapping(node, "board")
    delay_s = reader.number(node, board, "delay_s", 0) if "delay_s" in board else default.delay_s
    return Board(
        delay_s=delay_s,
        names=reader.choice(board, "names", ("none", "masked", "full"), default.names),
        reveal=reader.choice(board, "reveal", ("live", "finished"), default.reveal),
    )


def _read_session(
    reader: _Reader, node: Any, exam_id: str, board: Board
) -> tuple[SessionPlan, list[Room]]:
    nodes = reader.mapping(node, "session")
    session_id = f"{exam_id}-{reader.identifier(node, nodes, 'id')}"
    plan = SessionPlan(
        id=session_id,
        exam=exam_id,
        title=reader.text(node, nodes, "title"),
        starts_at=reader.instant(node, nodes, "starts_at"),
        board_delay_s=board.delay_s,
        board_names=board.names,
        board_reveal=board.reveal,
    )
    rooms_node = nodes.get("rooms")
    if not isinstance(rooms_node, yaml.SequenceNode) or not rooms_node.value:
        reader.problem(rooms_node or node, "'rooms' must list at least one room")
        return plan, []
    rooms = [_read_room(reader, room, session_id) for room in rooms_node.value]
    _check_unique(reader, rooms_node, [room.id for room in rooms], "room")
    return plan, rooms


def _read_room(reader: _Reader, node: Any, session_id: str) -> Room:
    nodes = reader.mapping(node, "room")
    room_id = reader.identifier(node, nodes, "id")
    name = reader.text(node, nodes, "name") if "name" in nodes else room_id
    return Room(session_id, room_id, name, reader.number(node, nodes, "seats", 1))


def _check_unique(reader: _Reader, node: Any, ids: Sequence[str], what: str) -> None:
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    for one in doubled:
        reader.problem(node, f"the {what} {one!r} stands twice")
