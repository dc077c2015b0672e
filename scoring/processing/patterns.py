"""Patterns of XML Schema, matched in time that grows with text and pattern, never faster.

Python's own expressions try every way to match: forty letters against (a+)+ take years. Here all
ways are followed at once (Thompson's construction), so the work is text times states. A pattern is
matched against the whole text. A `^` at its beginning and a `$` at its end, which XML Schema does
not know, are taken as the anchors their authors meant.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

STATE_LIMIT = 3_000
WORK_LIMIT = 2_000_000
PATTERN_LIMIT = 1_000
DEPTH_LIMIT = 40

Test = Callable[[str], bool]

_CATEGORIES = frozenset(
    "C Cc Cf Cn Co L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps "  # noqa: SIM905
    "S Sc Sk Sm So Z Zl Zp Zs".split()
)


class BadPattern(ValueError):
    """No pattern of XML Schema, or one that is too large."""

    code = "bad_pattern"


@dataclass(slots=True)
class _State:
    """Goes on without a character, or with one that passes the test."""

    free: list[int]
    test: Test | None = None
    target: int = -1


def fits(pattern: str, text: str, *, is_case_sensitive: bool = True) -> bool | None:
    """Whether a whole text is of the pattern; NULL where deciding it would take too long.

    Raises:
        BadPattern: the pattern cannot be read.
    """
    machine = _compiled(pattern)
    if len(text) * len(machine.states) > WORK_LIMIT:
        return None
    current = machine.closure([machine.first])
    for sign in text:
        signs = (sign,) if is_case_sensitive else (sign, sign.lower(), sign.upper())
        moved = []
        for index in current:
            state = machine.states[index]
            if state.test is not None and any(map(state.test, signs)):
                moved.append(state.target)
        current = machine.closure(moved)
        if not current:
            return False
    return machine.last in current


@dataclass(frozen=True, slots=True)
class _Machine:
    states: list[_State]
    first: int
    last: int

    def closure(self, indexes: Iterable[int]) -> set[int]:
        """The states reached without a further character."""
        found: set[int] = set()
        waiting = list(indexes)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self.states[index].free
        return found


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> _Machine:
    if len(pattern) > PATTERN_LIMIT:
        raise BadPattern(f"longer than {PATTERN_LIMIT} characters")
    plain = pattern.removeprefix("^")
    if plain.endswith("$") and not plain.endswith("\\$"):
        plain = plain[:-1]
    reader = _Reader(plain)
    first, last = reader.read()
    return _Machine(reader.states, first, last)


class _Reader:
    """Reads a pattern by recursive descent and builds its machine."""

    def __init__(self, pattern: str) -> None:
        self._signs = pattern
        self._at = 0
        self._depth = 0
        self.states: list[_State] = []

    def read(self) -> tuple[int, int]:
        """The first and the last state of the whole pattern."""
        ends = self._branches()
        if self._at < len(self._signs):
            raise BadPattern(f"{self._signs[self._at]!r} stands alone")
        return ends

    def _state(self) -> int:
        if len(self.states) >= STATE_LIMIT:
            raise BadPattern("too large")
        self.states.append(_State([]))
        return len(self.states) - 1

    def _next(self) -> str:
        if self._at >= len(self._signs):
            raise BadPattern("it ends too early")
        sign = self._signs[self._at]
        self._at += 1
        return sign

    def _sees(self, sign: str) -> bool:
        return self._signs.startswith(sign, self._at)

    def _branches(self) -> tuple[int, int]:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise BadPattern("nested too deeply")
        first, last = self._state(), self._state()
        while True:
            begin, end = self._sequence()
            self.states[first].free.append(begin)
            self.states[end].free.append(last)
            if not self._sees("|"):
                break
            self._at += 1
        self._depth -= 1
        return first, last

    def _sequence(self) -> tuple[int, int]:
        first = last = self._state()
        while self._at < len(self._signs) and not (self._sees("|") or self._sees(")")):
            begin, end = self._piece()
            self.states[last].free.append(begin)
            last = end
        return first, last

    def _piece(self) -> tuple[int, int]:
        """An atom, as often as its quantifier says: copied, because each copy is a place."""
        start = self._at
        ends = self._atom()
        stop = self._at
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return ends
        after = self._at
        first = last = self._state()
        for index in range(max(least, most or least)):
            self._at = start
            begin, end = self._atom() if index or most == 0 else ends
            assert self._at == stop or index == 0, "an atom is read alike every time"
            if index >= least:
                self.states[begin].free.append(end)
            self.states[last].free.append(begin)
            last = end
        if most is None:
            self._at = start
            begin, end = self._atom() if least else ends
            self.states[last].free.append(begin)
            self.states[begin].free.append(end)
            self.states[end].free.append(begin)
            last = end
        self._at = after
        return first, last

    def _quantifier(self) -> tuple[int, int | None]:
        for sign, bounds in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._sees(sign):
                self._at += 1
                return bounds
        if not self._sees("{"):
            return 1, 1
        end = self._signs.find("}", self._at)
        least, comma, most = self._signs[self._at + 1 : max(end, 0)].partition(",")
        if end < 0 or not (least.isascii() and least.isdigit() and len(least) < 5):
            raise BadPattern("a quantifier is {n}, {n,} or {n,m}")
        self._at = end + 1
        if not comma:
            return int(least), int(least)
        if not most:
            return int(least), None
        if not (most.isascii() and most.isdigit() and len(most) < 5) or int(most) < int(least):
            raise BadPattern("a quantifier is {n}, {n,} or {n,m}")
        return int(least), int(most)

    def _atom(self) -> tuple[int, int]:
        sign = self._next()
        if sign == "(":
            if self._sees("?:"):
                self._at += 2
            ends = self._branches()
            if self._next() != ")":
                raise BadPattern("a bracket is not closed")
            return ends
        if sign in "?*+{)":
            raise BadPattern(f"{sign!r} stands alone")
        test = self._class() if sign == "[" else self._test(sign)
        first, last = self._state(), self._state()
        self.states[first].test, self.states[first].target = test, last
        return first, last

    def _test(self, sign: str) -> Test:
        if sign == ".":
            return lambda one: one not in "\n\r"
        return self._escape() if sign == "\\" else _is(sign)

    def _escape(self) -> Test:
        sign = self._next()
        if sign in "pP":
            if self._next() != "{":
                raise BadPattern("a category is \\p{…}")
            end = self._signs.find("}", self._at)
            name = self._signs[self._at : max(end, self._at)]
            self._at = end + 1
            if end < 0 or name not in _CATEGORIES:
                raise BadPattern(f"category {name[:20]!r} is not known")
            test: Test = lambda one: unicodedata.category(one).startswith(name)  # noqa: E731
            return test if sign == "p" else _not(test)
        if sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
            return test if sign.islower() else _not(test)
        if sign in "nrt":
            return _is({"n": "\n", "r": "\r", "t": "\t"}[sign])
        if sign.isalnum():
            raise BadPattern(f"\\{sign} is not known")
        return _is(sign)

    def _class(self) -> Test:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise BadPattern("nested too deeply")
        is_negated = self._sees("^")
        self._at += is_negated
        tests: list[Test] = []
        taken: Test | None = None
        while not self._sees("]") or not tests:
            sign = self._next()
            if sign == "-" and self._sees("[") and tests:
                self._at += 1
                taken = self._class()
                break
            tests.append(self._member(sign))
        if self._next() != "]":
            raise BadPattern("a class is not closed")
        self._depth -= 1
        any_of: Test = lambda one: any(test(one) for test in tests)  # noqa: E731
        whole = _not(any_of) if is_negated else any_of
        if taken is None:
            return whole
        without = taken
        return lambda one: whole(one) and not without(one)

    def _member(self, sign: str) -> Test:
        if sign == "\\":
            escaped = self._signs[self._at : self._at + 1]
            test = self._escape()
            if not escaped or escaped.isalnum():
                return test
            sign = escaped
        ahead = self._signs[self._at : self._at + 2]
        if not (ahead.startswith("-") and len(ahead) == 2 and ahead[1] not in "]["):
            return _is(sign)
        self._at += 1
        last = self._next()
        if last == "\\":
            last = self._next()
        if last < sign:
            raise BadPattern(f"the range {sign}-{last} is empty")
        return lambda one: sign <= one <= last


def _is(sign: str) -> Test:
    return lambda one: one == sign


def _not(test: Test) -> Test:
    return lambda one: not test(one)


def _is_word(one: str) -> bool:
    return unicodedata.category(one)[0] not in "PZC"


def _is_initial(one: str) -> bool:
    return one.isalpha() or one in "_:"


_CLASSES: dict[str, Test] = {
    "d": lambda one: unicodedata.category(one) == "Nd",
    "s": lambda one: one in " \t\n\r",
    "w": _is_word,
    "i": _is_initial,
    "c": lambda one: _is_initial(one) or one.isdigit() or one in "-.·",
}
