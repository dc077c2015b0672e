"""Recorded exams: a matrix of responses, a key, the seconds each item took, the known ranking."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.item import Item, Option
from scoring.response import Choice
from scoring.rule import KeyRule

BLUEPRINT = """\
blueprint: {name}
title: {{id: "Putar ulang {name}", en: "Replay of {name}"}}
parts:
  - id: all
    title: {{id: "Seluruh butir", en: "All items"}}
    minutes: 600
    sections:
      - id: all
        title: {{id: "Seluruh butir", en: "All items"}}
        items: {count}
        shuffle: true
rank_by: [total]
"""


class BadRecording(Exception):
    """Files that do not fit together; the message names file, line and what is missing."""

    code = "bad_recording"


@dataclass(frozen=True, slots=True)
class Recording:
    """What people really did: by person, the response and the seconds for every item."""

    name: str
    key: Sequence[str]
    options: Sequence[Sequence[str]]
    """For every item, the values that occur anywhere in the file, and its key."""
    responses: Mapping[str, Sequence[str]]
    seconds: Mapping[str, Sequence[float]]

    def items(self) -> list[Item]:
        """One item for each column; the options are the values that occur."""
        found = []
        for index, key in enumerate(self.key):
            options = tuple(Option(f"o{value}", value) for value in self.options[index])
            item = Item(
                bank=f"replay-{self.name}",
                id=f"item-{index + 1:04}",
                version=1,
                section="all",
                topic="",
                difficulty="medium",
                kind="choice",
                stem=f"Butir {index + 1}",
                options=options,
                rule=KeyRule(Choice(f"o{key}")),
            )
            found.append(item)
        return found

    def blueprint(self) -> str:
        """A blueprint of one part with every item."""
        return BLUEPRINT.format(name=self.name, count=len(self.key))


def read_recording(
    responses_path: Path, key_path: Path, durations_path: Path | None, *, limit: int | None
) -> Recording:
    """Read a recording: CSV of responses, JSON with "key", CSV of durations.

    Durations are the last columns of their file, one for each item, joined by the first column.

    Raises:
        BadRecording: the files do not fit together.
    """
    key = _read_key(key_path)
    responses = _read_matrix(responses_path, len(key))
    for person, row in responses.items():
        if len(row) != len(key):
            raise BadRecording(
                f"{responses_path.name}: {person} has {len(row)} of {len(key)} items"
            )
    options = [
        sorted({row[index] for row in responses.values() if row[index]} | {right})
        for index, right in enumerate(key)
    ]
    if limit is not None:
        responses = dict(list(responses.items())[:limit])
    seconds: dict[str, list[float]] = {person: [0.0] * len(key) for person in responses}
    if durations_path is not None:
        timed = _read_matrix(durations_path, len(key))
        missing = responses.keys() - timed.keys()
        if missing:
            raise BadRecording(f"{durations_path.name} has no row for {min(missing)}")
        seconds = {person: [float(value or 0) for value in timed[person]] for person in responses}
    return Recording(responses_path.stem.replace("_", "-"), key, options, responses, seconds)


def read_ranks(path: Path) -> dict[str, tuple[str, int]]:
    """The known total and competition rank of every person."""
    with path.open(newline="", encoding="utf-8") as file:
        return {
            row["candidate"]: (row["total"], int(row["rank_competition_1224"]))
            for row in csv.DictReader(file)
        }


def _read_key(path: Path) -> list[str]:
    try:
        return [str(value) for value in json.loads(path.read_text(encoding="utf-8"))["key"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRecording(f'{path.name} must be JSON with a list "key": {error}') from error


def _read_matrix(path: Path, width: int) -> dict[str, list[str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecording(f"{path.name} cannot be read: {error}") from error
    if len(rows) < 2 or len(rows[0]) < width + 1:
        raise BadRecording(f"{path.name} needs a heading and {width} columns of items")
    matrix: dict[str, list[str]] = {}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise BadRecording(f"{path.name}, line {line}: {len(row)} of {len(rows[0])} columns")
        if row[0] in matrix:
            raise BadRecording(f"{path.name}, line {line}: {row[0]} stands twice")
        matrix[row[0]] = [value.strip() for value in row[-width:]]
    return matrix
