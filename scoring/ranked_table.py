"""Ranking the rows of any table: which columns decide, who must have how much, how many go on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scoring.placing import Placed, place_all
from scoring.ranking import Contender, Key, Ranked, Reason, rank, reason, select
from scoring.text_table import BadTable, TextTable, exact

LOWER, SUM, LEAST = "-", "+", "="
WEIGHED = re.compile(r"\s*(?P<weight>[0-9.,]+)\s*\*\s*(?P<column>.+?)\s*/\s*(?P<most>[0-9.,]+)\s*")


class Absent(StrEnum):
    """What becomes of somebody of whom a value is missing."""

    REFUSE = "refuse"
    ZERO = "zero"
    UNRANKED = "unranked"


@dataclass(frozen=True, slots=True)
class Order:
    """How a table is ranked.

    Attributes:
        by: columns, the first deciding before the second; `-name` where less is better, `a+b` for
            a sum.
        person: the column of identifiers.
        weighed: values made of columns, exactly: `final=40*skd/550+60*skb/500`.
        within: a column; each of its values is ranked by itself. "": all together.
        needs: `name=least` or `a+b=least`, all of which must be met to be selected.
        place_count: how many are selected in each ranking; everybody equal to the last goes on.
        absent: what becomes of somebody of whom a value is missing.
    """

    by: Sequence[str]
    person: str
    weighed: Sequence[str] = ()
    within: str = ""
    needs: Sequence[str] = ()
    place_count: int | None = None
    absent: Absent = Absent.REFUSE


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a ranked table; without a place where a value is missing."""

    id: str
    group: str
    values: Mapping[str, Fraction | None]
    placed: Placed | None
    is_passed: bool
    is_selected: bool
    reason: Reason | None
    """Why this person stands above the next of the group; None for the last."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What may be ranked by: columns, and values made of columns with weight and most points."""

    table: TextTable
    made: Mapping[str, Sequence[tuple[Fraction, str]]]

    def columns_of(self, name: str) -> list[str]:
        """The columns that a name needs; refuses one that is neither column nor made."""
        if name in self.made:
            return [column for _, column in self.made[name]]
        self.table.column(name)
        return [name]


@dataclass(frozen=True, slots=True)
class _Person:
    id: str
    group: str
    values: Mapping[str, Fraction | None]

    @property
    def is_complete(self) -> bool:
        return None not in self.values.values()


def rank_table(table: TextTable, order: Order) -> list[Line]:
    """Everybody, group by group in order of rank; who has no rank stands last.

    Raises:
        BadTable: columns that are not there, cells that are no numbers, people who stand twice.
    """
    names = _Names(table, dict(_weighed(text, table) for text in order.weighed))
    keys = [_key(name, names) for name in order.by]
    needs = [_need(text, names) for text in order.needs]
    wanted = _parts([key for key, _ in keys] + [key for key, _ in needs])
    people = _people(names, order, wanted)
    signs = {f"{at}": (key, sign) for at, (key, sign) in enumerate(keys)}
    lines: list[Line] = []
    for group in sorted({person.group for person in people}):
        members = [person for person in people if person.group == group]
        lines += _rank_group(members, signs, needs, order)
    return lines


def shown_key(by: Sequence[str], why: Reason) -> str:
    """The name of the column that decided."""
    return "" if why.key is None else by[int(str(why.key))]


def _rank_group(
    members: Sequence[_Person],
    signs: Mapping[str, tuple[Key, int]],
    needs: Sequence[tuple[Key, Fraction]],
    order: Order,
) -> list[Line]:
    names = tuple(signs)
    by_id = {person.id: person for person in members}
    contenders = [
        Contender(
            person.id, {name: sign * _sum(person, key) for name, (key, sign) in signs.items()}
        )
        for person in members
        if person.is_complete
    ]
    passed = {
        one.id for one in contenders if all(_sum(by_id[one.id], key) >= x for key, x in needs)
    }
    ranked = rank(contenders, names)
    selected: set[str] = set()
    if order.place_count is not None:
        among = rank([one for one in contenders if one.id in passed], names)
        selected = {one.id for one in select(among, order.place_count)}
    below: list[Ranked | None] = [*ranked[1:], None]
    lines = []
    for one, placed, after in zip(ranked, place_all(ranked), below, strict=False):
        person = by_id[one.id]
        why = None if after is None else reason(one.order, after.order, names)
        is_in = one.id in selected
        is_good = one.id in passed
        lines.append(Line(one.id, person.group, person.values, placed, is_good, is_in, why))
    others = sorted(person.id for person in members if not person.is_complete)
    lines += [
        Line(name, by_id[name].group, by_id[name].values, None, False, False, None)  # noqa: FBT003
        for name in others
    ]
    return lines


def _sum(person: _Person, key: Key) -> Fraction:
    names = (key,) if isinstance(key, str) else key
    return sum((person.values[name] or Fraction(0) for name in names), Fraction(0))


def _parts(keys: Sequence[Key]) -> list[str]:
    names = [name for key in keys for name in ((key,) if isinstance(key, str) else key)]
    return list(dict.fromkeys(names))


def _key(text: str, names: _Names) -> tuple[Key, int]:
    """A key and its sign; a column whose own name begins with `-` or holds `+` is found first."""
    known = {*names.table.header, *names.made}
    name = text.strip()
    is_lower = name not in known and name.startswith(LOWER)
    name = name[1:].strip() if is_lower else name
    parts = [name] if name in known else [one.strip() for one in name.split(SUM)]
    for part in parts:
        names.columns_of(part)
    key: Key = parts[0] if len(parts) == 1 else tuple(parts)
    return key, -1 if is_lower else 1


def _weighed(text: str, table: TextTable) -> tuple[str, Sequence[tuple[Fraction, str]]]:
    """A value by its name: for each term what a point of its column is worth."""
    name, found, terms = text.partition(LEAST)
    made = []
    for term in terms.split(SUM) if found else [""]:
        fits = WEIGHED.fullmatch(term)
        weight, most = (exact(fits["weight"]), exact(fits["most"])) if fits else (None, None)
        if fits is None or weight is None or not most:
            raise BadTable([
                f"a weighed value is written name=40*column/550+60*other/500; not {text[:60]!r}"
            ])  # fmt: skip
        table.column(fits["column"])
        made.append((weight / most, fits["column"]))
    if name.strip() in table.header:
        raise BadTable([f"line 1: there is a column {name.strip()!r}; name the weighed value anew"])
    return name.strip(), made


def _need(text: str, names: _Names) -> tuple[Key, Fraction]:
    name, found, least = text.rpartition(LEAST)
    value = exact(least.strip())
    if not found or value is None:
        raise BadTable([f"a threshold is written name=least, as in tkp=166; not {text[:40]!r}"])
    key, sign = _key(name, names)
    if sign < 0:
        raise BadTable([f"a threshold is a least score; {text[:40]!r} turns it round"])
    return key, value


def _people(names: _Names, order: Order, wanted: Sequence[str]) -> list[_Person]:
    table = names.table
    columns = list(dict.fromkeys(one for name in wanted for one in names.columns_of(name)))
    person_at = table.column(order.person)
    group_at = table.column(order.within) if order.within else None
    places = {name: table.column(name) for name in columns}
    problems: list[str] = []
    seen: dict[str, int] = {}
    people = []
    for line, cells in table.rows:
        person = cells[person_at]
        if not person:
            problems.append(f"line {line}, column {order.person}: nobody is named")
        elif person in seen:
            problems.append(f"line {line}: {person} stands twice, first in line {seen[person]}")
        seen[person] = line
        values: dict[str, Fraction | None] = {}
        for name, place in places.items():
            values[name] = exact(cells[place])
            if not cells[place] and order.absent is Absent.ZERO:
                values[name] = Fraction(0)
            elif not cells[place] and order.absent is Absent.REFUSE:
                problems.append(
                    f"line {line}, column {name}: {person} has no value; say with --absent "
                    f"whether that is zero or leaves the person without a rank"
                )
            elif cells[place] and values[name] is None:
                shown = cells[place][:40]
                problems.append(f"line {line}, column {name}: {shown!r} is no number")
        for name in wanted:
            if name in names.made:
                values[name] = _made(names.made[name], values)
        people.append(_Person(person, cells[group_at] if group_at is not None else "", values))
    if problems:
        raise BadTable(problems)
    return people


def _made(
    terms: Sequence[tuple[Fraction, str]], values: Mapping[str, Fraction | None]
) -> Fraction | None:
    parts = [(worth, values[column]) for worth, column in terms]
    if any(value is None for _, value in parts):
        return None
    return sum((worth * value for worth, value in parts if value is not None), Fraction(0))
