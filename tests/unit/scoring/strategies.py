"""Responses, rules and standings of every kind, for property tests."""

from fractions import Fraction

from hypothesis import strategies as st

from scoring.area import Area
from scoring.board import Change, Entrant, Standing
from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Order,
    Pairs,
    Points,
    Text,
    Texts,
    record,
)
from scoring.rule import (
    AreaRule,
    JudgedRule,
    KeyRule,
    MappingRule,
    NumberRule,
    OptionPoints,
    SumRule,
    TextRule,
)

names = st.sampled_from(["a", "b", "c", "d", "e"])
# From whole numbers alone: a float would not be exact.
points = st.builds(Fraction, st.integers(-50, 50), st.integers(1, 8))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)

coordinates = st.integers(-20, 20)
single_responses = st.one_of(
    st.builds(Nothing),
    st.builds(Choice, names),
    st.builds(Choices, st.frozensets(names)),
    st.builds(Number, points),
    st.builds(Text, texts),
    st.builds(Order, st.lists(names, unique=True).map(tuple)),
    st.builds(Match, st.frozensets(st.tuples(names, names), max_size=6)),
    st.builds(
        Pairs,
        st.frozensets(st.tuples(names, names), max_size=6).map(
            lambda pairs: frozenset((min(pair), max(pair)) for pair in pairs)
        ),
    ),
    st.builds(Points, st.frozensets(st.tuples(coordinates, coordinates), max_size=6)),
    st.builds(Texts, st.lists(texts, max_size=3).map(tuple)),
)
responses = single_responses | st.dictionaries(names, single_responses).map(record)
entries = st.dictionaries(names, points, max_size=5)
mappings = st.builds(
    MappingRule,
    entries=entries,
    default=points,
    lower_bound=st.none() | points.map(lambda value: -abs(value)),
    upper_bound=st.none() | points.map(abs),
    blank=points,
)
single_rules = st.one_of(
    st.builds(KeyRule, key=single_responses, right=points, wrong=points, blank=points),
    st.builds(OptionPoints, points=entries, blank=points),
    st.builds(
        NumberRule,
        target=points,
        tolerance=points.map(abs),
        right=points,
        wrong=points,
        blank=points,
    ),
    st.builds(
        TextRule,
        accepted=st.lists(st.tuples(texts, points), max_size=3).map(tuple),
        case_sensitive=st.booleans(),
        wrong=points,
        blank=points,
    ),
)
areas = st.one_of(
    st.builds(Area, st.just("circle"), st.tuples(coordinates, coordinates, st.integers(0, 20))),
    st.builds(Area, st.just("rect"), st.tuples(*[coordinates] * 4)),
    st.builds(Area, st.just("poly"), st.tuples(*[coordinates] * 6)),
)
hits = st.builds(
    AreaRule,
    areas=st.lists(st.tuples(areas, points), max_size=4).map(tuple),
    default=points,
    lower_bound=st.none() | points.map(lambda value: -abs(value)),
    upper_bound=st.none() | points.map(abs),
    blank=points,
)
judged = st.builds(JudgedRule, highest=points.map(abs), criteria=texts, blank=points)
sums = st.builds(
    SumRule, st.dictionaries(names, single_rules | mappings | hits | judged, max_size=3)
)
rules = single_rules | mappings | hits | judged | sums


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A new standing of one of eight entrants, with few scores so that many are equal."""
    entrant_id = draw(st.sampled_from([f"24-{number}" for number in range(8)]))
    sections = {name: Fraction(draw(st.integers(0, 3)), 2) for name in ("twk", "tkp")}
    total = sum(sections.values(), Fraction(0))
    standing = Standing(
        id=entrant_id,
        sections=sections,
        total=total,
        answered=draw(st.integers(0, 2)),
        item_count=2,
        status="working",
        passed=None,
    )
    return Change(Entrant(entrant_id, entrant_id, "general", "analis", "A"), standing)
