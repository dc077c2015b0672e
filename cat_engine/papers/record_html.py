"""Minutes and attendance list as one HTML file each, to be kept: no script, nothing foreign."""

from collections.abc import Iterable, Sequence
from html import escape

from cat_engine.papers import record as paper
from cat_engine.papers.record import SIGNATORIES, Record

_STYLE = (
    "body{font-family:sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "code{overflow-wrap:anywhere}"
)


def minutes_html(record: Record) -> str:
    """The minutes: numbers, incidents, the seal, places to sign."""
    columns = [record.words(f"column.{name}") for name in paper.INCIDENT_COLUMNS]
    rows = [paper.incident_row(record, one) for one in record.minutes.incidents]
    seal = record.words(
        "seal_text", position=record.minutes.position, hash=record.minutes.head_hash
    )
    return _page(
        record,
        "title",
        [
            _heading(record.words("numbers")),
            _table((record.words("what"), record.words("number")), paper.figures(record)),
            _heading(record.words("incidents_heading")),
            _table(columns, rows),
            *_noticed(record),
            _heading(record.words("seal")),
            f"<p>{escape(seal)}</p>",
        ],
    )


def _noticed(record: Record) -> list[str]:
    """What pages noticed, where they noticed anything."""
    rows = paper.noticed_rows(record)
    if not rows:
        return []
    return [
        _heading(record.words("noticed_heading")),
        f"<p>{escape(record.words('noticed_text'))}</p>",
        _table([record.words(f"column.{name}") for name in paper.NOTICED_COLUMNS], rows),
    ]


def attendance_html(record: Record) -> str:
    """The attendance list, filled from the journal."""
    columns = [record.words(f"column.{name}") for name in paper.ATTENDANCE_COLUMNS]
    return _page(record, "attendance_title", [_table(columns, paper.attendance_rows(record))])


def _page(record: Record, title: str, parts: Sequence[str]) -> str:
    name = escape(record.words(title))
    signs = _table([record.words(f"signs.{role}") for role in SIGNATORIES], [("\u00a0",) * 3])
    planned = escape(record.words("planned", at=record.when(record.starts_at)))
    return (
        f'<!doctype html>\n<html lang="{record.language}"><head><meta charset="utf-8">'
        f"<title>{name}</title><style>{_STYLE}</style></head><body>\n<h1>{name}</h1>\n"
        f"<p>{escape(record.exam_title)}<br>{escape(record.session_title)} "
        f"({escape(record.minutes.exam_session)})<br>{planned}</p>\n"
        + "\n".join([*parts, signs])
        + "\n</body></html>\n"
    )


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _table(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>"
