"""The handlers of the API's routes about the bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Response, jsonify

from cat_engine.accounts.access import Act
from cat_engine.http import fields, openings, signing_in

if TYPE_CHECKING:
    from cat_engine.hall import Hall


def handlers(hall: Hall) -> dict[str, Callable[..., Response]]:
    """Give a handler for every route of `bank_routes`."""

    def seals() -> Response:
        return jsonify({"seals": [asdict(one) for one in openings.list_seals(hall)]})

    def give_share(seal: str) -> Response:
        login = signing_in.require(hall, Act.OPEN_SEAL)
        given = fields.json_fields("share")
        if not isinstance(given["share"], str):
            raise openings.bad_share()
        return jsonify(asdict(openings.give_share(hall, seal, given["share"], by=login.user)))

    return {"seals": seals, "give_share": give_share}
