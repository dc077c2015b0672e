"""The sheet about a site's readiness: a document to sign, and the same as a paper."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cat_engine.config import ReadinessConfig
from cat_engine.i18n import Language, instant, text
from cat_engine.readiness.judgement import Rehearsal, is_fit, judge
from cat_engine.readiness.signed import Signed
from cat_engine.readiness.station import Station, problems
from exam_sessions.events import JsonValue

if TYPE_CHECKING:
    from cat_engine.papers.sheet import Sheet

KIND = "readiness"
SIGNATORIES = ("coordinator", "technician", "agency")


def make_document(
    stations: Sequence[Station],
    rehearsal: Rehearsal | None,
    bounds: ReadinessConfig,
    *,
    place: Mapping[str, JsonValue],
    seats_expected: int,
    now: int,
) -> dict[str, JsonValue]:
    """Everything that the sheet says, for signing; the judgement follows from the rest."""
    findings = judge(stations, rehearsal, bounds, seats_expected=seats_expected)
    return {
        "place": dict(place),
        "made_at": now,
        "is_fit": is_fit(findings),
        "findings": [asdict(one) for one in findings],
        "bounds": _bounds(bounds),
        "seats_expected": seats_expected,
        "stations": [
            asdict(one) | {"problems": list(problems(one, bounds))}
            for one in sorted(stations, key=lambda one: one.seat)
        ],
        "rehearsal": None if rehearsal is None else asdict(rehearsal),
    }


def _bounds(bounds: ReadinessConfig) -> dict[str, JsonValue]:
    names = (
        "round_trip_ms",
        "loss_percent",
        "clock_offset_s",
        "screen_width_px",
        "screen_height_px",
        "answer_p99_ms",
        "candidates",
    )
    return {name: getattr(bounds, name) for name in names}


def make_pdf(signed: Signed, file: str, language: Language, zone: str) -> bytes:
    """The paper of a signed sheet; it names the key, and the file by its SHA-256."""
    # The library of PDF takes a while to import, and a server must start fast.
    from cat_engine.papers.sheet import Sheet  # noqa: PLC0415

    document = signed.document
    digest = hashlib.sha256(file.encode()).hexdigest()

    def words(key: str, **values: Any) -> str:
        return text(f"readiness.{key}", language, **values)

    place = document["place"]
    verdict = words("fit" if document["is_fit"] else "not_fit")
    sheet = Sheet(words("sheet_title"), words("sheet_title"), made_at=document["made_at"])
    lines = [
        words("sheet_place", site=place["site"], room=place["room"] or "–"),
        words("sheet_made", at=instant(document["made_at"], language, zone), by=place["by"]),
        verdict,
    ]
    sheet.head(words("sheet_title"), lines)
    sheet.section(f"{words('judgement')}: {verdict}")
    names = ("what", "found", "bound", "good")
    sheet.rows(
        [words(f"column.{name}") for name in names],
        [
            (
                words(f"finding.{one['code']}"),
                one["found"],
                one["bound"],
                words("good" if one["is_good"] else "bad"),
            )
            for one in document["findings"]
        ],
        (86, 32, 32, 30),
    )
    _add_stations(sheet, document, words)
    _add_rehearsal(sheet, document, words)
    sheet.section(words("signature"))
    sheet.multi_cell(
        0,
        5,
        words("signature_text", signer=signed.signer, digest=digest),
        align="L",
        new_x="LMARGIN",
        new_y="NEXT",
    )
    sheet.signatures([words(f"signs.{role}") for role in SIGNATORIES])
    return sheet.content()


def _add_stations(sheet: "Sheet", document: Mapping[str, Any], words: Any) -> None:
    if not document["stations"]:
        return
    sheet.section(words("stations"))
    names = ("seat", "browser", "screen", "clock", "line", "lost", "problems")
    rows = [
        (
            one["seat"],
            one["browser"],
            f"{one['screen_width']}×{one['screen_height']}",
            f"{one['offset_ms']} ms",
            f"{one['round_trip_p50_ms']} / {one['round_trip_p95_ms']} ms",
            f"{one['lost_count']} / {one['sent_count']}",
            ", ".join(words(f"problem.{code}") for code in one["problems"]) or words("good"),
        )
        for one in document["stations"]
    ]
    heading = [words(f"column.{name}") for name in names]
    sheet.rows(heading, rows, (16, 32, 24, 22, 28, 18, 40))


def _add_rehearsal(sheet: "Sheet", document: Mapping[str, Any], words: Any) -> None:
    run = document["rehearsal"]
    if run is None:
        return
    sheet.section(words("rehearsal"))
    rows = [
        (words("run.session"), run["exam_session"]),
        (words("run.candidates"), f"{run['finished_count']} / {run['candidate_count']}"),
        (
            words("run.answers"),
            f"{run['acknowledged_count']} / {run['journaled_count']}",
        ),
        (
            words("run.wrong"),
            f"{run['lost_count']} / {run['doubled_count']} / {run['changed_count']}",
        ),
        (
            words("run.latency"),
            f"{run['latency_p50_ms']} / {run['latency_p99_ms']} / {run['latency_most_ms']} ms",
        ),
        (words("run.rate"), run["answers_per_s"]),
        (words("run.duration"), f"{run['duration_s']} s"),
    ]
    sheet.rows((words("column.what"), words("column.found")), rows, (110, 70))
