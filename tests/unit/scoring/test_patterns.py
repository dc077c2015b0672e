"""Patterns of XML Schema, and that no pattern takes long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.processing.patterns import BadPattern, fits


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a+b?", "aaab", True),
        ("[0-9]{2,3}", "12", True),
        ("[0-9]{2,3}", "1234", False),
        ("[a-z-[aeiou]]+", "bcd", True),
        ("[a-z-[aeiou]]+", "bad", False),
        (r"\d+(\.\d+)?", "3.14", True),
        (r"^\d+$", "12", True),
        ("a|bc|", "", True),
        ("(ab){0}c", "c", True),
        ("(ab){2,}", "ababab", True),
        (r"[\d,.]+", "1,2", True),
        (r"\p{Lu}\p{Ll}*", "Ana", True),
        (r"\P{L}+", "12", True),
        ("[^abc]", "d", True),
        ("[-a]", "-", True),
        ("x{0,2}y", "xxy", True),
        ("x{0,2}y", "xxxy", False),
        ("(x*)*", "xxx", True),
        ("(a?){3}b", "aab", True),
        (r"a\|b", "a|b", True),
        ("ab", "xabx", False),
        (".", "\n", False),
    ],
)
def test_pattern_fits_the_whole_text(pattern: str, text: str, *, expected: bool) -> None:
    assert expected is fits(pattern, text)


@pytest.mark.parametrize(
    "pattern", ["(", ")", "a{2", "a{3,2}", "[", "[b-a]", "*", r"\q", r"\p{Nonsense}", "(" * 50]
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        fits(pattern, "a")


def test_pattern_that_would_never_end_elsewhere_is_decided() -> None:
    assert fits("(a+)+", "a" * 2000 + "b") is False
    assert fits("(a{0,90}){0,3}", "a" * 10_000) is None


def test_pattern_that_grows_too_large_is_refused() -> None:
    with pytest.raises(BadPattern):
        fits("((a{99}){99}){99}", "a")


def test_either_case_fits_where_asked() -> None:
    assert fits("[a-c]x", "BX", is_case_sensitive=False) is True
    assert fits("[a-c]x", "BX") is False


plain = st.sampled_from(["a", "b", "ab", "[ab]", "(a|b)", "a?", "b*", "(ab)+", "[^a]", "a{1,2}"])


@given(st.lists(plain, max_size=5).map("".join), st.text("abc", max_size=8))
def test_plain_patterns_fit_as_python_says(pattern: str, text: str) -> None:
    assert bool(re.fullmatch(pattern, text)) is fits(pattern, text)
