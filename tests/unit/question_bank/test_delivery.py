"""Delivery: what a candidate may see of an item, and nothing else."""

import json
from dataclasses import replace

from question_bank.delivery import deliver
from question_bank.form import assemble
from question_bank.item import Image, Item, Option, Stimulus
from scoring.response import Choice
from scoring.rule import KeyRule
from tests.cast import ANI
from tests.factories import get_item
from tests.unit.question_bank.bank import get_blueprint, get_section

IMAGE = Image("ab" * 32, "svg", "Segitiga")
SECRETS = ("canary-id", "canary-topic", "canary-key", "canary-why", "canary-st", "canary-bank")


def _item() -> Item:
    return get_item(
        "twk",
        1,
        bank="canary-bank",
        id="canary-id",
        topic="canary-topic",
        difficulty="hard",
        options=(Option("canary-key", "Ani"), Option("canary-b", "", IMAGE)),
        rule=KeyRule(Choice("canary-key")),
        image=IMAGE,
        stimulus=Stimulus("canary-st", "Bacaan", IMAGE),
        explanation="canary-why",
        shuffle=False,
    )


def _deliver(item: Item) -> dict[str, object]:
    form = assemble(get_blueprint(get_section("twk", 1)), [item], "s", ANI)
    (delivered,) = deliver(form.parts[0], {item.ref: item})
    return delivered


def test_item_is_delivered_by_number_and_letters() -> None:
    picture = {"url": f"/media/{'ab' * 32}.svg", "alt": "Segitiga"}

    assert {
        "item_no": 1,
        "section": "twk",
        "kind": "choice",
        "stem": "Soal twk nomor 1",
        "image": picture,
        "stimulus": {"text": "Bacaan", "image": picture},
        "options": [
            {"letter": "A", "text": "Ani", "image": None},
            {"letter": "B", "text": "", "image": picture},
        ],
    } == _deliver(_item())


def test_nothing_that_tells_the_key_is_delivered() -> None:
    sent = json.dumps(_deliver(_item()))

    assert [] == [secret for secret in (*SECRETS, "canary", "hard") if secret in sent]


def test_targets_of_a_match_are_delivered_by_letters() -> None:
    delivered = _deliver(replace(_item(), kind="match", targets=(Option("canary-t", "Ⅹ"),)))

    assert [{"letter": "A", "text": "Ⅹ", "image": None}] == delivered["targets"]
    assert "canary" not in json.dumps(delivered)


def test_pretest_item_is_delivered_like_any_other() -> None:
    item = _item()
    form = assemble(get_blueprint(get_section("twk", 1)), [item], "s", ANI)
    (slot,) = form.parts[0].slots
    part = replace(form.parts[0], slots=(replace(slot, is_scored=False),))

    assert deliver(form.parts[0], {item.ref: item}) == deliver(part, {item.ref: item})
