"""The life of an item's version: draft, review, approved, in use, retired; and who may move it.

A version's state is what its acts say; nothing else holds it. Two pairs of eyes see every item
before candidates do: whoever wrote a version cannot approve it, whatever rights they have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DRAFT, REVIEW, APPROVED, IN_USE, RETIRED = "draft", "review", "approved", "in_use", "retired"
STATES = (DRAFT, REVIEW, APPROVED, IN_USE, RETIRED)
DRAWABLE = frozenset({APPROVED, IN_USE})
"""States in which a version may stand on a form of an exam that asks for approved items."""

WRITTEN, SUBMITTED, RETURNED = "written", "submitted", "returned"
USED, COMMENTED, IMPORTED = "used", "commented", "imported"
SEALED, RECEIVED, OPENED, PUBLISHED = "sealed", "received", "opened", "published"
PARTED, RECONCILED, MEASURED = "parted", "reconciled", "measured"
KINDS = (
    WRITTEN, SUBMITTED, RETURNED, APPROVED, USED, RETIRED, COMMENTED, IMPORTED,
    SEALED, RECEIVED, OPENED, PUBLISHED, PARTED, RECONCILED, MEASURED,
)  # fmt: skip
"""Every kind of act in the bank's journal; `approved` and `retired` name an act and its state."""

WORDS_LIMIT = 2_000


class ActRefused(Exception):
    """An act that the life of an item does not allow; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands and who answers for having written it ("": nobody yet)."""

    state: str = DRAFT
    author: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    before: frozenset[str]
    after: str


_STEPS: Mapping[str, _Step] = MappingProxyType(
    {
        SUBMITTED: _Step(frozenset({DRAFT}), REVIEW),
        RETURNED: _Step(frozenset({REVIEW}), DRAFT),
        APPROVED: _Step(frozenset({REVIEW}), APPROVED),
        USED: _Step(frozenset({APPROVED}), IN_USE),
        RETIRED: _Step(frozenset({DRAFT, REVIEW, APPROVED, IN_USE}), RETIRED),
    }
)


def step(standing: Standing, kind: str, *, by: str, reason: str) -> Standing:
    """Where a version stands after an act.

    An item that came without an author gets one with its submission: who submits answers for it.

    Raises:
        ActRefused: `wrong_state`, `four_eyes`, `person_missing`, `reason_missing`,
            `reason_too_long`.
    """
    check_signature(by, reason)
    planned = _STEPS[kind]
    if standing.state not in planned.before:
        wanted = " or ".join(state for state in STATES if state in planned.before)
        raise ActRefused("wrong_state", f"it is {standing.state}; this needs {wanted}")
    if kind == APPROVED and not standing.author:
        raise ActRefused("four_eyes", "nobody stands for having written it; submit it first")
    if kind == APPROVED and same_person(by, standing.author):
        raise ActRefused("four_eyes", f"{by} wrote it; somebody else has to approve it (four eyes)")
    author = standing.author or (by if kind == SUBMITTED else "")
    return Standing(planned.after, author)


def may_step(standing: Standing, kind: str, by: str) -> bool:
    """Whether this person's act would be allowed, for pages that offer only what can be done."""
    try:
        step(standing, kind, by=by, reason="-")
    except ActRefused:
        return False
    return True


def same_person(one: str, other: str) -> bool:
    """Whether two usernames are one account's: capitals and outer white space mean nothing."""
    return one.strip().casefold() == other.strip().casefold()


def check_signature(by: str, reason: str) -> None:
    """Refuse an act without a person or without a reason.

    Raises:
        ActRefused: saying which is missing.
    """
    if not by.strip():
        raise ActRefused("person_missing", "an act needs the name of a person")
    if not reason.strip():
        raise ActRefused("reason_missing", "an act needs a reason")
    if len(reason) > WORDS_LIMIT:
        raise ActRefused("reason_too_long", f"a reason has at most {WORDS_LIMIT} characters")
