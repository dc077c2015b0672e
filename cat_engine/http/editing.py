"""The page on which items of every kind are written; what it does, it asks of `authoring`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.http import assets, banks, fields, pages, signing_in
from cat_engine.http.errors import Problem
from cat_engine.http.proctor import to_staff_login
from question_bank.item import item_to_json
from question_bank.sealing import is_sealed

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /bank/edit."""
    blueprint = Blueprint("editing", __name__)

    @blueprint.get("/bank/edit")
    def edit() -> Response:
        bank, item_id = request.args.get("bank", ""), request.args.get("item", "")
        if pages.current_login(hall) is None:
            is_named = all(map(fields.IDENTIFIER.fullmatch, (bank, item_id)))
            return to_staff_login(f"/bank/items/{bank}/{item_id}" if is_named else "/bank/edit")
        login = signing_in.require(hall, Act.WRITE_ITEMS)
        return pages.render(
            hall,
            "edit.html",
            bank=bank,
            item_id=item_id,
            data=json.dumps(_data(hall, login, bank, item_id), ensure_ascii=False),
            tags=assets.asset_tags("editor"),
            preview=assets.preview_tags(),
        )

    return blueprint


def _data(hall: Hall, login: Login, bank: str, item_id: str) -> dict[str, Any]:
    """Give what the page begins with: the newest version, or the kind of a new item."""
    known = banks.values(hall, bank) if bank else {"sections": [], "topics": []}
    data: dict[str, Any] = {
        "user": login.user,
        "bank": bank,
        "item": item_id,
        "kind": request.args.get("kind", ""),
        "document": None,
        "version": 0,
        **known,
        "stimuli": banks.stimuli(hall, login, bank) if bank else [],
    }
    if item_id:
        view = banks.read_item(hall, login, bank, item_id)
        newest = view.item
        if is_sealed(newest):
            raise Problem("not_editable")
        data |= {"document": item_to_json(newest), "version": newest.version}
    return data
