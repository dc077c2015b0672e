"""The signed record of a day: anybody can check it, nobody change it, the public sees no name."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from cat_engine.live.publisher import Boards
from cat_engine.papers.day_check import DayVerdict, check_day
from cat_engine.papers.day_export import Day, Grade, NotClosed, export
from cat_engine.papers.day_reading import read_day, read_record
from cat_engine.signing import BadKey, Signer, make_key, read_key
from exam_sessions import commands
from exam_sessions.accommodation import Accommodation, to_text
from exam_sessions.commands import Act
from exam_sessions.entry_hash import genesis, hash_entry
from exam_sessions.events import Responded, canonical
from exam_sessions.live_session import replay_session
from exam_sessions.own_break import Break
from exam_sessions.refused import Refused
from exam_sessions.verify import verify_session
from scoring.response import Choice
from tests.cast import ANI, BUDI, CITRA, DEWI, EXAM_SESSION
from tests.factories import (
    FakeClock,
    add_exam_session,
    get_act,
    get_enrolment,
    open_room,
    start_engine,
)
from tests.rewriting import rewrite

EKO = "24-5521-0099"
SECRET_WORDS = "Ani Lestari pingsan"
EVERY_GRADE = pytest.mark.parametrize("grade", ["public", "official"])
Files = dict[str, bytes]


def sit(database: Database) -> None:
    """Ani and Budi answer, Ani is paused with words, Eko is absent; then two people close."""
    people = [get_enrolment(ANI, "1"), get_enrolment(BUDI, "2"), get_enrolment(EKO, "3")]
    people[0] = get_enrolment(
        ANI,
        "1",
        disability="visual",
        formation_type="disability",
        accommodation=to_text(Accommodation(break_minutes=15)),
    )
    add_exam_session(database, people)
    clock = FakeClock()
    running = start_engine(database, clock)
    engine = running.engine
    open_room(engine)
    for letter, no in (("A", ANI), ("B", BUDI)):
        engine.handle(EXAM_SESSION, no, commands.Enter("pc"))
        engine.handle(EXAM_SESSION, no, commands.Begin(1))
        for item_no in range(1, 5):
            seq = 100_000 + item_no
            clock.advance(1_000)
            engine.handle(EXAM_SESSION, no, commands.Respond(1, seq, item_no, Choice(letter)))
    for starts in (True, False):
        engine.handle(EXAM_SESSION, ANI, Break(1, starts))
    engine.act(EXAM_SESSION, [ANI], commands.Pause(Act("p", CITRA, "health", SECRET_WORDS)))
    engine.act(EXAM_SESSION, [ANI, BUDI], commands.End(get_act("end")))
    engine.handle_hall(EXAM_SESSION, commands.FinalizeBoard(EXAM_SESSION, DEWI, SECRET_WORDS))
    for by in (DEWI, CITRA):
        engine.handle_hall(EXAM_SESSION, commands.CloseSession(EXAM_SESSION, by, SECRET_WORDS))
    running.stop()


def day_of(database: Database) -> Day:
    live = replay_session(database, EXAM_SESSION)
    assert live is not None
    with database.connect() as db:
        record = read_record(db, EXAM_SESSION, language="id", zone="WIB", made_at=1)
        return read_day(db, live, record)


@pytest.fixture
def day(sqlite: Database) -> Day:
    sit(sqlite)
    return day_of(sqlite)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return make_key(tmp_path / "day.key")


def unpack(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.getvalue()


def check(files: Files, signer: Signer) -> DayVerdict:
    return check_day(pack(files), public_key=signer.public_key)


@EVERY_GRADE
def test_a_day_checks_without_a_database(day: Day, signer: Signer, grade: Grade) -> None:
    verdict = check_day(export(day, grade, signer), public_key=signer.public_key)

    assert [] == verdict.findings
    assert (len(day.entries), 2) == (verdict.entry_count, verdict.ranked_count)
    assert len(day.entries) == verdict.linked_count
    everything = (len(day.entries), 2) if grade == "official" else (verdict.whole_count, 0)
    assert everything == (verdict.whole_count, verdict.scored_count)
    assert verdict.whole_count > 0


def test_the_board_of_the_export_is_the_board_that_the_public_saw(
    day: Day, signer: Signer, sqlite: Database
) -> None:
    boards = Boards(sqlite, lambda: 2_000_000_000_000)
    boards.poll()
    snapshot = boards.snapshot(EXAM_SESSION)
    assert snapshot is not None

    exported = json.loads(unpack(export(day, "public", signer))["board.json"])

    assert json.loads(snapshot.body)["rows"] == exported


def test_the_public_sees_no_name_no_words_no_responses(day: Day, signer: Signer) -> None:
    files = unpack(export(day, "public", signer))
    plain = b"".join(
        content for name, content in files.items() if not name.endswith((".pdf", ".yaml"))
    )
    lines = [json.loads(line) for line in files["journal.jsonl"].splitlines()]
    bodies = [line["body"] for line in lines if "kind" in line]

    for hidden in ("Ani Lestari", "Budi", SECRET_WORDS, CITRA, DEWI, "visual"):
        assert hidden.encode() not in plain, hidden
    shown = {name for body in bodies for name in body}
    assert not shown & {"response", "item", "points", "by", "words", "disability", "station"}
    assert not shown & {"allotment_ms", "part_minutes", "break_minutes"}, "extra time is private"
    assert b"own_break" not in plain
    closed = [line for line in lines if "kind" not in line]
    assert [{"position", "hash", "digests"}] * 2 == [line.keys() for line in closed], "one break"
    assert b'"health"' not in plain
    assert "kesehatan" not in files["minutes.html"].decode()
    assert "alasan pribadi" in files["minutes.html"].decode()
    assert "jeda peserta" not in files["minutes.html"].decode()
    assert ANI.encode() in files["journal.jsonl"]
    official = unpack(export(day, "official", signer))
    assert SECRET_WORDS.encode() in official["journal.jsonl"] + official["minutes.html"]
    assert "jeda peserta" in official["minutes.html"].decode()


def answers_of(day: Day) -> list[Responded]:
    told = (one.entry.event for one in day.entries)
    return [event for event in told if isinstance(event, Responded)]


def _guessed(day: Day, files: Files, key: str | None) -> int:
    """How many answers somebody finds in the public grade who tries what can have been answered.

    Items, options and what they pay are no secret of the day: everybody in the room saw them.
    """
    given = answers_of(day)
    tries = [
        {"item": item, "response": response, "points": points}
        for item in {one.item for one in given}
        for response in [json.loads(text) for text in {canonical(one.response) for one in given}]
        for points in {one.points for one in given}
    ]
    count, before = 0, genesis(EXAM_SESSION)
    for text in files["journal.jsonl"].decode().splitlines():
        line = json.loads(text)
        for tried in tries if line.get("kind") == "Responded" else ():
            body = {name: value for name, value in line["body"].items() if name != "is_given"}
            again = hash_entry(
                key,
                before,
                place=(EXAM_SESSION, line["position"], line["participant_no"]),
                at=line["at"],
                kind=line["kind"],
                body=canonical(body | tried),
            )
            count += line["hash"] == again
        before = line["hash"]
    return count


def test_the_public_cannot_find_answers_by_trying(day: Day, signer: Signer) -> None:
    files = unpack(export(day, "public", signer))

    assert 0 == _guessed(day, files, None)
    # With the key it finds all of them, so it tries the right things.
    assert len(answers_of(day)) == _guessed(day, files, day.journal_key), (
        "else the wrong things are tried"
    )


def test_with_answers_the_public_can_add_up_every_score(day: Day, signer: Signer) -> None:
    content = export(day, "public", signer, with_answers=True)

    verdict = check_day(content, public_key=signer.public_key)

    assert ([], 2) == (verdict.findings, verdict.scored_count)
    assert b"Ani Lestari" not in unpack(content)["journal.jsonl"]


@EVERY_GRADE
def test_a_day_that_began_under_an_older_version_checks(
    sqlite: Database, signer: Signer, grade: Grade
) -> None:
    """What it wrote lacks fields that events have since; the hash covers what it wrote."""

    def as_it_was(kind: str, body: dict[str, Any], previous: str) -> None:
        if kind == "Attached":
            del body["heard_at"], body["browser"]
        if kind == "SessionClosed":
            body["head_hash"] = previous

    sit(sqlite)
    rewrite(sqlite, EXAM_SESSION, as_it_was)

    verdict = check_day(export(day_of(sqlite), grade, signer), public_key=signer.public_key)

    assert [] == verdict.findings


def _journal(change: Callable[[list[str]], list[str]]) -> Callable[[Files], Files]:
    def changed(files: Files) -> Files:
        lines = change(files["journal.jsonl"].decode().splitlines())
        return files | {"journal.jsonl": "".join(f"{line}\n" for line in lines).encode()}

    return changed


def _more_points(lines: list[str]) -> list[str]:
    return [line.replace('"points":"0"', '"points":"5"') for line in lines]


def _earlier(line: str) -> str:
    """An entry that is not shown whole, at another time."""
    one = json.loads(line)
    return canonical(one | {"at": one["at"] - 1}) if one.get("hidden") else line


def _another_digest(line: str) -> str:
    one = json.loads(line)
    return canonical(one | {"digests": {"body": "0" * 64}}) if one.get("hidden") else line


def _another_place(line: str) -> str:
    """Somebody else's entry in place of one of which nothing is shown."""
    one = json.loads(line)
    if "kind" in one:
        return line
    return canonical(one | {"digests": one["digests"] | {"place": "0" * 64}})


CHANGES: dict[str, Callable[[Files], Files]] = {
    "points": _journal(_more_points),
    "an entry is gone": _journal(lambda lines: lines[:5] + lines[6:]),
    "the end is gone": _journal(lambda lines: lines[:-1]),
    "one is doubled": _journal(lambda lines: [*lines, lines[-1]]),
    "results": lambda files: (
        files | {"results.json": files["results.json"].replace(b'"rank": 1', b'"rank": 9')}
    ),
    "board": lambda files: (
        files | {"board.json": files["board.json"].replace(b'"answered": 4', b'"answered": 6')}
    ),
    "forms": lambda files: files | {"forms.json": b"{}"},
    "minutes": lambda files: files | {"minutes.html": b"nothing happened"},
    "a hidden entry": _journal(lambda lines: [_earlier(line) for line in lines]),
    "a hidden body": _journal(lambda lines: [_another_digest(line) for line in lines]),
    "a hidden place": _journal(lambda lines: [_another_place(line) for line in lines]),
    "a file more": lambda files: files | {"note.txt": b"x"},
    "a file less": lambda files: {n: c for n, c in files.items() if n != "attendance.pdf"},
    "no zip of ours": lambda files: {"a.txt": b""},
}


@pytest.mark.parametrize(
    "name", ["a hidden entry", "a hidden body", "a hidden place", "an entry is gone"]
)
def test_the_public_finds_a_change_in_what_it_is_not_shown(
    day: Day, signer: Signer, name: str
) -> None:
    """Though signed anew: every link can be computed without the bodies."""
    files = unpack(export(day, "public", signer))

    found = check_day(_signed_anew(CHANGES[name](files), signer), public_key=signer.public_key)

    assert any("does not fit its hash" in one for one in found.findings)


OFFICIAL_CHANGES = [name for name in CHANGES if not name.startswith("a hidden")]


@pytest.mark.parametrize("name", OFFICIAL_CHANGES)
def test_a_changed_day_is_found(day: Day, signer: Signer, name: str) -> None:
    files = unpack(export(day, "official", signer))
    assert [] == check(files, signer).findings

    assert check(CHANGES[name](files), signer).findings, name


def test_who_signs_anew_what_was_changed_is_found_by_the_record_itself(
    day: Day, signer: Signer
) -> None:
    """The holder of the key cannot give somebody points either: the chain and the sums say no."""
    for name in ("points", "an entry is gone", "the end is gone", "results", "board", "forms"):
        files = CHANGES[name](unpack(export(day, "official", signer)))

        found = check_day(_signed_anew(files, signer), public_key=signer.public_key).findings

        assert [] == [one for one in found if "signed" in one]
        assert found, name


def _signed_anew(files: Files, signer: Signer) -> bytes:
    import hashlib  # noqa: PLC0415

    from Crypto.Signature import eddsa  # noqa: PLC0415

    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
    text = json.dumps(manifest).encode()
    signature = eddsa.new(signer.key, "rfc8032").sign(text).hex().encode()
    return pack(files | {"manifest.json": text, "manifest.sig": signature})


def test_another_key_did_not_sign_it(day: Day, signer: Signer, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other.key")

    verdict = check_day(export(day, "public", signer), public_key=other.public_key)

    assert ["the manifest is not signed by this key"] == verdict.findings


def test_an_open_session_has_no_day(sqlite: Database, signer: Signer) -> None:
    add_exam_session(sqlite)

    with pytest.raises(NotClosed):
        export(day_of(sqlite), "public", signer)


def test_a_closed_session_stays_closed_through_a_new_start(sqlite: Database) -> None:
    sit(sqlite)
    clock = FakeClock()
    clock.advance(3_600_000)

    again = start_engine(sqlite, clock)
    with pytest.raises(Refused) as refused:
        again.engine.settle(EXAM_SESSION, lambda _live, _now: ([], {}))
    again.stop()

    assert "session_closed" == refused.value.code

    verdict = verify_session(sqlite, EXAM_SESSION)
    assert ([], 2) == (verdict.findings, verdict.finished_count)
    live = again.engine.live(EXAM_SESSION)
    assert live.state.closed is not None
    assert (DEWI, CITRA) == (live.state.closed.proposed_by, live.state.closed.by)
    assert verdict.entry_count == live.state.closed.head_position + 1


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "day.key"
    made = make_key(path)

    assert made.public_key == read_key(path).public_key
    with pytest.raises(BadKey, match="never overwritten"):
        make_key(path)
    path.chmod(0o604)
    with pytest.raises(BadKey, match="chmod"):
        read_key(path)
