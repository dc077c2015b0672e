"""Items that hypothesis makes: every kind, every rule, texts that formats find hard to hold."""

from fractions import Fraction

from hypothesis import strategies as st

from question_bank.importers.admission import faults
from question_bank.item import DIFFICULTIES, Item, Option, Stimulus
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import KeyRule, MappingRule, NumberRule, OptionPoints, Rule, TextRule

LETTERS = "abcdefghijklmnopqrstuvwxyz"
POINTS = st.sampled_from([Fraction(text) for text in ("5", "0", "-1", "1/3", "2.5", "1", "-5/4")])
WORDS = st.text(
    alphabet=st.sampled_from("abc ABé0%=~#{}:\\[]()<>&*_|;,'\"+-@/$\n.✓"), min_size=1, max_size=20
)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,6}[a-z0-9]", fullmatch=True)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text as importers keep it: without white space at its ends, never empty."""
    return draw(WORDS).strip() or draw(NAMES)


@st.composite
def _options(draw: st.DrawFn, least: int = 2) -> tuple[Option, ...]:
    listed = draw(
        st.lists(texts(), min_size=least, max_size=5, unique_by=lambda text: " ".join(text.split()))
    )
    return tuple(Option(name, text) for name, text in zip(LETTERS, listed, strict=False))


@st.composite
def _rules(draw: st.DrawFn, kind: str, options: list[str], targets: list[str]) -> Rule:
    right, wrong, blank = draw(POINTS), draw(POINTS), draw(st.sampled_from([Fraction(0), right_()]))
    earned = {"right": right, "wrong": wrong, "blank": blank}
    some = st.sets(st.sampled_from(options or ["a"]), min_size=1).map(frozenset)
    mapped = st.dictionaries(st.sampled_from(options or ["a"]), POINTS, min_size=1)
    match kind:
        case "choice":
            points = st.fixed_dictionaries(dict.fromkeys(options, POINTS))
            key = st.sampled_from(options).map(lambda one: KeyRule(Choice(one), **earned))
            return draw(st.one_of(key, points.map(lambda given: OptionPoints(given, blank))))
        case "choices":
            key = some.map(lambda chosen: KeyRule(Choices(chosen), **earned))
            bounds = st.sampled_from([None, Fraction(0)]), st.sampled_from([None, Fraction(1)])
            mapping = st.builds(MappingRule, mapped, st.just(Fraction(0)), *bounds)
            return draw(st.one_of(key, mapping))
        case "order":
            return KeyRule(Order(tuple(draw(st.permutations(options)))), **earned)
        case "number":
            target = draw(st.fractions(max_denominator=50).filter(lambda one: abs(one) < 1000))
            return NumberRule(target, abs(draw(POINTS)), **earned)
        case "text":
            accepted = draw(st.lists(st.tuples(texts(), POINTS), min_size=1, max_size=3))
            return TextRule(tuple(accepted), draw(st.booleans()), wrong, blank)
        case _:
            pairs = {one: draw(st.sampled_from(targets)) for one in options}
            if draw(st.booleans()):
                return KeyRule(Match(frozenset(pairs.items())), **earned)
            share = Fraction(1, len(options))
            return MappingRule({f"{one} {two}": share for one, two in pairs.items()})


def right_() -> Fraction:
    """What blank earns where it earns something."""
    return Fraction(1, 2)


@st.composite
def _items(draw: st.DrawFn, kinds: tuple[str, ...]) -> Item:
    kind = draw(st.sampled_from(kinds))
    options = () if kind in ("number", "text") else draw(_options())
    targets = draw(_options(least=1)) if kind == "match" else ()
    names = [option.id for option in options], [target.id for target in targets]
    return Item(
        bank="latihan",
        id=draw(NAMES),
        version=draw(st.integers(1, 3)),
        section=draw(NAMES),
        topic=draw(st.one_of(st.just(""), texts())),
        difficulty=draw(st.sampled_from(DIFFICULTIES)),
        kind=kind,
        stem=draw(texts()),
        options=options,
        rule=draw(_rules(kind, *names)),
        shuffle=draw(st.booleans()),
        stimulus=draw(st.none() | st.builds(Stimulus, NAMES, texts())),
        targets=targets,
        explanation=draw(st.one_of(st.just(""), texts())),
    )


def items(*kinds: str) -> st.SearchStrategy[Item]:
    """Items that may enter a bank, of some kinds."""
    made = _items(kinds or ("choice", "choices", "number", "text", "order", "match"))
    return made.filter(lambda item: not faults(item))
