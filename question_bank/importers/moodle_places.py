"""Moodle's questions with places in their text: cloze, gaps with menus, words dragged into gaps."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import escape

from question_bank.importers import moodle_cloze, moodle_kinds
from question_bank.importers.gift_syntax import Marked
from question_bank.importers.markup import Written, from_html, text_of
from question_bank.importers.moodle_border import Border, text_of_child
from question_bank.importers.moodle_border import text_of as plain_text_of
from question_bank.importers.moodle_cloze import CLOSE, OPEN, Place
from question_bank.importers.moodle_kinds import Draft, Interval, Weighed
from question_bank.importers.report import CannotTake
from question_bank.item import Interaction, Option
from question_bank.rich_text import RICH, Element, Node, write_rich
from scoring.response import Choice, MalformedResponse, parse_number
from scoring.rule import ONE, ZERO, KeyRule, MappingRule, PartRule, SealedRule, SumRule

_PLACE = re.compile(f"{OPEN}([a-z0-9]+){CLOSE}")
_GAP = re.compile(r"\[\[([0-9]{1,3})\]\]")


@dataclass(frozen=True, slots=True)
class Placed:
    """A question whose stem has places: the stem as rich text, and the draft."""

    stem: str
    draft: Draft


def cloze(border: Border) -> Placed:
    """A text with places for answers of several kinds; each earns its weight."""
    stem = border.marked(border.question.first("questiontext"))
    text, places = moodle_cloze.split_cloze(stem.text)
    parts = [_part(place, border.changes) for place in places]
    rule = SumRule(
        {
            place.name: moodle_kinds.scaled_part(_part_rule(part), Fraction(place.weight))
            for place, part in zip(places, parts, strict=True)
        }
    )
    interactions = tuple(
        Interaction(place.name, part.kind, options=part.options, shuffle=place.shuffle)
        for place, part in zip(places, parts, strict=True)
    )
    if any(answer.has_feedback for place in places for answer in place.alternatives):
        border.changes.add("feedback on single answers is not kept")
    draft = Draft("composite", (), rule, interactions=interactions)
    return Placed(_rich(border.text_with_places(Marked(text, stem.format)), "place"), draft)


def gapselect(border: Border) -> Placed:
    """A text with a menu in every gap."""
    choices = [
        (border.words(one), text_of_child(one, "group") or "1")
        for one in border.question.elements("selectoption")
    ]
    stem, gaps = _gaps(border, len(choices))
    shuffle = border.flag("shuffleanswers", default=False)
    share = ONE / len(gaps)
    interactions, rules = [], {}
    for name, right in gaps:
        group = choices[right][1]
        options = moodle_kinds.options_of(
            [Weighed(escape(text), ZERO) for text, one in choices if one == group]
        )
        place = [one for one, choice in enumerate(choices) if choice[1] == group].index(right)
        interactions.append(Interaction(name, "inline_choice", options=options, shuffle=shuffle))
        rules[name] = KeyRule(Choice(options[place].id), right=share)
    draft = Draft("composite", (), SumRule(rules), interactions=tuple(interactions))
    return Placed(_rich(stem, "place"), draft)


def ddwtos(border: Border) -> Placed:
    """Words are dragged into gaps of the text."""
    boxes = border.question.elements("dragbox")
    stem, gaps = _gaps(border, len(boxes))
    groups = {text_of_child(one, "group") or "1" for one in boxes}
    if len(groups) > 1:
        border.changes.add("words of all groups fit into every gap")
    options = moodle_kinds.options_of(
        [Weighed(_html(plain_text_of(one), border.changes), ZERO) for one in boxes]
    )
    options = tuple(
        replace(option, most=0) if box.first("infinite") is not None else option
        for option, box in zip(options, boxes, strict=True)
    )
    share = ONE / len(gaps)
    rule = MappingRule({f"{options[right].id} {name}": share for name, right in gaps})
    targets = tuple(Option(name, "") for name, _ in gaps)
    shuffle = border.flag("shuffleanswers", default=False)
    draft = Draft("gap_match", options, rule, targets, shuffle)
    return Placed(_rich(stem, "gap"), draft)


def _gaps(border: Border, count: int) -> tuple[Written, list[tuple[str, int]]]:
    """The stem with marked gaps, and each gap with the index of what is right in it."""
    stem = border.marked(border.question.first("questiontext"))
    gaps: list[tuple[str, int]] = []

    def marked(found: re.Match[str]) -> str:
        right = int(found[1]) - 1
        if not 0 <= right < count:
            raise CannotTake(f"gap {found[0]} has no answer", "add the answer of this number")
        gaps.append((f"p{len(gaps) + 1}", right))
        return f"{OPEN}{gaps[-1][0]}{CLOSE}"

    text = _GAP.sub(marked, stem.text)
    if not gaps:
        raise CannotTake("the text holds no gap", "write [[1]] where the first answer belongs")
    return border.text_with_places(Marked(text, stem.format)), gaps


def _part(place: Place, changes: set[str]) -> Draft:
    answers = place.alternatives
    shares = [moodle_kinds.share_of(answer.percent, changes) for answer in answers]
    if place.kind == moodle_cloze.BOXES:
        shares = _of_boxes(shares, is_weighed=any(answer.is_weighed for answer in answers))
    try:
        return _drafted(place, shares, changes)
    except CannotTake as error:
        raise CannotTake(f"place {place.name}: {error}", error.advice) from error


def _of_boxes(shares: Sequence[Fraction], *, is_weighed: bool) -> list[Fraction]:
    """What boxes earn in Moodle: the right ones one whole together.

    Where no percent is written, every wrong box takes away what a right one earns, so that ticking
    all earns nothing.
    """
    total = sum((share for share in shares if share > 0), ZERO)
    if not total:
        return list(shares)
    wrong = ZERO if is_weighed else -ONE / total
    return [share / total if share > 0 else share or wrong for share in shares]


def _drafted(place: Place, shares: Sequence[Fraction], changes: set[str]) -> Draft:
    texts = [answer.text for answer in place.alternatives]
    if ONE not in shares and place.kind != moodle_cloze.BOXES:
        raise CannotTake("no answer earns the whole", "write = before the right one")
    match place.kind:
        case moodle_cloze.TEXT:
            listed = [Weighed(one, part) for one, part in zip(texts, shares, strict=True)]
            return moodle_kinds.words(listed, case_sensitive=place.case_sensitive)
        case moodle_cloze.NUMBER:
            intervals = [
                _interval(text, part)
                for text, part in zip(texts, shares, strict=True)
                if text != "*"
            ]
            return moodle_kinds.number(intervals)
        case kind:
            if len(texts) < 2:
                raise CannotTake("fewer than two choices", "add wrong ones after ~")
            weighed = [
                Weighed(_html(text, changes), part)
                for text, part in zip(texts, shares, strict=True)
            ]
            if kind == moodle_cloze.BOXES:
                return moodle_kinds.some_of(weighed, changes)
            draft = moodle_kinds.one_of(weighed, changes)
            return replace(draft, kind="inline_choice") if kind == moodle_cloze.MENU else draft


def _interval(text: str, share: Fraction) -> Interval:
    target, _, tolerance = text.replace(",", ".").partition(":")
    try:
        return Interval(parse_number(target), abs(parse_number(tolerance or "0")), share)
    except MalformedResponse as error:
        raise CannotTake(f"{text[:40]!r} is no number", "write 3.14 or 3.14:0.01") from error


def _part_rule(draft: Draft) -> PartRule:
    assert not isinstance(draft.rule, SumRule | SealedRule)
    return draft.rule


def _html(text: str, changes: set[str]) -> str:
    return text_of(from_html(text, changes), RICH)


def _rich(stem: Written, tag: str) -> str:
    """The stem with an element of ours in each place."""
    return write_rich(_placed(stem.nodes, tag))


def _placed(nodes: Sequence[Node], tag: str) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element):
            found.append(replace(node, children=tuple(_placed(node.children, tag))))
            continue
        for place, piece in enumerate(_PLACE.split(node)):
            if place % 2:
                found.append(Element(tag, (("name", piece),)))
            elif piece:
                found.append(piece)
    return found


KINDS: Mapping[str, Callable[[Border], Placed]] = {
    "cloze": cloze,
    "multianswer": cloze,
    "gapselect": gapselect,
    "ddwtos": ddwtos,
}
