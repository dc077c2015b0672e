import doctest
import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import scoring
from scoring import mark
from scoring.mark import highest, lowest
from scoring.response import Choice, Choices, Match, Nothing, Number, Order, Response, Text
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule
from tests.unit.scoring.strategies import mappings, responses, rules, single_rules

RIGHT, WRONG, BLANK = Fraction(4), Fraction(-1), Fraction(1, 2)
EARNING = {"right": RIGHT, "wrong": WRONG, "blank": BLANK}


def test_the_example_of_the_package_runs() -> None:
    result = doctest.testmod(scoring)

    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("key", "other"),
    [
        (Choice("a"), Choice("b")),
        (Choices(frozenset("ab")), Choices(frozenset("a"))),
        (Choices(frozenset("ab")), Choices(frozenset("abc"))),
        (Number(Fraction(1, 3)), Number(Fraction("0.333333"))),
        (Order(("a", "b", "c")), Order(("a", "c", "b"))),
        (Match(frozenset({("a", "x")})), Match(frozenset({("a", "y")}))),
        (Choice("a"), Choices(frozenset("a"))),
        (Order(("a",)), Choices(frozenset("a"))),
    ],
)
def test_a_key_is_met_exactly_or_not_at_all(key: Response, other: Response) -> None:
    rule = KeyRule(key, right=RIGHT, wrong=WRONG, blank=BLANK)

    assert mark(rule, key) == RIGHT
    assert mark(rule, other) == WRONG
    assert mark(rule, Nothing()) == BLANK


def test_five_for_right_and_nothing_for_wrong_or_blank_as_in_twk_and_tiu() -> None:
    rule = KeyRule(Choice("b"), right=Fraction(5))

    earned = [mark(rule, given) for given in (Choice("b"), Choice("a"), Nothing())]

    assert earned == [5, 0, 0]


def test_every_option_earns_its_points_as_in_tkp() -> None:
    rule = OptionPoints({name: Fraction(number) for number, name in enumerate("abcde", start=1)})

    earned = [mark(rule, Choice(name)) for name in "abcde"]

    assert earned == [1, 2, 3, 4, 5]
    assert mark(rule, Nothing()) == 0
    assert mark(rule, Choice("f")) == 0
    assert mark(rule, Choices(frozenset("e"))) == 0
    assert (lowest(rule), highest(rule)) == (Fraction(0), Fraction(5))


def test_a_mapping_sums_what_it_names_within_its_bounds() -> None:
    entries = {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(-2)}
    rule = MappingRule(
        entries, default=Fraction(-1), lower_bound=Fraction(-2), upper_bound=Fraction(5, 4)
    )

    def earned(options: str) -> Fraction:
        return mark(rule, Choices(frozenset(options)))

    assert earned("a") == 1
    assert earned("bc") == Fraction(-3, 2)
    assert earned("az") == 0
    assert earned("ab") == Fraction(5, 4)
    assert earned("cz") == -2


def test_a_mapping_counts_each_value_once_however_often_it_is_given() -> None:
    rule = MappingRule({"a": Fraction(2), "b": Fraction(1)})

    assert mark(rule, Order(("a", "b", "a"))) == 3


def test_a_mapping_names_pairs_by_option_and_target() -> None:
    rule = MappingRule({"a x": Fraction(1), "b y": Fraction(2)})

    earned = mark(rule, Match(frozenset({("a", "x"), ("b", "y"), ("c", "x")})))

    assert earned == 3


@pytest.mark.parametrize(
    ("value", "is_right"),
    [("9.9", True), ("10.1", True), ("10", True), ("9.8999", False), ("10.1001", False)],
)
def test_a_number_is_right_up_to_both_edges_of_its_tolerance(value: str, is_right: bool) -> None:  # noqa: FBT001
    rule = NumberRule(Fraction(10), tolerance=Fraction("0.1"), **EARNING)

    earned = mark(rule, Number(Fraction(value)))

    assert earned == (RIGHT if is_right else WRONG)


def test_tolerance_is_not_spoilt_by_binary_fractions() -> None:
    """With floats, 0.3 is outside of 0.1 plus or minus 0.2 (0.1 + 0.2 > 0.3)."""
    rule = NumberRule(Fraction("0.1"), tolerance=Fraction("0.2"))

    assert mark(rule, Number(Fraction("0.3"))) == 1
    assert mark(rule, Number(Fraction("0.300000000000000001"))) == 0


@pytest.mark.parametrize(
    ("given_text", "case_sensitive", "is_right"),
    [
        ("Bung  Karno", False, True),
        ("  bung\tkarno\n", False, True),
        ("bung karno", True, False),
        ("Bung Karno", True, True),
        ("BungKarno", False, False),
        ("Bung Karno!", False, False),
    ],
)
def test_white_space_never_decides_and_case_only_where_asked(
    given_text: str,
    case_sensitive: bool,  # noqa: FBT001
    is_right: bool,  # noqa: FBT001
) -> None:
    accepted = (("Bung Karno", RIGHT),)
    rule = TextRule(accepted, case_sensitive=case_sensitive, wrong=WRONG)

    assert mark(rule, Text(given_text)) == (RIGHT if is_right else WRONG)


def test_composed_and_decomposed_letters_are_the_same_text() -> None:
    rule = TextRule((("caf\u00e9", RIGHT),), case_sensitive=True)

    assert mark(rule, Text("cafe\u0301")) == RIGHT
    assert mark(rule, Text("cafe")) == 0


def test_the_first_accepted_text_that_fits_gives_the_points() -> None:
    rule = TextRule((("Soekarno", Fraction(1)), ("*karno", Fraction(1, 2)), ("*", Fraction(1, 4))))

    earned = [mark(rule, Text(text)) for text in ("soekarno", "Sukarno", "Hatta")]

    assert earned == [1, Fraction(1, 2), Fraction(1, 4)]


@example("a*a", "a")
@example("ab*ba", "aba")
@example("a*b*b", "ab")
@given(st.text("ab*", max_size=6), st.text("ab", min_size=1, max_size=10))
def test_a_star_stands_for_any_run_of_characters(accepted: str, text: str) -> None:
    """Compared with a regular expression, which is safe on texts this short."""
    pattern = ".*".join(re.escape(piece) for piece in accepted.split("*"))

    earned = mark(TextRule(((accepted, RIGHT),)), Text(text))

    assert earned == (RIGHT if re.fullmatch(pattern, text) else 0)


def test_many_stars_on_a_long_text_take_no_long_time() -> None:
    """A candidate's text must not hold up everybody else's answers."""
    rule = TextRule((("*a" * 50 + "*b", RIGHT),))

    assert mark(rule, Text("a" * 10_000)) == 0
    assert mark(rule, Text("a" * 9_999 + "b")) == RIGHT


@pytest.mark.parametrize(
    "rule",
    [
        KeyRule(Choices(frozenset("a")), **EARNING),
        NumberRule(Fraction(1), **EARNING),
        TextRule((("*", RIGHT),), wrong=WRONG, blank=BLANK),
        MappingRule({"a": RIGHT}, default=WRONG, blank=BLANK),
    ],
    ids=lambda rule: type(rule).__name__,
)
@pytest.mark.parametrize(
    "emptied", [Nothing(), Choices(frozenset()), Order(()), Match(frozenset()), Text("  ")]
)
def test_who_clears_a_response_earns_what_blank_earns(rule: Rule, emptied: Response) -> None:
    assert mark(rule, emptied) == BLANK


@pytest.mark.parametrize(
    ("rule", "foreign"),
    [
        (NumberRule(Fraction(1), **EARNING), Text("1")),
        (TextRule((("1", RIGHT),), wrong=WRONG), Number(Fraction(1))),
        (KeyRule(Choice("a"), **EARNING), Text("a")),
    ],
)
def test_a_response_of_another_kind_earns_what_wrong_earns(rule: Rule, foreign: Response) -> None:
    assert mark(rule, foreign) == WRONG


@given(rules, responses)
def test_marking_never_fails_and_gives_exact_points(rule: Rule, response: Response) -> None:
    earned = mark(rule, response)

    assert isinstance(earned, Fraction)
    assert earned == mark(rule, response)


@given(single_rules, responses)
def test_points_lie_between_lowest_and_highest(rule: Rule, response: Response) -> None:
    assert lowest(rule) <= mark(rule, response) <= highest(rule)


@given(mappings, st.data())
def test_points_of_what_a_mapping_names_lie_between_lowest_and_highest(
    rule: MappingRule, data: st.DataObject
) -> None:
    named = st.sampled_from(sorted(rule.entries)) if rule.entries else st.nothing()
    response = Choices(data.draw(st.frozensets(named)))

    assert lowest(rule) <= mark(rule, response) <= highest(rule)


@pytest.mark.parametrize("rule", [OptionPoints({}), MappingRule({}), TextRule(())])
def test_a_rule_that_names_nothing_earns_nothing(rule: Rule) -> None:
    assert (lowest(rule), highest(rule)) == (Fraction(0), Fraction(0))


def test_highest_is_reached_by_the_best_response_and_lowest_by_the_worst() -> None:
    rule = MappingRule({"a": Fraction(-3), "b": Fraction(-1)}, default=Fraction(-2))

    assert highest(rule) == 0
    assert lowest(rule) == mark(rule, Choices(frozenset("ab"))) == -4
