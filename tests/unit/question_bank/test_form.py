"""Forms: the same from the same inputs, true to the blueprint, silent about the bank's names."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from question_bank.blueprint import Blueprint, Part, Section, read
from question_bank.form import (
    CannotAssemble,
    Form,
    FormPart,
    Slot,
    assemble,
    form_from_json,
    form_to_json,
    verify_form,
)
from question_bank.item import DIFFICULTIES, Item, Option, Stimulus
from question_bank.samples import blueprint_path
from question_bank.seating import Place
from question_bank.session_draw import SessionDraw, draw_forms
from tests.cast import ANI, BUDI
from tests.factories import get_item
from tests.unit.question_bank.bank import TITLE, get_blueprint, get_items, get_section

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "draw.json").read_text(encoding="utf-8")
)["forms"]


def _vector_blueprint() -> Blueprint:
    planned = VECTORS["blueprint"]
    parts = tuple(
        Part(
            part["id"],
            TITLE,
            10,
            tuple(
                Section(
                    one["id"],
                    TITLE,
                    one["items"],
                    one.get("topics", {}),
                    one.get("difficulties", {}),
                    shuffle=True,
                )
                for one in part["sections"]
            ),
            (),
        )
        for part in planned["parts"]
    )
    return Blueprint(planned["blueprint"], TITLE, "", parts, {}, ("total",))


def _vector_items() -> list[Item]:
    return [
        get_item(
            one["section"],
            0,
            id=one["id"],
            version=one["version"],
            topic=one["topic"],
            difficulty=one["difficulty"],
            shuffle=one["shuffle"],
            stimulus=one["stimulus"] and Stimulus(one["stimulus"], "Bacaan"),
        )
        for one in VECTORS["items"]
    ]


def _slots(form: Form) -> list[Slot]:
    return [slot for part in form.parts for slot in part.slots]


def _drawn(blueprint: Blueprint, items: list[Item]) -> list[Form]:
    """Twenty forms by the version of the draw that the blueprint asks for."""
    if blueprint.draw == 1:
        return [assemble(blueprint, items, "seed", f"pagi/{number}") for number in range(20)]
    places = [Place(f"P-{number:02}", "A", str(number)) for number in range(20)]
    asked = SessionDraw("pagi", blueprint, items, {}, "seed", places)
    return [one.form for one in draw_forms(asked)]


def _forge(form: Form, blueprint: Blueprint, items: list[Item], slots: list[Slot]) -> list[str]:
    """What verify_form says of other slots; the digest is wrong as well, which is left out."""
    forged = replace(form, parts=(FormPart("main", tuple(slots)),))
    faults = verify_form(forged, blueprint, items)
    return [fault for fault in faults if fault != "the digest does not fit the form"]


@pytest.mark.parametrize("vector", VECTORS["drawn"])
def test_form_equals_its_vector(vector: dict[str, object]) -> None:
    form = assemble(_vector_blueprint(), _vector_items(), str(vector["seed"]), str(vector["key"]))

    assert vector["items"] == [slot.item_id for slot in _slots(form)]
    assert vector["options"] == ["".join(slot.option_order) for slot in _slots(form)]
    assert vector["digest"] == form.digest
    assert [] == verify_form(form, _vector_blueprint(), _vector_items())


def test_order_of_the_bank_means_nothing() -> None:
    items = get_items("twk", {("", "medium"): 20})

    forms = {assemble(get_blueprint(), order, "s", ANI) for order in (items, items[::-1])}

    assert 1 == len(forms)


def test_candidates_get_different_forms() -> None:
    items = get_items("twk", {("", "medium"): 20})

    assert assemble(get_blueprint(), items, "s", ANI) != assemble(get_blueprint(), items, "s", BUDI)


def test_another_seed_gives_another_form() -> None:
    items = get_items("twk", {("", "medium"): 20})

    assert assemble(get_blueprint(), items, "s", ANI) != assemble(get_blueprint(), items, "t", ANI)


@pytest.mark.parametrize("name", ["skd-2024", "pppk-2024", "tryout"])
def test_shipped_blueprints_are_met_by_a_generated_bank(name: str) -> None:
    path = blueprint_path(name)
    assert path is not None
    blueprint = read(path.read_text(encoding="utf-8"))
    items = [
        item
        for section in blueprint.sections
        for item in get_items(
            section.id,
            {(topic, band): 40 for topic in (section.topics or {"": 0}) for band in DIFFICULTIES},
        )
    ]

    forms = _drawn(blueprint, items)

    assert 20 == len(forms)
    assert [] == [fault for form in forms for fault in verify_form(form, blueprint, items)]
    assert {sum(section.item_count for section in blueprint.sections)} == {
        len(_slots(form)) for form in forms
    }


def test_every_item_is_exposed_equally_often() -> None:
    section = get_section(
        "twk", 6, topics={"a": 3, "b": 3}, difficulties={"easy": 2, "medium": 2, "hard": 2}
    )
    cells = {(topic, band): 4 for topic in "ab" for band in DIFFICULTIES}
    items = get_items("twk", cells)

    counts = Counter(
        slot.item_id
        for number in range(2_000)
        for slot in _slots(assemble(get_blueprint(section), items, "s", str(number)))
    )

    assert all(400 < counts[item.id] < 600 for item in items)  # 500 expected


def test_scarce_cell_is_met_in_every_form() -> None:
    section = get_section("twk", 4, topics={"a": 2, "b": 2}, difficulties={"easy": 3, "hard": 1})
    items = get_items("twk", {("a", "easy"): 9, ("b", "easy"): 1, ("b", "hard"): 1})

    forms = [assemble(get_blueprint(section), items, "s", str(number)) for number in range(50)]

    assert [] == [
        fault for form in forms for fault in verify_form(form, get_blueprint(section), items)
    ]


def test_what_is_missing_is_named() -> None:
    section = get_section("twk", 4, topics={"a": 2, "b": 2}, difficulties={"easy": 2, "hard": 2})
    items = get_items("twk", {("a", "easy"): 9, ("b", "easy"): 9, ("b", "hard"): 1})

    with pytest.raises(CannotAssemble) as refusal:
        assemble(get_blueprint(section), items, "s", ANI)

    assert "section twk needs 2 hard items, the bank has 1: 1 are missing" == str(refusal.value)


def test_two_versions_of_one_item_are_refused() -> None:
    items = [get_item("twk", number) for number in range(5)]

    with pytest.raises(CannotAssemble):
        assemble(get_blueprint(), [*items, replace(items[0], version=2)], "s", ANI)


def test_items_of_one_stimulus_stand_together_in_order() -> None:
    stimuli = [Stimulus("st-1", "Bacaan"), Stimulus("st-2", "Grafik"), None]
    items = [get_item("twk", number, stimulus=stimuli[number % 3]) for number in range(12)]
    blueprint = get_blueprint(get_section("twk", 9))

    for number in range(50):
        slots = _slots(assemble(blueprint, items, "s", str(number)))
        places: dict[str, list[tuple[int, str]]] = {}
        for slot in slots:
            stimulus = next(one.stimulus for one in items if one.id == slot.item_id)
            if stimulus is not None:
                places.setdefault(stimulus.id, []).append((slot.item_no, slot.item_id))
        for placed in places.values():
            assert all(
                after[0] == before[0] + 1 and after[1] > before[1]
                for before, after in pairwise(placed)
            )


def test_section_that_is_not_shuffled_keeps_the_order_of_identifiers() -> None:
    items = get_items("twk", {("", "medium"): 20})

    slots = _slots(assemble(get_blueprint(get_section(shuffle=False)), items, "s", ANI))

    assert sorted(slot.item_id for slot in slots) == [slot.item_id for slot in slots]


def test_options_are_shuffled_only_where_the_item_allows() -> None:
    items = [get_item("twk", number, shuffle=number % 2 == 0) for number in range(40)]

    slots = _slots(assemble(get_blueprint(get_section("twk", 40)), items, "s", ANI))
    fixed = [slot for slot in slots if int(slot.item_id[-3:]) % 2]

    assert {tuple("abcde")} == {slot.option_order for slot in fixed}
    assert 10 < len({slot.option_order for slot in slots})


def test_form_survives_its_json() -> None:
    form = assemble(_vector_blueprint(), _vector_items(), "s", ANI)

    assert form == form_from_json(form_to_json(form))


def test_verification_finds_what_breaks_the_blueprint() -> None:
    section = get_section("twk", 4, topics={"a": 2, "b": 2}, difficulties={"easy": 2, "hard": 2})
    blueprint = get_blueprint(section)
    items = get_items("twk", {(topic, band): 3 for topic in "ab" for band in ("easy", "hard")})
    form = assemble(blueprint, items, "s", ANI)
    slots = list(form.parts[0].slots)
    spare = next(
        item
        for item in items
        if item.topic == "a" and item.id not in {slot.item_id for slot in slots}
    )
    of_b = next(
        index
        for index, slot in enumerate(slots)
        if any(item.id == slot.item_id and item.topic == "b" for item in items)
    )
    swapped = [*slots]
    swapped[of_b] = replace(slots[of_b], item_id=spare.id)

    assert [] == _forge(form, blueprint, items, slots)
    assert "section twk misses its quotas by topic" in _forge(form, blueprint, items, swapped)
    assert ["the form is of another blueprint"] == verify_form(
        form, replace(blueprint, id="other"), items
    )
    assert ["the parts are not those of the blueprint"] == verify_form(
        form, replace(blueprint, parts=()), items
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"item_no": 7}, "item numbers do not run from 1"),
        ({"item_id": "twk-999"}, "the bank does not have twk-999 in this version"),
        ({"item_version": 2}, "in this version"),
        ({"section": "tiu"}, "part main does not hold its sections in order"),
        ({"option_order": ("a", "b", "c", "d")}, "has other options than the bank's"),
        ({"target_order": ("x",)}, "has other options than the bank's"),
        ({"option_order": tuple("edcba")}, "must keep its options in the bank's order"),
    ],
)
def test_verification_finds_a_forged_slot(change: dict[str, object], fault: str) -> None:
    items = [get_item("twk", number, shuffle=False) for number in range(9)]
    form = assemble(get_blueprint(), items, "s", ANI)
    first, *rest = form.parts[0].slots

    faults = _forge(form, get_blueprint(), items, [replace(first, **change), *rest])  # type: ignore[arg-type]

    assert fault in "; ".join(faults)


def test_verification_finds_a_changed_digest() -> None:
    items = [get_item("twk", number) for number in range(9)]
    form = assemble(get_blueprint(), items, "s", ANI)

    faults = verify_form(replace(form, digest="0" * 64), get_blueprint(), items)

    assert ["the digest does not fit the form"] == faults


def test_item_with_more_options_than_letters_is_impossible() -> None:
    options = tuple(Option(f"o{number}", str(number)) for number in range(201))
    items = [get_item("twk", number, options=options) for number in range(9)]

    with pytest.raises(AssertionError):
        assemble(get_blueprint(), items, "s", ANI)
