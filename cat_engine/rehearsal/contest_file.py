"""Submissions and teams of a programming contest, as their feeds write them: CSV or JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from scoring.contest import Counting, Rules, Submission
from scoring.text_table import BadTable, exact, read_table

TEAM = ("team", "team_id", "id")
PROBLEM = ("problem", "problem_id")
TIMES = {
    "time_ms": Fraction(1),
    "timestamp": Fraction(1),
    "t_seconds": Fraction(1_000),
    "time_s": Fraction(1_000),
    "minutes": Fraction(60_000),
}
"""Columns of the time since the start, with their milliseconds; a configuration may set another
for `timestamp`."""
UNITS = {
    "second": Fraction(1_000),
    "millisecond": Fraction(1),
    "microsecond": Fraction(1, 1_000),
    "nanosecond": Fraction(1, 1_000_000),
}
UNIT_OF_XCPCIO = "second"
"""Where its configuration names none."""
VERDICTS = ("status", "accepted", "outcome")
ACCEPTED = frozenset({"accepted", "correct", "ac", "ok", "yes", "true", "1"})
NOT_COUNTED = frozenset(
    {"compilation_error", "compile_error", "ce", "pending", "frozen", "judging"}
)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a contest's configuration says of its feed."""

    rules: Rules = field(default_factory=Rules)
    unit_ms: Fraction = TIMES["timestamp"]
    """Of `timestamp`."""


def read_configuration(text: str) -> Configuration:
    """Read the configuration of XCPCIO's board: penalty (seconds), options.

    Raises:
        BadTable: it is no such configuration.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
        options = document.get("options") or {}
        unit = UNITS[options.get("submission_timestamp_unit") or UNIT_OF_XCPCIO]
        counting = Counting(options.get("calculation_of_penalty") or Counting.MINUTES)
        penalty_s = int(document.get("penalty", 1_200))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadTable([f"configuration: not as XCPCIO's board has it: {error}"]) from error
    return Configuration(Rules(1_000 * penalty_s, counting), unit)


def read_submissions(text: str, unit_ms: Fraction = TIMES["timestamp"]) -> list[Submission]:
    """Read submissions: team, problem, time since the start, verdict.

    Args:
        text: JSON or CSV.
        unit_ms: of `timestamp`.

    Raises:
        BadTable: something is missing or no number; with its row.
    """
    rows = _rows(text)
    problems: list[str] = []
    units = {**TIMES, "timestamp": unit_ms}
    found = [_submission(place, row, units, problems) for place, row in rows]
    if problems:
        raise BadTable(problems)
    return [one for one in found if one is not None]


def read_teams(text: str) -> dict[str, str]:
    """Read the teams: by identifier, their names.

    Raises:
        BadTable: a team has no identifier.
    """
    teams: dict[str, str] = {}
    for place, row in _rows(text):
        team = _first(row, TEAM)
        if not team or team in teams:
            raise BadTable([f"{place}: {'a second team ' + team if team else 'no team'}"])
        teams[team] = row.get("name", "") or team
    return teams


def _submission(
    place: str, row: Row, units: Mapping[str, Fraction], problems: list[str]
) -> Submission | None:
    team, problem = _first(row, TEAM), _first(row, PROBLEM)
    time = next((name for name in TIMES if row.get(name)), None)
    verdict = _first(row, VERDICTS).lower().replace(" ", "_")
    number = exact(row[time]) if time else None
    faults = [
        *([] if team else [f"no team (one of {', '.join(TEAM)})"]),
        *([] if problem else [f"no problem (one of {', '.join(PROBLEM)})"]),
        *([] if verdict else [f"no verdict (one of {', '.join(VERDICTS)})"]),
    ]
    if time is None:
        faults.append(f"no time (one of {', '.join(TIMES)})")
    elif number is None or number < 0:
        faults.append(f"column {time}: {row[time][:40]!r} is no time since the start")
    problems += [f"{place}: {fault}" for fault in faults]
    if faults or time is None or number is None:
        return None
    is_accepted = None if verdict in NOT_COUNTED else verdict in ACCEPTED
    return Submission(team, problem, int(number * units[time]), is_accepted)


def _first(row: Row, names: Sequence[str]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _rows(text: str) -> list[tuple[str, Row]]:
    plain = text.removeprefix("\ufeff").lstrip()
    if not plain.startswith(("[", "{")):
        table = read_table(text)
        names = [name.lower() for name in table.header]
        return [
            (f"line {line}", dict(zip(names, cells, strict=True))) for line, cells in table.rows
        ]
    try:
        document = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise BadTable([f"not JSON: {error}"]) from error
    listed = document
    if isinstance(document, dict):  # by identifier, as older feeds have their teams
        listed = [
            {"id": name} | one if isinstance(one, dict) else one for name, one in document.items()
        ]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadTable(["JSON must be a list of objects"])
    return [(f"entry {number}", _texts(one)) for number, one in enumerate(listed, start=1)]


def _texts(entry: Mapping[str, Any]) -> Row:
    return {name: str(value) for name, value in entry.items() if value is not None}
