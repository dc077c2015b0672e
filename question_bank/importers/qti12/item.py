"""One item of QTI 1.2 as one of our items."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from question_bank.importers.admission import faults
from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.item import Draft, Place
from question_bank.importers.qti.markup import Markup, tidied
from question_bank.importers.qti.media import Media
from question_bank.importers.qti.notation import in_one_notation
from question_bank.importers.qti12 import rules
from question_bank.importers.qti12.conditions import Scoring, read_scoring
from question_bank.importers.qti12.hot_spot import read_hot_spot
from question_bank.importers.qti12.presentation import Asked, material, read_presentation
from question_bank.importers.report import CannotTake
from question_bank.item import Interaction, Item, Option
from question_bank.rich_text import RICH, Element, Node, plain_words, write_rich
from question_bank.safe_xml import XmlElement
from question_bank.yaml_nodes import IDENTIFIER
from scoring.processing.values import scalar
from scoring.rule import (
    ONE,
    ZERO,
    JudgedRule,
    NumberRule,
    OptionPoints,
    PartRule,
    SumRule,
    TextRule,
)

_PLACE = re.compile(r"\[([^\[\]]{1,80})\]")
_ADVICE = "see docs/qti.md for what is taken"
_EXACT = "write out the texts that are right, to be compared whole"
# What Canvas's newer quizzes say of a blank; TextRegex and TextCloseEnough are not of these.
_ALGORITHMS = frozenset(
    {"", "TextEquivalence", "TextInChoices", "TextContainsAnswer", "Equivalence"}
)


def field_of(element: XmlElement, label: str) -> str:
    """A field of the metadata of an item, a bank or a quiz, but not of what is inside."""
    for holder in element.elements("itemmetadata", "qtimetadata"):
        for one in holder.walk():
            if one.name == "qtimetadatafield":
                name, entry = one.first("fieldlabel"), one.first("fieldentry")
                if name is not None and entry is not None and name.text().strip() == label:
                    return entry.text().strip()
    return ""


@dataclass(slots=True)
class _Source:
    """What the readers of the kinds share."""

    element: XmlElement
    kind: str
    nodes: list[Node]
    asked: list[Asked]
    scoring: Scoring
    changes: set[str]
    points: Fraction


def read_item(element: XmlElement, media: Media, place: Place) -> Draft:
    """Read an item.

    Raises:
        CannotTake: it is of a kind, or scored in a way, that is not read.
    """
    presentation = element.first("presentation")
    kind = field_of(element, "question_type") or field_of(element, "cc_profile")
    if kind == "file_upload_question":
        raise CannotTake("candidates cannot send files", _ADVICE)
    if presentation is None:
        raise CannotTake("it has no presentation", _ADVICE)
    changes: set[str] = set()
    markup = Markup(media, lambda _: None, changes)
    shown = read_presentation(presentation, markup)
    given = scalar("float", field_of(element, "points_possible"))
    points = given if isinstance(given, Fraction) and given > 0 else None
    scoring = read_scoring(element, points, changes)
    source = _Source(element, kind, shown.nodes, shown.asked, scoring, changes, points or ONE)
    plain = _plain(element, place, _asides(element, markup))
    if not shown.asked:
        raise CannotTake("nothing is asked in it", "add its text to the items that need it")
    item = in_one_notation(_reader(source)(source, plain, markup))
    holds = sorted(markup.holds.items())
    holds += [(fault, "correct the item") for fault in faults(item)] if not holds else []
    return Draft(item, changes, holds)


def read_passage(element: XmlElement, media: Media) -> str:
    """The rich text of an item that asks nothing.

    Raises:
        CannotTake: something in it cannot be shown, or is not there.
    """
    presentation = element.first("presentation")
    markup = Markup(media, lambda _: None)
    shown = read_presentation(presentation, markup) if presentation is not None else None
    if shown is None or markup.holds:
        raise CannotTake(min(markup.holds, default="it has no text"), "import the whole package")
    return write_rich(shown.nodes)


def _plain(element: XmlElement, place: Place, explanation: str) -> Item:
    identifier = element.attributes.get("ident", "")
    name = identifier if IDENTIFIER.fullmatch(identifier) else identifier_from(identifier)
    title = " ".join(element.attributes.get("title", "").split())
    return Item(
        bank=place.bank,
        id=name or "item",
        version=1,
        section=place.section or "general",
        topic="" if title.lower() == "question" else title[:200],
        difficulty="medium",
        kind="composite",
        stem="",
        options=(),
        rule=JudgedRule(),
        notation=RICH,
        explanation=explanation,
    )


def _asides(element: XmlElement, markup: Markup) -> str:
    """Feedback, which no candidate sees."""
    words = []
    for feedback in element.elements("itemfeedback"):
        shown = [one for one in feedback.walk() if one.name == "material"]
        words += [" ".join(plain_words(material(one, markup)).split()) for one in shown]
    notes = field_of(element, "grading_notes")
    listed = dict.fromkeys(one for one in [*words, notes] if one)
    if words:
        markup.changes.add("feedback is not shown in an exam; its words stand in the explanation")
    return write_rich([Element("p", (), (one,)) for one in listed])


Reader = Callable[[_Source, Item, Markup], Item]


def _reader(source: _Source) -> Reader:
    """Which reader takes the item, by what it asks."""
    first = source.asked[0]
    if first.element.name == "response_xy":
        return _hot_spot
    if first.element.name in ("response_str", "response_num"):
        if len(source.asked) > 1:
            raise CannotTake("it asks for several texts", _ADVICE)
        return _entry
    if len(source.asked) == 1 and not _has_places(source):
        return _order if first.cardinality == "ordered" else _choice
    return _places if _has_places(source) else _match


def _has_places(source: _Source) -> bool:
    """Whether the text names the responses: Canvas writes [color] for response_color."""
    if source.kind in ("fill_in_multiple_blanks_question", "multiple_dropdowns_question"):
        return True
    named = set(_PLACE.findall(plain_words(source.nodes)))
    return any(one.ident.removeprefix("response_") in named for one in source.asked)


# --- kinds ---


def _options(asked: Asked) -> tuple[Option, ...]:
    return tuple(
        Option(label.attributes.get("ident", ""), write_rich(words))
        for label, words in asked.labels
    )


def _is_shuffled(asked: Asked) -> bool:
    return any(one.attributes.get("shuffle", "No").lower() == "yes" for one in asked.element.walk())


def _choice(source: _Source, plain: Item, _: Markup) -> Item:
    (asked,) = source.asked
    kind = "choices" if asked.cardinality == "multiple" else "choice"
    stem = write_rich(tidied([*source.nodes, *asked.words]))
    only = Interaction(asked.ident, kind, options=_options(asked), shuffle=_is_shuffled(asked))
    rule: PartRule | None
    if kind == "choice":
        points = rules.single_points(source.scoring)
        is_plain = points is not None and points.keys() <= {asked.ident}
        rule = rules.choice_rule(only, (points or {}).get(asked.ident, {})) if is_plain else None
    else:
        rule = rules.choices_rule(only, source.scoring, asked.ident)
    return replace(
        plain,
        kind=kind,
        stem=stem,
        options=only.options,
        shuffle=only.shuffle,
        rule=rule or _program(source, {asked.ident: only}),
    )


def _order(source: _Source, plain: Item, _: Markup) -> Item:
    (asked,) = source.asked
    only = Interaction(asked.ident, "order", options=_options(asked), shuffle=_is_shuffled(asked))
    rule = rules.order_rule(only, source.scoring)
    if rule is None:
        raise CannotTake("its order is not scored plainly", _ADVICE)
    stem = write_rich(tidied([*source.nodes, *asked.words]))
    return replace(
        plain, kind="order", stem=stem, options=only.options, shuffle=only.shuffle, rule=rule
    )


def _match(source: _Source, plain: Item, _: Markup) -> Item:
    """Several choices of the same labels: a row each, matched to a label."""
    options = tuple(Option(one.ident, write_rich(one.words)) for one in source.asked)
    targets: dict[str, Option] = {}
    for one in source.asked:
        for target in _options(one):
            targets.setdefault(target.id, target)
    only = Interaction("RESPONSE", "match", options=options, targets=tuple(targets.values()))
    points = rules.single_points(source.scoring)
    algorithm = field_of(source.element, "scoring_algorithm")
    is_whole = rules.is_all_or_nothing(source.scoring.conditions, algorithm)
    rule = rules.match_rule(only, points, is_whole=is_whole) if points is not None else None
    if rule is None:
        raise CannotTake("its pairs are not scored plainly", _ADVICE)
    stem = write_rich(source.nodes)
    return replace(plain, kind="match", stem=stem, options=options, targets=only.targets, rule=rule)


def _entry(source: _Source, plain: Item, _: Markup) -> Item:
    (asked,) = source.asked
    stem = write_rich(tidied([*source.nodes, *asked.words]))
    calculated = [one for one in source.element.walk() if one.name == "calculated"]
    if calculated:
        return _calculated(source, plain, calculated[0], stem)
    is_essay = source.kind in ("essay_question", "cc.essay.v0p1") or not source.scoring.conditions
    if is_essay:
        judged = JudgedRule(source.points, plain_words_of(plain.explanation))
        return replace(plain, kind="essay", stem=stem, rule=judged)
    is_number = any(
        one.attributes.get("fibtype", "").lower() in ("decimal", "integer", "scientific")
        for one in asked.element.walk()
    )
    entered: PartRule | None
    if is_number or source.kind == "numerical_question":
        entered = rules.number_rule(source.scoring)
        only = Interaction(asked.ident, "number")
    else:
        entered = rules.text_rule(source.scoring)
        only = Interaction(asked.ident, "text")
    rule = entered or _program(source, {asked.ident: only})
    return replace(plain, kind=only.kind, stem=stem, rule=rule)


def plain_words_of(rich: str) -> str:
    """The words of a rich text that was just written."""
    return " ".join(re.sub(r"<[^>]*>", " ", rich).split())


def _calculated(source: _Source, plain: Item, element: XmlElement, stem: str) -> Item:
    """A formula with variables: the first of its sets of numbers, the same for everybody."""
    sets = [one for one in element.walk() if one.name == "var_set"]
    answer = sets[0].first("answer") if sets else None
    target = scalar("float", answer.text()) if answer is not None else None
    if answer is None:
        raise CannotTake("its formula has no set of numbers", _ADVICE)
    if not isinstance(target, Fraction):
        message = f"the result {answer.text().strip()[:40]!r} of its formula is no decimal number"
        raise CannotTake(message, "write it without powers of ten")
    for variable in sets[0].elements("var"):
        name = variable.attributes.get("name", "")
        stem = stem.replace(f"[{name}]", variable.text().strip())
    source.changes.add("its numbers are those of the first of its sets, the same for everybody")
    given = element.first("answer_tolerance")
    text = given.text().strip() if given is not None else "0"
    amount = scalar("float", text.removesuffix("%"))
    tolerance = amount if isinstance(amount, Fraction) else ZERO
    if text.endswith("%"):
        tolerance = abs(target) * tolerance / 100
    rule = NumberRule(target, abs(tolerance), source.points)
    return replace(plain, kind="number", stem=stem, rule=rule)


def _hot_spot(source: _Source, plain: Item, markup: Markup) -> Item:
    if len(source.asked) != 1:
        raise CannotTake("it asks for several places on pictures", _ADVICE)
    (asked,) = source.asked
    return read_hot_spot(plain, asked, source.nodes, points=source.points, markup=markup)


def _places(source: _Source, plain: Item, _: Markup) -> Item:
    """Responses named in the text: lists to choose from, or texts to type."""
    points = rules.single_points(source.scoring)
    if points is None:
        raise CannotTake("its blanks are not scored plainly", _ADVICE)
    interactions: list[Interaction] = []
    parts: dict[str, PartRule] = {}
    for asked in source.asked:
        earned = points.get(asked.ident, {})
        if len(source.asked) == len(points) == 1 and not earned:
            (earned,) = points.values()  # Canvas may name a blank otherwise in the scoring
        types = {label.attributes.get("answer_type", "") for label, _ in asked.labels}
        is_typed = "openEntry" in types or (
            source.kind == "fill_in_multiple_blanks_question"
            and not types & {"dropdown", "wordbank"}
        )
        if is_typed:
            right = max(earned.values(), default=ZERO)
            # Canvas accepts every label of a blank, and names the first alone in the scoring.
            accepted = tuple((word, right) for word in _accepted(asked) if word)
            parts[asked.ident] = TextRule(accepted)
            interactions.append(Interaction(asked.ident, "text"))
        else:
            only = Interaction(asked.ident, "inline_choice", options=_options(asked))
            rule = rules.choice_rule(only, earned)
            parts[asked.ident] = rule or OptionPoints({one.id: ZERO for one in only.options})
            interactions.append(only)
    named = {one.name.removeprefix("response_"): one.name for one in interactions}
    nodes, found = _with_places(source.nodes, named)
    for name in named.values():
        if name not in found:
            nodes = [*nodes, Element("p", (), (Element("place", (("name", name),)),))]
    stem = write_rich(nodes)
    return replace(plain, stem=stem, interactions=tuple(interactions), rule=SumRule(parts))


def _accepted(asked: Asked) -> list[str]:
    """The texts that a blank accepts, in our notation: a star stands for any text.

    Raises:
        CannotTake: it compares in a way that no rule of ours does.
    """
    accepted = []
    for label, shown in asked.labels:
        how = label.attributes.get("scoring_algorithm", "")
        word = plain_words(shown)
        if how not in _ALGORITHMS:
            raise CannotTake(f"the blank {word[:40]!r} compares by {how[:40]}", _EXACT)
        if "*" in word:
            raise CannotTake(f"{word[:40]!r} cannot be an answer: * stands for any text", _EXACT)
        accepted.append(f"*{word}*" if how == "TextContainsAnswer" and word else word)
    return accepted


def _with_places(nodes: list[Node], named: dict[str, str]) -> tuple[list[Node], set[str]]:
    """The text with a place for each name in brackets; each once."""
    found: set[str] = set()

    def placed(node: Node) -> list[Node]:
        if isinstance(node, Element):
            inner = tuple(one for child in node.children for one in placed(child))
            return [Element(node.tag, node.attributes, inner)]
        pieces: list[Node] = []
        end = 0
        for match in _PLACE.finditer(node):
            name = named.get(match[1])
            if name is None or name in found:
                continue
            found.add(name)
            pieces += [node[end : match.start()], Element("place", (("name", name),))]
            end = match.end()
        return [one for one in (*pieces, node[end:]) if one != ""]

    return [one for node in nodes for one in placed(node)], found


def _program(source: _Source, asked: dict[str, Interaction]) -> Any:
    types = {
        "choice": ("identifier", "single"),
        "choices": ("identifier", "multiple"),
        "text": ("string", "single"),
        "number": ("float", "single"),
    }
    declared = {
        name: dict(zip(("type", "cardinality"), types[one.kind], strict=True))
        for name, one in asked.items()
    }
    options = {name: [option.id for option in one.options] for name, one in asked.items()}
    return rules.program_rule(source.scoring, declared, options)
