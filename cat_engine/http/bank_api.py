"""The handlers of the API's routes about the bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, request

from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.http import authoring, bank, banks, fields, openings, signing_in
from cat_engine.http.errors import Problem
from cat_engine.http.preview import preview
from question_bank.acts import BankAct
from question_bank.finding import Found
from question_bank.item import item_to_json

if TYPE_CHECKING:
    from cat_engine.hall import Hall

Handler = Callable[..., Response]


def handlers(hall: Hall) -> dict[str, Handler]:
    """Give a handler for every route of `bank_routes`."""
    return {**_reading(hall), **_acting(hall), **_sealing(hall), **authoring.handlers(hall)}


def _reading(hall: Hall) -> dict[str, Handler]:
    def list_banks() -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        rows = [{"id": one.id, "counts": one.counts} for one in banks.list_banks(hall, login)]
        return jsonify({"banks": rows})

    def bank_items(bank: str) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        return _page(hall, login, bank)

    def bank_item(bank: str, item: str) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        version = fields.counter("version", request.args.get("version", "0"), limit=10**6)
        return _item(hall, login, bank, item, version=version or None)

    return {"banks": list_banks, "bank_items": bank_items, "bank_item": bank_item}


def _acting(hall: Hall) -> dict[str, Handler]:
    def act_on_item(bank: str, item: str) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.json_fields("version", "act", "reason")
        version = _whole("version", given["version"])
        kind = fields.one_of("act", given["act"], frozenset(banks.ACTS))
        reason = fields.words(given["reason"])
        banks.act(hall, login, bank, item, version=version, kind=kind, reason=reason)
        return _item(hall, login, bank, item, version=version)

    def comment_on_item(bank: str, item: str) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.json_fields("version", "text", "reply_to")
        version, reply_to = _whole("version", given["version"]), given["reply_to"]
        banks.comment(
            hall,
            login,
            bank,
            item,
            version=version,
            text=fields.words(given["text"]),
            reply_to=None if reply_to is None else _whole("reply_to", reply_to),
        )
        return _item(hall, login, bank, item, version=version)

    def keep_items_apart(bank: str, item: str) -> Response:
        login = signing_in.require(hall, Act.VIEW_BANK)
        given = fields.json_fields("other", "act", "reason")
        kind = fields.one_of("act", given["act"], banks.ON_ENEMIES)
        other = fields.identifier("other", given["other"])
        reason = fields.words(given["reason"])
        banks.keep_apart(hall, login, bank, item, other=other, kind=kind, reason=reason)
        return _item(hall, login, bank, item, version=None)

    return {
        "act_on_item": act_on_item,
        "comment_on_item": comment_on_item,
        "keep_items_apart": keep_items_apart,
    }


def _sealing(hall: Hall) -> dict[str, Handler]:
    def seals() -> Response:
        return jsonify({"seals": [asdict(one) for one in openings.list_seals(hall)]})

    def give_share(seal: str) -> Response:
        login = signing_in.require(hall, Act.OPEN_SEAL)
        given = fields.json_fields("share")
        if not isinstance(given["share"], str):
            raise openings.bad_share()
        return jsonify(asdict(openings.give_share(hall, seal, given["share"], by=login.user)))

    return {"seals": seals, "give_share": give_share}


def _page(hall: Hall, login: Login, bank_id: str) -> Response:
    page = fields.counter("page", request.args.get("page", "1"), limit=bank.PAGE_LIMIT)
    found = banks.find(hall, login, bank_id, wanted=bank.wanted_filter(), page=page)
    return jsonify(
        {
            "items": [_row(one) for one in found.rows],
            "total": found.total,
            "page": found.page,
            "page_count": found.page_count,
        }
    )


def _item(hall: Hall, login: Login, bank_id: str, item_id: str, *, version: int | None) -> Response:
    view = banks.read_item(hall, login, bank_id, item_id, version=version)
    return jsonify(
        {
            "item": item_to_json(view.item),
            "state": view.standing.state,
            "author": view.standing.author,
            "versions": list(view.versions),
            "possible": list(view.possible),
            "seal": view.seal,
            "preview": preview(view.item),
            "history": [_act(one) for one in view.history],
            "enemies": [
                {"item": other, "at": act.at, "person": act.person, "reason": act.reason}
                for other, act in view.enemies.items()
            ],
        }
    )


def _row(one: Found) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "version": one.item.version,
        "section": one.item.section,
        "topic": one.item.topic,
        "difficulty": one.item.difficulty,
        "kind": one.item.kind,
        "state": one.standing.state,
        "author": one.standing.author,
    }


def _act(act: BankAct) -> dict[str, Any]:
    return {
        "position": act.position,
        "version": None if act.ref is None else act.ref[1],
        "at": act.at,
        "person": act.person,
        "kind": act.kind,
        "state": act.state,
        "reason": act.reason,
        "details": dict(act.details),
    }


def _whole(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**12:
        raise Problem("bad_field", field=name)
    return value
