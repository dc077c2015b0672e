"""Every kind of item: sound, stored, drawn, delivered without its key, answered and marked."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from question_bank.answers import fits
from question_bank.delivery import deliver
from question_bank.form import Form, assemble, form_from_json, form_to_json, verify_form
from question_bank.importers.admission import faults
from question_bank.item import KINDS, Item, dump, load
from question_bank.rich_text import RICH
from question_bank.shown import to_canonical, to_shown
from scoring.mark import awaits_people, highest, mark
from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Pairs,
    Points,
    Record,
    Response,
    Text,
    Texts,
    from_json,
    record,
    to_json,
)
from tests.cast import ANI
from tests.unit.question_bank.bank import get_blueprint, get_section
from tests.unit.question_bank.kinds import items_of_every_kind

EVERY = items_of_every_kind()


def _form(item: Item, key: str = ANI) -> Form:
    return assemble(get_blueprint(get_section("twk", 1)), [item], "seed", key)


def test_there_is_one_of_each() -> None:
    assert set(KINDS) == EVERY.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_sound_item_of_every_kind_is_taken_and_stored(kind: str) -> None:
    item, _ = EVERY[kind]

    assert [] == faults(item)
    assert item == load(dump(item))


@pytest.mark.parametrize("kind", KINDS)
def test_best_response_of_every_kind_earns_the_most(kind: str) -> None:
    item, response = EVERY[kind]

    earned = mark(item.rule, response)

    assert awaits_people(item.rule) == (kind == "essay")
    assert (Fraction(0) if kind == "essay" else highest(item.rule)) == earned


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_of_the_bank_is_delivered(kind: str) -> None:
    item, _ = EVERY[kind]

    delivered = deliver(_form(item).parts[0], {item.ref: item})

    sent = json.dumps(delivered)
    assert [] == [name for name in ("key-", "gap-", "target-", "gaps", "all-") if name in sent]


@pytest.mark.parametrize("kind", KINDS)
def test_response_survives_letters_json_and_the_form(kind: str) -> None:
    item, response = EVERY[kind]
    form = _form(item)
    slot = form.parts[0].slots[0]

    shown = from_json(json.loads(json.dumps(to_json(to_shown(slot, response)))))

    assert response == to_canonical(slot, shown)
    assert fits(item, response)
    assert form == form_from_json(form_to_json(form))
    assert [] == verify_form(form, get_blueprint(get_section("twk", 1)), [item])


@pytest.mark.parametrize("kind", KINDS)
def test_response_of_another_kind_does_not_fit(kind: str) -> None:
    item, response = EVERY[kind]
    others = [one for name, (_, one) in EVERY.items() if type(one) is not type(response)]

    assert [] == [one for one in others if fits(item, one)]
    assert fits(item, Nothing())


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        ("choice", Choice("other")),
        ("choices", Choices(frozenset({"other"}))),
        ("match", Match(frozenset({("key-a", "target-x"), ("key-a", "target-y")}))),
        ("gap_match", Match(frozenset({("key-a", "gap-1"), ("key-b", "gap-1")}))),
        ("gap_match", Match(frozenset({("key-a", "gap-1"), ("key-a", "gap-2")}))),
        ("associate", Pairs(frozenset({("key-a", "key-b"), ("key-a", "key-c")}))),
        ("hot_text", Choices(frozenset({"key-a", "key-b"}))),
        ("points", Points(frozenset({(101, 3)}))),
        ("points", Points(frozenset({(-1, 3)}))),
        ("points", Points(frozenset({(1, 3), (2, 3)}))),
        ("slider", Number(Fraction(3))),
        ("slider", Number(Fraction(12))),
        ("slider", Number(Fraction(-2))),
        ("composite", record({"other": Choice("key-a")})),
        ("composite", record({"key-is-b": Text("key-b")})),
        ("composite", Choice("key-b")),
    ],
)
def test_response_that_no_page_gives_does_not_fit(kind: str, response: Response) -> None:
    assert not fits(EVERY[kind][0], response)


def test_options_used_more_often_fit_where_the_item_says_so() -> None:
    item, _ = EVERY["gap_match"]
    reusable = replace(item, options=tuple(replace(one, most=0) for one in item.options))

    assert fits(reusable, Match(frozenset({("key-a", "gap-1"), ("key-a", "gap-2")})))


def test_several_texts_fit_an_essay() -> None:
    assert fits(EVERY["essay"][0], Texts(("satu", "dua")))


def test_composite_item_adds_what_its_interactions_earn() -> None:
    item, _ = EVERY["composite"]

    half = Record((("gaps", Match(frozenset({("key-a", "gap-1")}))),))

    assert Fraction(1) == mark(item.rule, half)
    assert Fraction(0) == mark(item.rule, Nothing())
    assert Fraction(3) == highest(item.rule)


def test_fixed_options_keep_their_places() -> None:
    item, _ = EVERY["choice"]
    last = item.options[2]
    kept = replace(item, options=(*item.options[:2], replace(last, fixed=True)))

    orders = {_form(kept, f"key-{i}").parts[0].slots[0].option_order for i in range(20)}

    assert {("key-a", "key-b", "key-c"), ("key-b", "key-a", "key-c")} == orders


@pytest.mark.parametrize(
    ("kind", "changes", "fault"),
    [
        ("gap_match", {"stem": "<p>Satu</p>"}, "must hold <gap"),
        ("gap_match", {"notation": "plain"}, "must hold <gap"),
        ("hot_text", {"stem": '<p><hot name="key-b">x</hot></p>'}, "must hold <hot"),
        ("choice", {"notation": RICH, "stem": '<p><gap name="a"/></p>'}, "no gaps and no hot"),
        ("choice", {"notation": RICH, "stem": "<script/>"}, "<script> is not known"),
        ("choice", {"notation": "html"}, "a notation is one of"),
        ("hotspot", {"image": None}, "need a picture"),
        ("points", {"image": None}, "need a picture"),
        ("slider", {"settings": replace(EVERY["slider"][0].settings, upper=None)}, "upper bound"),
        ("composite", {"interactions": ()}, "1 to 50 interactions"),
        ("composite", {"stem": '<place name="gaps"/>'}, "one place for each interaction"),
        ("composite", {"rule": EVERY["choice"][0].rule}, "the rule does not fit"),
        ("choice", {"rule": EVERY["composite"][0].rule}, "the rule does not fit"),
        ("choice", {"interactions": EVERY["composite"][0].interactions}, "no further interactions"),
    ],
)
def test_fault_of_a_kind_is_named(kind: str, changes: dict[str, object], fault: str) -> None:
    found = faults(replace(EVERY[kind][0], **changes))  # type: ignore[arg-type]

    assert any(fault in one for one in found), found
