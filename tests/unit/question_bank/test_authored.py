"""Items as authors send them: whole when nothing was changed, and every fault at its field."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from question_bank import authored
from question_bank.authored import Authored, Malformed
from question_bank.importers import read as read_file
from question_bank.item import Item, digest, item_to_json
from question_bank.samples import bank_files, practice_file
from scoring.rule import rule_to_json
from tests.unit.question_bank.every_kind import get_items
from tests.unit.question_bank.kinds import items_of_every_kind

VECTORS = Path(__file__).parent.parent.parent / "vectors"
KINDS = {kind: item for kind, (item, _) in items_of_every_kind().items()}


def again(document: Any, item: Item, **changes: Any) -> Authored:
    """What the server reads when a page sends this document, over the wire."""
    sent = json.loads(json.dumps(document | changes))
    return authored.read(sent, bank=item.bank, item_id=item.id, version=item.version)


def shipped_items() -> Iterator[Item]:
    """Everything that is shipped, and everything that the tests' vectors hold."""
    for path in [*bank_files(), practice_file(), *sorted(VECTORS.rglob("*"))]:
        if path.suffix in (".yaml", ".xml", ".gift", ".zip") and path.is_file():
            yield from read_file(path).storable


def test_what_is_opened_and_stored_unchanged_is_the_same_item() -> None:
    items = [*shipped_items(), *get_items(), *KINDS.values()]

    found = [(item, again(item_to_json(item), item)) for item in items]

    assert {"choice", "composite", "points", "hot_text"} < {item.kind for item in items}
    assert len(items) > 250
    for item, read in found:
        assert digest(item) == digest(read.item)
        assert () == read.faults, item.id


@pytest.mark.parametrize(
    ("typed", "exact"), [("2,5", "5/2"), (" 1/2 ", "1/2"), ("-.5", "-1/2"), ("4/2", "2")]
)
def test_points_are_exact_whatever_way_they_are_typed(typed: str, exact: str) -> None:
    item = KINDS["choice"]
    document = item_to_json(item)
    document["rule"]["right"] = typed

    read = again(document, item)

    assert () == read.faults
    assert exact == rule_to_json(read.item.rule)["right"]


def change(document: Any, place: str, value: Any) -> Any:
    """The document with another value at a place."""
    changed = json.loads(json.dumps(document))
    *path, last = place.split("/")
    inner = changed
    for name in path:
        inner = inner[int(name) if isinstance(inner, list) else name]
    inner[int(last) if isinstance(inner, list) else last] = value
    return changed


FAULTS = [
    ("choice", "section", "a b", "section", "no_identifier"),
    ("choice", "stem", " ", "stem", "needed"),
    ("choice", "rule/right", "lima", "rule/right", "no_number"),
    ("choice", "rule/right", "", "rule/right", "needed"),
    ("choice", "rule/right", "0", "rule", "earns_the_same"),
    ("choice", "rule/key", None, "rule/key", "no_key"),
    ("choice", "rule/key", {"choice": "x"}, "rule/key", "key_does_not_fit"),
    ("choice", "options/1/text", "Ani", "options/1/text", "same_as"),
    ("choice", "options/1/text", "", "options/1/text", "needed"),
    ("choice", "options", [], "options", "option_count"),
    ("choice", "image", {"digest": "ab", "extension": "png", "alt": ""}, "image/alt", "no_alt"),
    (
        "choice",
        "stimulus",
        {"id": "", "text": "x", "image": None},
        "stimulus/id",
        "no_identifier",
    ),
    ("choices", "settings", {"least": 3, "most": "2"}, "settings/least", "least_above_most"),
    ("choices", "settings", {"most": "x"}, "settings/most", "no_whole_number"),
    ("text", "rule/accepted", [], "rule/accepted", "no_accepted"),
    ("text", "rule/accepted/0/0", " ", "rule/accepted/0/0", "needed"),
    ("gap_match", "targets", [], "targets", "no_gaps"),
    ("gap_match", "rule/entries", {}, "rule/entries", "no_points"),
    ("hot_text", "options", [], "options", "no_hot_words"),
    ("hot_text", "stem", "<p>", "stem", "bad_rich_text"),
    ("hot_text", "stem", '<img alt=" " src="' + "a" * 64 + '.png"/>', "stem", "no_alt"),
    ("hotspot", "image", None, "image", "no_picture"),
    ("hotspot", "options/0/area", ["circle", [1, 2]], "options/0/area", "no_area"),
    ("hotspot", "options/0/area", ["circle", [1, "z", 3]], "options/0/area/1/1", "no_whole_number"),
    ("points", "rule/areas", [], "rule/areas", "no_areas"),
    ("slider", "settings/upper", "0", "settings/upper", "upper_below_lower"),
    ("slider", "settings/step", "0", "settings/step", "step_not_above_0"),
    ("composite", "interactions", [], "interactions", "no_interactions"),
    ("composite", "stem", '<place name="gaps"/>', "interactions/0", "not_placed"),
    (
        "composite",
        "interactions/0/options/0/text",
        "",
        "interactions/0/options/0/text",
        "needed",
    ),
    ("composite", "rule/parts/key-is-b/right", "z", "rule/parts/key-is-b/right", "no_number"),
    ("choice", "topic", "\x07", "", "other"),
]


@pytest.mark.parametrize(
    ("kind", "place", "value", "told_at", "code"),
    FAULTS,
    ids=[f"{kind} {place} {code}" for kind, place, _, _, code in FAULTS],
)
def test_every_fault_is_told_at_its_field(
    kind: str, place: str, value: Any, told_at: str, code: str
) -> None:
    item = KINDS[kind]

    read = again(change(item_to_json(item), place, value), item)

    assert (told_at, code) in [(fault.place, fault.code) for fault in read.faults]


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": 5},
        {"stem": "\ud800"},
        {"further": 1},
        {"rule": {"kind": "sealed", "highest": "1", "lowest": "0"}},
        {"rule": {"kind": ["key"]}},
        {"options": {"a": "b"}},
        {"options": [1]},
        {"shuffle": "yes"},
        {"notation": "html"},
        {"settings": {"most": True}},
        {"rule": {"kind": "sum", "parts": {"a": {"kind": "sum", "parts": {}}}}},
    ],
)
def test_what_no_page_sends_is_malformed(changes: dict[str, Any]) -> None:
    item = KINDS["choice"]

    with pytest.raises(Malformed):
        authored.read(item_to_json(item) | changes, bank="b", item_id="i", version=1)


def test_a_rule_that_the_editor_does_not_know_is_kept_to_the_letter() -> None:
    program = {
        "responses": {"RESPONSE": {"type": "identifier", "cardinality": "single"}},
        "outcomes": {"SCORE": {"type": "float", "cardinality": "single"}},
        "templates": {},
        "process": [["setOutcomeValue", {"identifier": "SCORE"}, [["null", {}, []]]]],
        "score": "SCORE",
    }
    rule = {"kind": "processing", "program": program, "highest": "2", "lowest": "0"}
    item = KINDS["choice"]

    read = again(item_to_json(item), item, rule=rule, stem="Teks yang lebih jelas")

    assert () == read.faults
    assert rule == rule_to_json(read.item.rule)
    assert replace(item, stem="Teks yang lebih jelas", rule=read.item.rule) == read.item
