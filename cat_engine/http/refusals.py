"""Requests that are refused to whoever sent them, noted when their answer goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from cat_engine.refusals import COUNTED, note_refusal

if TYPE_CHECKING:
    from cat_engine.hall import Hall

OTHER = "other"


def name_refusal(code: str) -> None:
    """Say with which code this request is being refused."""
    g.refusal = code


def install(app: Flask, hall: Hall) -> None:
    """Look at every answer."""

    def after(response: Response) -> Response:
        if response.status_code in COUNTED:
            rule = request.url_rule.rule if request.url_rule is not None else ""
            note_refusal(hall, response.status_code, g.get("refusal", OTHER), rule=rule)
        return response

    app.after_request(after)
