"""The pages of the bank: lists with filters, one item with preview, history, comments and acts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act, may
from cat_engine.accounts.user import Login
from cat_engine.http import assets, banks, fields, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.preview import plain_text, preview
from cat_engine.http.proctor import to_staff_login
from question_bank.finding import Filter
from question_bank.item import DIFFICULTIES, KINDS
from question_bank.life import STATES
from question_bank.rich_text import words_of
from question_bank.sealing import is_sealed
from scoring.mark import mark
from scoring.response import Choice
from scoring.rule import rule_to_json

if TYPE_CHECKING:
    from cat_engine.hall import Hall

TYPED = ("reason", "text", "other", "why")
FILTERS = ("text", "section", "topic", "difficulty", "kind", "state", "author")
FILTER_LIMIT = 200
PAGE_LIMIT = 100_000
VERSION_LIMIT = 1_000_000
POSITION_LIMIT = 10**12


def make_blueprint(hall: Hall) -> Blueprint:
    """Give the pages below /bank."""
    blueprint = Blueprint("bank", __name__)

    @blueprint.get("/bank")
    def overview() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/bank")
        login = signing_in.require(hall, Act.VIEW_BANK)
        return pages.render(hall, "banks.html", banks=banks.list_banks(hall, login), states=STATES)

    @blueprint.get("/bank/items/<bank>")
    def items(bank: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/bank/items/{bank}")
        login = signing_in.require(hall, Act.VIEW_BANK)
        wanted = wanted_filter()
        page = fields.counter("page", request.args.get("page", "1"), limit=PAGE_LIMIT)
        found = banks.find(hall, login, bank, wanted=wanted, page=page)
        if not found.total and wanted == Filter():
            raise Problem("not_found")
        return pages.render(
            hall,
            "bank.html",
            bank=bank,
            found=found,
            wanted=wanted,
            values=banks.values(hall, bank),
            choices={"difficulty": DIFFICULTIES, "kind": KINDS, "state": STATES},
            query={name: value for name in FILTERS if (value := getattr(wanted, name))},
        )

    @blueprint.get("/bank/items/<bank>/<item>")
    def one_item(bank: str, item: str) -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login(f"/bank/items/{bank}/{item}")
        version = fields.counter("version", request.args.get("version", "0"), limit=VERSION_LIMIT)
        login = signing_in.require(hall, Act.VIEW_BANK)
        return _item_page(hall, login, bank, item, version=version or None)

    _add_acts(hall, blueprint)
    return blueprint


def _add_acts(hall: Hall, blueprint: Blueprint) -> None:
    """What people do with a version: acts and comments."""

    @blueprint.post("/bank/items/<bank>/<item>/<int:version>/act")
    def act(bank: str, item: str, version: int) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.form_fields("act", "reason")
        try:
            kind = fields.one_of("act", given["act"], frozenset(banks.ACTS))
            reason = fields.words(given["reason"])
            banks.act(hall, login, bank, item, version=version, kind=kind, reason=reason)
        except Problem as problem:
            return _refused(hall, login, bank, item, version=version, problem=problem)
        return _to_item(bank, item, version, "act")

    @blueprint.post("/bank/items/<bank>/<item>/<int:version>/comment")
    def comment(bank: str, item: str, version: int) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.form_fields("text", "reply_to")
        try:
            reply_to = given["reply_to"] and fields.counter(
                "reply_to", given["reply_to"], limit=POSITION_LIMIT
            )
            banks.comment(
                hall,
                login,
                bank,
                item,
                version=version,
                text=fields.words(given["text"]),
                reply_to=reply_to or None,
            )
        except Problem as problem:
            return _refused(hall, login, bank, item, version=version, problem=problem)
        return _to_item(bank, item, version, "comment")

    @blueprint.post("/bank/items/<bank>/<item>/<int:version>/enemies")
    def enemies(bank: str, item: str, version: int) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.form_fields("act", "other", "why")
        try:
            banks.keep_apart(
                hall,
                login,
                bank,
                item,
                other=fields.identifier("other", given["other"].strip()),
                kind=fields.one_of("act", given["act"], banks.ON_ENEMIES),
                reason=fields.words(given["why"]),
            )
        except Problem as problem:
            return _refused(hall, login, bank, item, version=version, problem=problem)
        return _to_item(bank, item, version, "enemies")


def wanted_filter() -> Filter:
    """Give the filter of the request's query; what is too long is cut."""
    given = {name: request.args.get(name, "").strip()[:FILTER_LIMIT] for name in FILTERS}
    return Filter(**given)


def _refused(
    hall: Hall, login: Login, bank: str, item: str, *, version: int, problem: Problem
) -> Response:
    if problem.code in ("not_found", "forbidden"):
        raise problem
    return _item_page(hall, login, bank, item, version=version, problem=problem)


def _item_page(
    hall: Hall,
    login: Login,
    bank: str,
    item: str,
    *,
    version: int | None,
    problem: Problem | None = None,
) -> Response:
    view = banks.read_item(hall, login, bank, item, version=version)
    sentence = ""
    if problem is not None:
        sentence = message(problem.code, pages.language_of_request(hall), **problem.values)
    done = request.args.get("done", "")
    return pages.render(
        hall,
        "bank_item.html",
        status=STATUS_OF_CODE[problem.code] if problem else 200,
        view=view,
        message=sentence,
        done=done if done in ("act", "comment", "enemies") and problem is None else "",
        delivered=preview(view.item),
        plain=plain_text,
        tags=assets.preview_tags(),
        key=_key(view),
        figures=_figures(view),
        explanation=words_of(view.item.explanation, view.item.notation),
        may_part=may(login, Act.WRITE_ITEMS),
        editable=not is_sealed(view.item),
        rule=json.dumps(rule_to_json(view.item.rule), indent=1, ensure_ascii=False),
        typed={name: request.form.get(name, "") for name in ("reason", "text", "other", "why")}
        if problem
        else {},
    )


def _key(view: banks.ItemView) -> list[tuple[str, str]]:
    """What each option of a choice earns, for reading; other kinds show their rule."""
    if view.item.kind != "choice" or view.seal:
        return []
    return [
        (option.id, str(mark(view.item.rule, Choice(option.id)))) for option in view.item.options
    ]


def _figures(view: banks.ItemView) -> list[tuple[str, str]]:
    """The statistics of the version by their usual letters, rounded for reading."""
    known = view.statistics
    if known is None:
        return []
    named = (("p", known.expected), ("a", known.a), ("b", known.b), ("c", known.c))
    return [(name, f"{float(value):.3f}") for name, value in named if value is not None]


def _to_item(bank: str, item: str, version: int, done: str) -> Response:
    return pages.redirect_to(f"/bank/items/{bank}/{item}?version={version}&done={done}")
