"""Rows as files to keep: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

# Spreadsheets run a cell that begins with one of these; a number may begin with a minus sign.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def csv_download(rows: Sequence[Mapping[str, Any]], name: str) -> Response:
    """Give rows as CSV with a header line; nested tables become "outer.inner" columns."""
    flat = [_flatten(row) for row in rows]
    columns = list(dict.fromkeys(column for row in flat for column in row))
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(column)) for column in columns] for row in flat])
    # The mark at the front lets spreadsheets read names in UTF-8.
    return _download("\ufeff" + target.getvalue(), "text/csv", f"{name}.csv")


def json_download(rows: Sequence[Mapping[str, Any]], name: str) -> Response:
    """Give rows as JSON."""
    body = json.dumps({"rows": list(rows)}, ensure_ascii=False, indent=1)
    return _download(body, "application/json", f"{name}.json")


def pdf_response(content: bytes, name: str) -> Response:
    """Give a PDF to be saved under this name."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _download(body: str, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _flatten(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
