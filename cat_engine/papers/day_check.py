"""Checking the export of a day with the file alone: signature, chain, seats, scores, board."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import Any

from cat_engine.papers.day_export import EARLIER_FORMATS, FORMAT
from cat_engine.signing import is_signed
from exam_sessions import day_record
from exam_sessions.day_lines import Json
from exam_sessions.day_record import Reading
from question_bank.blueprint import read as read_blueprint

FILE_LIMIT = 10_000
UNPACKED_LIMIT_BYTES = 4 * 1024**3
FINDING_LIMIT = 100


@dataclass(slots=True)
class DayVerdict:
    """What a check found; no findings: everything holds that this grade lets anybody check."""

    grade: str = ""
    exam_session: str = ""
    public_key: str = ""
    entry_count: int = 0
    linked_count: int = 0
    """Entries whose hash was computed again."""
    whole_count: int = 0
    """Entries that this grade shows whole."""
    scored_count: int = 0
    ranked_count: int = 0
    drawn_count: int = 0
    """Seats that were drawn again."""
    shows_door: bool = True
    """False: this grade does not show what seats were drawn by."""
    head_hash: str = ""
    findings: list[str] = field(default_factory=list)


def check_day(content: bytes, *, public_key: str = "") -> DayVerdict:
    """Check an export.

    Args:
        content: the bytes of the zip.
        public_key: of whom it must be signed; empty: of whom it says itself.
    """
    verdict = DayVerdict()
    try:
        files = _unpack(content)
        _check(files, public_key, verdict)
    except zipfile.BadZipFile:
        verdict.findings.append("this is no export of a day: the file is no zip")
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        verdict.findings.append(f"this is no export of a day: {error!r}")
    del verdict.findings[FINDING_LIMIT:]
    return verdict


def _check(files: dict[str, bytes], public_key: str, verdict: DayVerdict) -> None:
    text = files["manifest.json"]
    manifest = json.loads(text)
    verdict.grade, verdict.exam_session = manifest["grade"], manifest["exam_session"]
    verdict.public_key = public_key or manifest["public_key"]
    if manifest["format"] not in (FORMAT, *EARLIER_FORMATS):
        verdict.findings.append(f"the format is {manifest['format']}; known here: {FORMAT}")
        return
    if not is_signed(verdict.public_key, text, bytes.fromhex(files["manifest.sig"].decode())):
        verdict.findings.append("the manifest is not signed by this key")
    _check_files(files, manifest["files"], verdict)
    blueprint = read_blueprint(files["blueprint.yaml"].decode())
    blanks = json.loads(files.get("blanks.json", b"{}"))
    lines = files["journal.jsonl"].decode().splitlines()
    seat_forms = _seat_forms(files)
    reading = day_record.read_lines(
        verdict.exam_session, lines, blueprint, blanks, seat_forms=seat_forms
    )
    verdict.drawn_count, verdict.shows_door = reading.drawn_count, reading.shows_door
    verdict.findings += reading.findings
    verdict.entry_count, verdict.linked_count = reading.entry_count, reading.linked_count
    verdict.whole_count = reading.whole_count
    verdict.scored_count, verdict.head_hash = reading.scored_count, reading.head[1]
    if {"position": reading.head[0], "hash": reading.head[1]} != manifest["head"]:
        verdict.findings.append("the manifest names another end of the journal")
    _check_results(files, reading, blueprint, verdict)
    _check_board(files, reading, blueprint, manifest["reveal"], verdict=verdict)
    _check_forms(files, reading, verdict)


def _seat_forms(files: dict[str, bytes]) -> dict[tuple[str, str], str] | None:
    """Digests of the forms on seats; None in an export that was made before they stood there."""
    if "seat-forms.json" not in files:
        return None
    rooms = json.loads(files["seat-forms.json"])
    return {(room, seat): digest for room, seats in rooms.items() for seat, digest in seats.items()}


def _check_files(files: dict[str, bytes], named: Json, verdict: DayVerdict) -> None:
    found = files.keys() - {"manifest.json", "manifest.sig"}
    for name in sorted(found ^ named.keys()):
        verdict.findings.append(f"{name}: stands in the zip or in the manifest alone")
    for name in sorted(found & named.keys()):
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            verdict.findings.append(f"{name}: is not the file that was signed")


def _check_results(
    files: dict[str, bytes], reading: Reading, blueprint: Any, verdict: DayVerdict
) -> None:
    shown = [row for row in json.loads(files["results.json"]) if row["rank"] is not None]
    again = day_record.results_of(reading, blueprint)
    verdict.ranked_count = len(again)
    if len(shown) != len(again):
        verdict.findings.append(f"results.json ranks {len(shown)}, the journal {len(again)}")
    for row, computed in zip(shown, again, strict=False):
        wrong = [name for name, value in computed.items() if row.get(name) != value]
        if wrong:
            number = computed["participant_no"]
            verdict.findings.append(f"results.json: {number} differs in {', '.join(wrong)}")


def _check_board(
    files: dict[str, bytes], reading: Reading, blueprint: Any, reveal: str, *, verdict: DayVerdict
) -> None:
    shown = json.loads(files["board.json"])
    labels = {row["id"]: row["label"] for row in shown}
    again = day_record.board_of(reading, blueprint, labels, reveal=reveal)
    again = json.loads(json.dumps(again))
    if shown != again:
        wrong = [one["id"] for one, two in zip(shown, again, strict=False) if one != two]
        verdict.findings.append(f"board.json is not the board of this journal: {wrong[:3]}")


def _check_forms(files: dict[str, bytes], reading: Reading, verdict: DayVerdict) -> None:
    if json.loads(files["forms.json"]) != reading.form_digests:
        verdict.findings.append("forms.json names other forms than the journal")
    for name in sorted(files):
        document = files.get(name.replace(".sha256", ".json"))
        if not name.endswith(".sha256") or document is None:
            continue
        if hashlib.sha256(document).hexdigest() != files[name].decode().strip():
            verdict.findings.append(f"{name}: is not the digest of its document")


def _unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        listed = packed.infolist()
        if len(listed) > FILE_LIMIT:
            raise ValueError("too many files")
        if sum(one.file_size for one in listed) > UNPACKED_LIMIT_BYTES:
            raise ValueError("too large")
        return {one.filename: packed.read(one) for one in listed}
