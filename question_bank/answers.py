"""Whether a response is one that the page of an item can give.

What is refused here is no wrong answer but a message that no page of ours sends: another kind of
response, an option with two targets (which would earn every pair at once), a point beside the
picture. Too few selections are no fault: a candidate may be half way.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from question_bank.item import ONLY, Interaction, Item, Option, interactions_of
from scoring.processing import response_of
from scoring.processing.program import load
from scoring.response import (
    Choice,
    Choices,
    Match,
    Nothing,
    Number,
    Order,
    Pairs,
    Points,
    Record,
    Response,
    Text,
    Texts,
    record,
)
from scoring.rule import ProcessingRule

ANY_NUMBER = 0
FORMS: Mapping[str, tuple[type, ...]] = {
    "choice": (Choice,),
    "choices": (Choices,),
    "number": (Number,),
    "text": (Text,),
    "order": (Order,),
    "match": (Match,),
    "associate": (Pairs,),
    "gap_match": (Match,),
    "inline_choice": (Choice,),
    "hot_text": (Choice, Choices),
    "hotspot": (Choice, Choices),
    "points": (Points,),
    "slider": (Number,),
    "essay": (Text, Texts),
}


_ONE_OPTION = frozenset(kind for kind, forms in FORMS.items() if forms == (Choice,))


def asks_for_one(interaction: Interaction) -> bool:
    """Whether the response is a `Choice`, of the kinds that may ask for one or for several."""
    return interaction.kind in ("hot_text", "hotspot") and interaction.settings.most == 1


def fits(item: Item, response: Response) -> bool:
    """Whether a response, in the bank's names, is of the form that the item asks for, or blank."""
    if isinstance(response, Choice) and item.kind in _ONE_OPTION:  # nearly every response there is
        wanted = response.option
        for option in item.options:  # noqa: SIM110 - half the time of `any`, for every answer
            if option.id == wanted:
                return True
        return False
    if item.kind != "composite":
        return not isinstance(response, Record) and _fits(interactions_of(item)[0], response)
    if isinstance(response, Nothing):
        return True
    if not isinstance(response, Record):
        return False
    asked = {one.name: one for one in item.interactions}
    return all(
        name in asked and _fits(asked[name], given) and not isinstance(given, Nothing)
        for name, given in response.responses
    )


def _fits(interaction: Interaction, response: Response) -> bool:
    if isinstance(response, Nothing):
        return True
    if not isinstance(response, FORMS[interaction.kind]):
        return False
    is_either = interaction.kind in ("hot_text", "hotspot")
    if is_either and asks_for_one(interaction) != isinstance(response, Choice):
        return False
    most = interaction.settings.most or None
    match response:
        case Choice(option):
            return _knows(interaction.options, [option])
        case Choices(options) | Order(options):
            return _knows(interaction.options, options) and _is_within(len(options), most)
        case Match(pairs):
            return _fits_pairs(interaction, pairs, most)
        case Pairs(pairs):
            used = Counter(option for pair in pairs for option in pair)
            return _are_used(used, interaction.options, 1) and _is_within(len(pairs), most)
        case Points(points):
            return _is_within(len(points), most) and _are_on(interaction, points)
        case Texts(texts):
            return _is_within(len(texts), most)
        case Number(value):
            return interaction.kind != "slider" or _is_on_scale(interaction, value)
        case _:
            return True


def _fits_pairs(
    interaction: Interaction, pairs: frozenset[tuple[str, str]], most: int | None
) -> bool:
    usual = 1 if interaction.kind == "gap_match" else ANY_NUMBER
    return (
        _are_used(Counter(option for option, _ in pairs), interaction.options, 1)
        and _are_used(Counter(target for _, target in pairs), interaction.targets, usual)
        and _is_within(len(pairs), most)
    )


def _are_used(used: Counter[str], options: Iterable[Option], usual: int) -> bool:
    """Whether the options are known and none is used more often than it may be."""
    most = {one.id: usual if one.most is None else one.most for one in options}
    return all(
        name in most and (most[name] == ANY_NUMBER or count <= most[name])
        for name, count in used.items()
    )


def _knows(options: Iterable[Option], names: Iterable[str]) -> bool:
    return {option.id for option in options}.issuperset(names)


def _is_within(count: int, most: int | None) -> bool:
    return most is None or count <= most


def _are_on(interaction: Interaction, points: frozenset[tuple[int, int]]) -> bool:
    width, height = interaction.settings.width, interaction.settings.height
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)


def _is_on_scale(interaction: Interaction, value: Fraction) -> bool:
    scale = interaction.settings
    lower, upper = scale.lower or Fraction(0), scale.upper
    if value < lower or (upper is not None and value > upper):
        return False
    return not scale.step or (value - lower) % scale.step == 0


def response_from_qti(item: Item, given: Mapping[str, object]) -> Response:
    """Response values as QTI writes them, as the response that `scoring.mark` takes.

    Args:
        item: what was answered.
        given: by response identifier, a list of texts ("A", "3.5", "A B" for a pair, "10 20" for a
            point), or one text or number; None or an empty list for no response. Of an item that
            asks one thing, the identifier does not matter.
    """
    if isinstance(item.rule, ProcessingRule):
        declared = load(item.rule.program)["responses"]
        taken = response_of(declared, given)
        if item.kind == "composite" and not isinstance(taken, Record | Nothing):
            return record(dict.fromkeys(declared, taken))
        return taken
    asked = interactions_of(item)
    if item.kind != "composite":
        value = given.get(ONLY) if ONLY in given else next(iter(given.values()), None)
        return response_of({ONLY: _declared(asked[0])}, {ONLY: value})
    found = {
        one.name: response_of({one.name: _declared(one)}, {one.name: given.get(one.name)})
        for one in asked
    }
    return record({name: one for name, one in found.items() if not isinstance(one, Record)})


def _declared(one: Interaction) -> Mapping[str, str]:
    """How QTI would declare the response of an interaction."""
    type_name, cardinality = _DECLARED[one.kind]
    if asks_for_one(one):
        cardinality = "single"
    return {"type": type_name, "cardinality": cardinality}


_DECLARED: Mapping[str, tuple[str, str]] = {
    "choice": ("identifier", "single"),
    "choices": ("identifier", "multiple"),
    "number": ("float", "single"),
    "text": ("string", "single"),
    "order": ("identifier", "ordered"),
    "match": ("directedPair", "multiple"),
    "associate": ("pair", "multiple"),
    "gap_match": ("directedPair", "multiple"),
    "inline_choice": ("identifier", "single"),
    "hot_text": ("identifier", "multiple"),
    "hotspot": ("identifier", "multiple"),
    "points": ("point", "multiple"),
    "slider": ("float", "single"),
    "essay": ("string", "single"),
}
