"""Names that nothing may have, because a page of its own stands at that address.

`/admin/readiness` is a page, so an exam session called `readiness` would have no page at
`/admin/<exam_session>`. `RESERVED` is what `shadowed` finds in the routes of a wired server; the
tests compare the two, so a new route cannot be forgotten.
"""

from collections.abc import Iterable, Mapping

RESERVED: Mapping[str, frozenset[str]] = {
    "exam": frozenset({"upload"}),
    "exam_session": frozenset({"quit", "readiness", "staff", "staff-record"}),
    "username": frozenset({"login"}),
}
"""By what an address names; `python -m tests.integration.access` prints what it ought to be."""


def is_reserved(what: str, name: str) -> bool:
    """Whether no new exam, exam session or member of staff may be called so."""
    return name in RESERVED[what]


def shadowed(rules: Iterable[str]) -> dict[str, frozenset[str]]:
    """The words that stand in some address where another one has a name.

    Args:
        rules: such as `/admin/<exam_session>/board` and `/admin/readiness`.
    """
    split = [rule.strip("/").split("/") for rule in set(rules)]
    found: dict[str, set[str]] = {}
    for parts in split:
        for place, part in enumerate(parts):
            if not (part.startswith("<") and part.endswith(">")):
                continue
            name = part.strip("<>").rpartition(":")[2].removesuffix("_id")
            for others in split:
                is_beside = others[:place] == parts[:place] and len(others) > place
                if is_beside and not others[place].startswith("<"):
                    found.setdefault(name, set()).add(others[place])
    return {name: frozenset(words) for name, words in sorted(found.items())}
