"""What a sitting stands on and never changes: its form, the items, and the rules of the exam."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from exam_sessions.late_rule import BY_RULE, LateRule
from question_bank.blueprint import Blueprint
from question_bank.form import Form, Slot
from question_bank.item import Item
from scoring import mark
from scoring.response import Response, from_json
from scoring.rule import ZERO, Rule

ItemRef = tuple[str, int]


@cache
def _places(slot_counts: tuple[int, ...]) -> Mapping[int, int]:
    """The part of every number, from 1 over all parts; one mapping for all forms of one shape."""
    parts = [index for index, count in enumerate(slot_counts) for _ in range(count)]
    return dict(enumerate(parts, start=1))


@dataclass(frozen=True)
class Ground:
    """One candidate's form with the items of the exam, and what holds for late messages."""

    blueprint: Blueprint
    form: Form
    items: Mapping[ItemRef, Item]
    grace_ms: int
    late: LateRule = BY_RULE

    @cached_property
    def slots(self) -> Mapping[int, Slot]:
        """The form's slots by item number."""
        return {slot.item_no: slot for part in self.form.parts for slot in part.slots}

    @cached_property
    def part_of(self) -> Mapping[int, int]:
        """The index of the part in which each item number stands."""
        return _places(tuple(len(part.slots) for part in self.form.parts))

    def item(self, item_no: int) -> Item:
        """The item shown under a number of this form."""
        slot = self.slots[item_no]
        return self.items[slot.item_id, slot.item_version]

    def rule(self, item_no: int) -> Rule:
        """How the item under this number earns points."""
        return self.item(item_no).rule

    def points(self, item_no: int, canonical_response: object) -> Fraction:
        """Mark a canonical response in JSON form, as the journal keeps it."""
        return self.earned(item_no, from_json(canonical_response))

    def earned(self, item_no: int, canonical: Response) -> Fraction:
        """Mark a response in the bank's names.

        A pretest item earns nothing; what was given stands in the journal for the item analysis.
        """
        slot = self.slots[item_no]
        if not slot.is_scored:
            return ZERO
        return mark(self.items[slot.item_id, slot.item_version].rule, canonical)

    def blank_points(self, item_no: int) -> Fraction:
        """What the item earns when nothing was given."""
        return self.points(item_no, None)
