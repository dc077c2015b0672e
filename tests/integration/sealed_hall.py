"""Sealed content with a canary in every text, for tests of sealing on real servers."""

import hashlib
import secrets
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine as Database

from cat_engine.accounts import passwords
from cat_engine.preparation.assembly import assemble_forms, record_use
from exam_sessions import store
from question_bank import seal_store, sealing
from question_bank.item import Image, Item, Option, Stimulus
from question_bank.sealing import Package, Terms
from question_bank.shares import Share
from scoring.response import Choice
from scoring.rule import KeyRule, TextRule
from tests.cast import ANI, BUDI, EXAM_SESSION, PIN, ROOM
from tests.factories import STARTS_AT, get_blueprint_text, get_enrolment, get_item

CANARIES = {
    place: f"kenari-{place}-7f3a9c"
    for place in ("stem", "option", "key", "explanation", "picture", "alt", "stimulus")
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><text>' + CANARIES["picture"] + "</text></svg>"
).encode()
PICTURE = Image(hashlib.sha256(SVG).hexdigest(), "svg", CANARIES["alt"])
IN_DELIVERIES = ("stem", "option", "alt", "stimulus")
"""What a candidate reads; the picture comes by its own address, key and explanation never."""

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package with the custodians' shares and the items that are in it."""

    package: Package
    shares: list[Share]
    items: list[Item]


def canary_items(count: int = 3) -> list[Item]:
    """Items whose every text holds a canary; of each section the first asks for a text."""
    return [
        _with_canaries(get_item(section, number), number)
        for section in ("twk", "tkp", "interview")
        for number in range(count)
    ]


def _with_canaries(plain: Item, number: int) -> Item:
    rule: KeyRule | TextRule = KeyRule(Choice("a"), right=Fraction(5))
    options = tuple(
        Option(one.id, f"{CANARIES['option']} {plain.id} {one.id}") for one in plain.options
    )
    if number == 0:
        rule, options = TextRule(((CANARIES["key"], Fraction(5)),)), ()
    return Item(
        bank=plain.bank,
        id=plain.id,
        version=1,
        section=plain.section,
        topic=plain.topic,
        difficulty=plain.difficulty,
        kind="choice" if options else "text",
        stem=f"{CANARIES['stem']} {plain.id}",
        options=options,
        rule=rule,
        image=PICTURE,
        stimulus=Stimulus(f"s-{plain.section}", CANARIES["stimulus"]),
        explanation=CANARIES["explanation"],
    )


def seal_canaries(*, opens_at: int, closes_at: int, count: int = 3) -> Sealed:
    """A package of canaries that two of three custodians open."""
    items = canary_items(count)
    terms = Terms("small", "Naskah kenari", opens_at, closes_at, 2, 3)
    package, shares = sealing.seal(
        items,
        {PICTURE.name: SVG},
        terms,
        signing_seed=bytes(32),
        now=STARTS_AT,
        entropy=secrets.token_bytes,
    )
    return Sealed(package, shares, items)


def plan_session(database: Database, package: Package) -> None:
    """Receive the package and plan an exam session of approved items with it."""
    pin_hash = passwords.hash_pin(PIN)
    exam = store.Exam(
        "sealed", "SKD tersegel", "small", get_blueprint_text(2, 2), "dadu", approved_only=True
    )
    plan = store.SessionPlan(EXAM_SESSION, exam.id, "Sesi pagi", STARTS_AT, 0, "masked", "live")
    people = [
        get_enrolment(number, str(i), pin_hash=pin_hash) for i, number in enumerate((ANI, BUDI))
    ]
    with database.begin() as db:
        signer = package.header["signer"]
        seal_store.receive(db, package, signer=signer, by="rini", reason="naskah", now=STARTS_AT)
        store.add_exam(db, exam)
        store.add_session(db, plan, [store.Room(EXAM_SESSION, ROOM, "Ruang A", 500)])
        store.add_enrolments(db, people)
        assemble_forms(db, EXAM_SESSION)
        record_use(db, EXAM_SESSION, by="rini", now=STARTS_AT)


def canaries_in(data: bytes) -> set[str]:
    """The places whose canary is in these bytes, as UTF-8 or UTF-16."""
    return {
        place
        for place, word in CANARIES.items()
        if word.encode() in data or word.encode("utf-16-le") in data
    }


def canaries_on_disk(folder: Path) -> dict[str, set[str]]:
    """Every file below a folder that holds a canary, with the places."""
    found = {
        str(path.relative_to(folder)): canaries_in(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found, "there are files to look into"
    return {name: places for name, places in found.items() if places}
