"""Which claims about classes follow from others, found by trying every model.

A model says which kinds of individuals exist (a kind has or lacks each property) and of which kind
the one named individual is. Claims talk of properties joined by spaces; "-" denies one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

MOST_PROPERTIES = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """`all`, `no`, `some` or `not all` of the subject have what the predicate says.

    With `is` the named individual has it, and the subject is empty.
    """

    quantifier: str
    subject: str
    predicate: str


Kind = frozenset[str]


@dataclass(frozen=True, slots=True)
class Model:
    """The kinds that exist, and the kind of the named individual."""

    kinds: tuple[Kind, ...]
    named: Kind

    def makes_true(self, claim: Claim) -> bool:
        """Whether the claim holds here."""
        both = f"{claim.subject} {claim.predicate}"
        subjects = [kind for kind in self.kinds if _has(kind, claim.subject)]
        match claim.quantifier:
            case "all":
                return all(_has(kind, claim.predicate) for kind in subjects)
            case "no":
                return not any(_has(kind, both) for kind in self.kinds)
            case "some":
                return any(_has(kind, both) for kind in self.kinds)
            case "not all":
                return not all(_has(kind, claim.predicate) for kind in subjects)
            case "is":
                return _has(self.named, claim.predicate)
            case _:
                raise AssertionError(claim.quantifier)


def follows(
    premises: Sequence[Claim], conclusion: Claim, *, classes_have_members: bool = False
) -> bool:
    """Whether the conclusion holds in every model of the premises.

    With `classes_have_members` every property belongs to somebody; the everyday reading of
    "semua" takes this for granted.
    """
    properties = _properties([*premises, conclusion])
    assert len(properties) <= MOST_PROPERTIES
    imported = [Claim("some", name, name) for name in properties] if classes_have_members else []
    models = _models([*premises, *imported], properties)
    return all(model.makes_true(conclusion) for model in models)


def _models(premises: Sequence[Claim], properties: Sequence[str]) -> Iterator[Model]:
    every_kind = [
        frozenset(name for name, has in zip(properties, choice, strict=True) if has)
        for choice in product((False, True), repeat=len(properties))
    ]
    # Kinds that an "all" or "no" excludes exist in no model, so they need not be tried.
    universal = [claim for claim in premises if claim.quantifier in ("all", "no")]
    allowed = [
        kind
        for kind in every_kind
        if all(Model((kind,), kind).makes_true(claim) for claim in universal)
    ]
    for choice in product((False, True), repeat=len(allowed)):
        kinds = tuple(kind for kind, exists in zip(allowed, choice, strict=True) if exists)
        for named in kinds:
            model = Model(kinds, named)
            if all(model.makes_true(claim) for claim in premises):
                yield model


def _properties(claims: Sequence[Claim]) -> list[str]:
    words = [word for claim in claims for word in f"{claim.subject} {claim.predicate}".split()]
    return sorted({word.removeprefix("-") for word in words})


def _has(kind: Kind, description: str) -> bool:
    return all(
        (word.removeprefix("-") in kind) != word.startswith("-") for word in description.split()
    )
