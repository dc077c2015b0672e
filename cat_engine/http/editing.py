"""Writing items on a page: a form for the common kinds, pictures, weights, and the preview.

Every version that is stored is new: to change an item is to write its next version, as a draft of
whoever is signed in. Works without script and by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from cat_engine.accounts.access import Act
from cat_engine.accounts.user import Login
from cat_engine.db import writing
from cat_engine.http import assets, banks, fields, item_form, pages, signing_in
from cat_engine.http.errors import STATUS_OF_CODE, Problem, message
from cat_engine.http.item_form import Place
from cat_engine.http.preview import plain_text, preview
from cat_engine.http.proctor import to_staff_login
from question_bank import custody, store
from question_bank.custody import Provenance
from question_bank.importers.pictures import BadPicture, checked
from question_bank.item import DIFFICULTIES, Item
from question_bank.life import ActRefused
from question_bank.store import ItemChanged, PictureMissing

if TYPE_CHECKING:
    from cat_engine.hall import Hall

VALUE_LIMIT = 20_000
ACTS = frozenset({"preview", "store"})


def make_blueprint(hall: Hall) -> Blueprint:
    """Give /bank/edit."""
    blueprint = Blueprint("editing", __name__)

    @blueprint.get("/bank/edit")
    def begin() -> Response:
        if pages.current_login(hall) is None:
            return to_staff_login("/bank/edit")
        login = signing_in.require(hall, Act.WRITE_ITEMS)
        bank, item_id = request.args.get("bank", ""), request.args.get("item", "")
        if item_id:
            base = banks.read_item(hall, login, bank, item_id)
            if not item_form.can_write(base.item):
                raise Problem("not_editable")
            return _form(hall, bank, item_id, item_form.values_of(base.item), base=base)
        kind = request.args.get("kind", "choice")
        if kind not in item_form.KINDS:
            raise Problem("bad_field", field="kind")
        return _form(hall, bank, "", item_form.blank_values(kind))

    @blueprint.post("/bank/edit")
    def write() -> Response:
        login = signing_in.require(hall, Act.WRITE_ITEMS)
        act = fields.one_of("act", request.form.get("act", ""), ACTS)
        bank = fields.identifier("bank", request.form.get("bank", ""))
        item_id = fields.identifier("item", request.form.get("item", ""))
        return _written(hall, login, bank, item_id, act=act)

    return blueprint


def _written(hall: Hall, login: Login, bank: str, item_id: str, *, act: str) -> Response:
    is_new = request.form.get("is_new") == "yes"
    base = None if is_new else banks.read_item(hall, login, bank, item_id)
    values = {name: value[:VALUE_LIMIT] for name, value in request.form.items()}
    uploaded, problems = _take_pictures(hall)
    values |= uploaded
    version = 1 if base is None else base.versions[-1] + 1
    item, faults = item_form.item_of(Place(bank, item_id, version), values)
    problems += faults
    if item is not None and base is not None:
        item = replace(item, stimulus=base.item.stimulus, audio=base.item.audio)
    shown = item if not problems else None
    refused: Problem | None = None
    if shown is not None and act == "store":
        try:
            _store(hall, login, shown, fields.words(request.form.get("reason", "")))
        except Problem as problem:
            refused = problem
        else:
            return pages.redirect_to(f"/bank/items/{bank}/{item_id}?done=act")
    return _form(
        hall, bank, item_id, values, base=base, problems=problems, shown=shown, refused=refused
    )


def _take_pictures(hall: Hall) -> tuple[dict[str, str], list[str]]:
    """Store the pictures of the form; their names by field, and what is wrong with the others.

    A picture is stored with the first preview, because a form sends no file twice. It is named by
    its content, so a picture that no item shows in the end hurts nobody.
    """
    names: dict[str, str] = {}
    problems = []
    contents: dict[str, bytes] = {}
    for field, file in request.files.items():
        if not file.filename or not field.startswith("file"):
            continue
        try:
            digest, extension, content = checked(file.filename, file.read())
        except BadPicture as bad:
            problems.append(str(bad))
            continue
        names["picture" + field.removeprefix("file")] = f"{digest}.{extension}"
        contents[f"{digest}.{extension}"] = content

    def work() -> None:
        with writing(hall.database).begin() as db:
            store.add_media(db, contents)

    if contents:
        hall.run_blocking(work)
    return names, problems


def _store(hall: Hall, login: Login, item: Item, reason: str) -> None:
    provenance = Provenance(login.user, login.user, reason)

    def work() -> None:
        with writing(hall.database).begin() as db:
            if item.version == 1 and (item.id, 1) in custody.standings_of(db, item.bank):
                raise ItemChanged(item.id)
            custody.take_in(db, [item], {}, provenance, now=hall.clock())

    try:
        hall.run_blocking(work)
    except ItemChanged as changed:
        raise Problem("name_taken") from changed
    except PictureMissing as missing:
        raise Problem(missing.code) from missing
    except ActRefused as refused:
        raise Problem("conflict") from refused


def _form(
    hall: Hall,
    bank: str,
    item_id: str,
    values: Mapping[str, str],
    *,
    base: banks.ItemView | None = None,
    problems: list[str] | None = None,
    shown: Item | None = None,
    refused: Problem | None = None,
) -> Response:
    sentence, status = "", 400 if problems else 200
    if refused is not None:
        status = STATUS_OF_CODE[refused.code]
        sentence = message(refused.code, pages.language_of_request(hall), **refused.values)
    return pages.render(
        hall,
        "edit.html",
        status=status,
        bank=bank,
        item_id=item_id,
        is_new=base is None,
        values=values,
        rows=range(item_form.row_count(values)),
        letters=item_form.LETTERS,
        kinds=item_form.KINDS,
        difficulties=DIFFICULTIES,
        known=banks.values(hall, bank) if bank else {"sections": [], "topics": []},
        problems=problems or [],
        message=sentence,
        delivered=preview(shown) if shown else None,
        plain=plain_text,
        tags=assets.preview_tags(),
    )
