"""The face check at the door, through an adapter: it answers match, no match or unsure.

This program holds no photograph and no template, and stores nothing biometric: the adapter has its
own camera and its own reference, and gives a decision, a score, its name and its version. An answer
that is late, missing or unreadable is "failed": then, as after every answer but a match, a person
decides by eye and the journal says so.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol

from exam_sessions.door_commands import BY_EYE, Face

ANSWER_LIMIT_BYTES = 4_096
COMMAND, HTTP = "command:", ("http://", "https://")
DECISIONS = ("match", "no_match", "unsure")
_SCORE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
_NAME = re.compile(r"[\w .+/-]{1,40}")
FAILED = "failed"


class FaceCheck(Protocol):
    """Somebody or something that compares the person at the door with a reference."""

    def check(self, exam_session: str, participant_no: str) -> Face:
        """The decision; never raises, and never takes longer than it was told to."""


class ByEye:
    """The member of staff compares face and identity card; nothing is asked."""

    def check(self, exam_session: str, participant_no: str) -> Face:  # noqa: ARG002 - as adapters
        """Always: a person decides."""
        return Face(BY_EYE)


@dataclass(frozen=True, slots=True)
class CommandCheck:
    """A program: called with exam session and participant number, it prints its answer as JSON."""

    argv: tuple[str, ...]
    timeout_s: int

    def check(self, exam_session: str, participant_no: str) -> Face:
        """What the program printed."""
        try:
            done = subprocess.run(  # noqa: S603 - named in the configuration
                [*self.argv, exam_session, participant_no],
                capture_output=True,
                timeout=self.timeout_s,
                check=True,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError):
            return Face(FAILED)
        return read_answer(done.stdout)


@dataclass(frozen=True, slots=True)
class HttpCheck:
    """A service: gets {"exam_session", "participant_no"} by POST and answers with JSON."""

    url: str
    timeout_s: int

    def check(self, exam_session: str, participant_no: str) -> Face:
        """What the service answered."""
        body = json.dumps({"exam_session": exam_session, "participant_no": participant_no})
        asked = urllib.request.Request(  # noqa: S310 - http or https, checked by `make_face_check`
            self.url, body.encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(asked, timeout=self.timeout_s) as answer:  # noqa: S310
                return read_answer(answer.read(ANSWER_LIMIT_BYTES + 1))
        except OSError:
            return Face(FAILED)


def make_face_check(setting: str, timeout_s: int) -> FaceCheck:
    """The adapter that a setting names; empty: by eye.

    Raises:
        ValueError: it is neither empty, nor `command:…`, nor an address.
    """
    if not setting:
        return ByEye()
    if setting.startswith(COMMAND):
        argv = tuple(shlex.split(setting.removeprefix(COMMAND)))
        if argv:
            return CommandCheck(argv, timeout_s)
    if setting.startswith(HTTP):
        return HttpCheck(setting, timeout_s)
    raise ValueError(f"a face check is empty, command:PROGRAM or http://…, not {setting!r}")


def read_answer(content: bytes) -> Face:
    """The decision in an adapter's answer; whatever is not as agreed is a failure."""
    if len(content) > ANSWER_LIMIT_BYTES:
        return Face(FAILED)
    try:
        value: Any = json.loads(content)
    except ValueError:
        return Face(FAILED)
    if not isinstance(value, dict) or value.get("decision") not in DECISIONS:
        return Face(FAILED)
    score, name, version = (str(value.get(key, "")) for key in ("score", "adapter", "version"))
    by = f"{name} {version}".strip()
    if (score and not _SCORE.fullmatch(score)) or not _NAME.fullmatch(by):
        return Face(FAILED)
    return Face(value["decision"], score, by)
