"""One assessmentItem as one of our items, with everything that was changed and why it is held."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from question_bank import rich_text
from question_bank.importers.admission import faults
from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.body import Body, is_alone, read_body, read_text, with_prompt
from question_bank.importers.qti.declarations import outcomes_of, responses_of, templates_of
from question_bank.importers.qti.logic import Node, statements
from question_bank.importers.qti.media import Media
from question_bank.importers.qti.names import truth
from question_bank.importers.qti.notation import in_one_notation, in_plain
from question_bank.importers.qti.rules import plain_rule
from question_bank.importers.qti.templates import TEMPLATES, keyed, renamed, template_of
from question_bank.importers.qti.trial import agrees, bounds, unscored
from question_bank.importers.report import CannotTake
from question_bank.item import Item, Stimulus, interactions_of
from question_bank.rich_text import PLAIN, RICH, Element, plain_words, words_of, write_rich
from question_bank.safe_xml import XmlElement
from question_bank.yaml_nodes import IDENTIFIER
from scoring.mark import awaits_people
from scoring.processing import MalformedProgram, TooManySteps, canonical, prepared
from scoring.processing.program import TEST_EXPRESSIONS, nodes_of
from scoring.processing.values import scalar
from scoring.rule import ONE, JudgedRule, PartRule, ProcessingRule, Rule, SumRule

_INLINE = frozenset({"inline_choice"})
COMPLETION = "completionStatus"


@dataclass(slots=True)
class Draft:
    """An item as read. What stands in `holds` keeps it out of the bank: why, and what to do."""

    item: Item
    changes: set[str]
    holds: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item goes: its bank, its section, and the topic of items that name none."""

    bank: str
    section: str = "general"
    topic: str = ""


def read_item(
    root: XmlElement, media: Media, place: Place, stimulus: Stimulus | None = None
) -> Draft:
    """Read an assessmentItem in the names of QTI 2.

    Raises:
        CannotTake: nothing of it can be taken; the message says why.
    """
    changes: set[str] = set()
    document, printed = _document(root, changes)
    body = read_body(root.first("itemBody"), media, document["responses"], printed)
    for feedback in root.elements("modalFeedback"):
        words = " ".join(plain_words(read_text(feedback, media).nodes).split())
        changes.add("feedback is not shown in an exam; its words stand in the explanation")
        body.asides += [words] if words else []
    item = _assembled(root, body, place, stimulus, response_count=len(document["responses"]))
    rule = _rule(document, item, body, changes)
    draft = Draft(replace(item, rule=rule), changes | body.changes)
    draft.item = in_one_notation(draft.item, body.notation)
    draft.holds = _holds(root, draft.item, body, document)
    return draft


def read_stimulus(root: XmlElement, identifier: str, media: Media, changes: set[str]) -> Stimulus:
    """Read a stimulus that items share: an assessmentStimulus, or a page of HTML.

    Raises:
        CannotTake: something in it cannot be shown, or a file of it is not there.
    """
    body = next((one for one in root.walk() if one.name in ("stimulusBody", "body")), root)
    found = read_text(body, media)
    if found.holds:
        raise CannotTake(*min(found.holds.items()))
    changes |= found.changes
    name = identifier if IDENTIFIER.fullmatch(identifier) else identifier_from(identifier)
    text = write_rich(found.nodes)
    plain = in_plain(text, PLAIN) if found.notation == PLAIN else None
    if plain is not None:
        return Stimulus(name or "stimulus", plain, found.image, audio=found.audio)
    return Stimulus(name or "stimulus", text, found.image, RICH, found.audio)


# --- the program ---


def _document(root: XmlElement, changes: set[str]) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The program of an item after its template processing, and what its templates print."""
    responses, outcomes, templates = responses_of(root), outcomes_of(root), templates_of(root)
    for name, declared in responses.items():
        if declared["type"] == "file" and root.first("itemBody") is not None:
            changes.add(f"response {name[:40]} asks for a file, which no candidate can give")
    preparing = root.first("templateProcessing")
    if preparing is not None:
        together = templates | responses | outcomes
        try:
            declared, is_drawn = prepared(
                together, statements(preparing.elements()), root.attributes.get("identifier", "")
            )
        except (MalformedProgram, TooManySteps) as error:
            raise CannotTake(f"template processing: {error}", "correct it") from error
        templates = {name: declared[name] for name in templates}
        responses = {name: declared[name] for name in responses}
        outcomes = {name: declared[name] for name in outcomes}
        if is_drawn:
            changes.add("its numbers were drawn once; every candidate gets the same")
    process = _process(root, responses, changes)
    if not process and "SCORE" not in outcomes:
        process = keyed(responses)
        if process:
            changes.add("it has no response processing; its keys were taken, one point each")
            outcomes["SCORE"] = {"type": "float", "cardinality": "single"}
    if COMPLETION not in outcomes and any(
        node[1].get("identifier") == COMPLETION for node in nodes_of(process)
    ):
        # Every item has this outcome without declaring it.
        declared_status = {"type": "identifier", "cardinality": "single", "default": ["unknown"]}
        outcomes[COMPLETION] = declared_status
    document = {
        "responses": responses,
        "outcomes": outcomes,
        "templates": templates,
        "process": process,
        "score": _score(outcomes, changes),
    }
    return document, {name: ",".join(one.get("default", ())) for name, one in templates.items()}


def _process(root: XmlElement, responses: Mapping[str, Any], changes: set[str]) -> list[Node]:
    """The statements of response processing; some players also run outcome processing inside."""
    process: list[Node] = []
    element = root.first("responseProcessing")
    if element is not None:
        address = element.attributes.get("template") or element.attributes.get("templateLocation")
        if address and not element.elements():
            process += _template(address, responses, changes)
        process += statements(element.elements())
    inside = root.first("outcomeProcessing")
    if inside is not None:
        nodes = statements(inside.elements())
        if any(node[0] in TEST_EXPRESSIONS for node in nodes_of(nodes)):
            changes.add("outcome processing inside an item looks at a test, and is not run")
        else:
            changes.add("outcome processing inside an item is run after its response processing")
            process.append(["block", {}, nodes])
    return process


def _template(address: str, responses: Mapping[str, Any], changes: set[str]) -> list[Node]:
    name = template_of(address)
    if name not in TEMPLATES:
        message = f"response processing template {address[:100]} is not known"
        raise CannotTake(message, "write its statements into the item")
    if "RESPONSE" in responses:
        return TEMPLATES[name]
    if len(responses) != 1:
        raise CannotTake("the template needs a variable RESPONSE", "declare it")
    (only,) = responses
    changes.add(f"the template was applied to {only[:40]}, the only response")
    named: list[Node] = renamed(TEMPLATES[name], only)
    return named


def _score(outcomes: dict[str, Any], changes: set[str]) -> str:
    """The outcome that is the mark: SCORE; or the only number there is."""
    if "SCORE" in outcomes:
        return "SCORE"
    numbers = [
        name
        for name, declared in outcomes.items()
        if declared["type"] in ("float", "integer")
        and declared["cardinality"] == "single"
        and name not in ("MAXSCORE", "MINSCORE")
    ]
    if len(numbers) == 1:
        changes.add(f"outcome {numbers[0][:40]} is taken as the score: there is no SCORE")
        return numbers[0]
    outcomes["SCORE"] = {"type": "float", "cardinality": "single"}
    return "SCORE"


def _rule(document: dict[str, Any], item: Item, body: Body, changes: set[str]) -> Rule:
    criteria = body.criteria if body.notation else words_of(item.explanation, RICH)
    declared = _declared_most(document)
    if item.kind == "essay" and _is_judged(document, item):
        return JudgedRule(declared or ONE, criteria)
    try:
        program = canonical(document)
        options = {name: one[:100] for name, one in _options(item, document).items()}
        plain = plain_rule(document, interactions_of(item), body.forgiving)
        is_standard = document["process"] in TEMPLATES.values()
        if plain is not None and (is_standard or agrees(plain, program, options)):
            return _for_kind(item, plain)
        fewest, most = bounds(program, options)
    except (MalformedProgram, ValueError, KeyError, TypeError) as error:
        raise CannotTake(f"its scoring cannot be run: {error}", "correct it") from error
    if most == fewest and item.kind == "essay":
        changes.add("its processing earns nothing; people judge it")
        if document["outcomes"].keys() <= {"SCORE", "MAXSCORE"}:
            return JudgedRule(declared or ONE, criteria)
        document["outcomes"][document["score"]]["judged"] = True
        return ProcessingRule(canonical(document), fewest + (declared or ONE), fewest)
    is_unknown = declared is None and most == fewest and document["process"]
    if is_unknown and item.kind != "composite":
        changes.add("the most points could not be found; 1 is taken")
        declared = fewest + ONE
    if not document["process"]:
        declared = None  # nothing earns it
    return ProcessingRule(program, max(most, declared or most), min(fewest, Fraction(0), most))


def _for_kind(item: Item, rule: Rule) -> Rule:
    """The rule as the item's kind has it: of a composite item a sum, even of one part."""
    if item.kind == "composite" and not isinstance(rule, SumRule):
        assert isinstance(rule, PartRule), "a plain rule is a part or a sum"
        (only,) = item.interactions
        return SumRule({only.name: rule})
    return rule


def _is_judged(document: Mapping[str, Any], item: Item) -> bool:
    """Whether people mark the item: it says so, or nothing else does."""
    if any(one.get("judged") for one in document["outcomes"].values()):
        return True
    responses = document["responses"].values()
    has_key = any(one.keys() & {"correct", "mapping"} for one in responses)
    return item.kind == "essay" and not has_key and not document["process"]


def _declared_most(document: Mapping[str, Any]) -> Fraction | None:
    score = document["outcomes"][document["score"]]
    candidates = [score.get("most"), *document["outcomes"].get("MAXSCORE", {}).get("default", ())]
    found = [scalar("float", text) for text in candidates if text]
    numbers = [one for one in found if isinstance(one, Fraction) and one > 0]
    return numbers[0] if numbers else None


def _options(item: Item, document: Mapping[str, Any]) -> dict[str, list[str]]:
    """By response variable, what can be chosen."""
    asked = interactions_of(item)
    named = [one.name for one in asked] if item.kind == "composite" else list(document["responses"])
    found = {}
    for name, one in zip(named, asked, strict=False):
        options = [option.id for option in one.options]
        if one.targets:
            options = [f"{option} {target.id}" for option in options for target in one.targets]
        elif one.kind == "associate":
            options = [f"{a} {b}" for a in options for b in options if a < b]
        found[name] = options
    return found


# --- the item ---


def _assembled(
    root: XmlElement, body: Body, place: Place, stimulus: Stimulus | None, *, response_count: int
) -> Item:
    """The item without its rule: simple where one thing is asked at the end, else composite."""
    identifier = root.attributes.get("identifier", "").strip()
    name = identifier if IDENTIFIER.fullmatch(identifier) else identifier_from(identifier)
    asides = "\n\n".join(dict.fromkeys(one for one in body.asides if one))
    explanation: list[rich_text.Node] = [*body.explanation]
    explanation += [Element("p", (), (asides,))] if asides else []
    plain = Item(
        bank=place.bank,
        id=name or "item",
        version=1,
        section=place.section,
        topic=place.topic or " ".join(root.attributes.get("title", "").split())[:200],
        difficulty="medium",
        kind="composite",
        stem="",
        options=(),
        rule=JudgedRule(),
        image=body.image,
        audio=body.audio,
        stimulus=stimulus,
        explanation=write_rich(explanation),
        notation=RICH,
    )
    is_only = response_count == len(body.interactions) == 1
    if is_only and is_alone(body.nodes) and not body.is_composite:
        ((only, prompt),) = body.interactions
        if only.kind not in _INLINE or body.notation:
            if only.image and body.image:
                body.changes.add("only the picture that is pointed at is shown")
            return replace(
                plain,
                kind=only.kind,
                stem=write_rich(with_prompt(body.nodes, prompt)),
                options=only.options,
                targets=only.targets,
                shuffle=only.shuffle,
                image=only.image or body.image,
                settings=only.settings,
            )
    asked = tuple(replace(one, prompt=write_rich(prompt)) for one, prompt in body.interactions)
    return replace(plain, stem=write_rich(body.nodes), interactions=asked)


def _holds(
    root: XmlElement, item: Item, body: Body, document: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Why the item, whose scoring was read, cannot enter the bank."""
    holds = sorted(body.holds.items())
    if truth(root, "adaptive"):
        holds.append(("it is adaptive: it takes several attempts", "write it for one attempt"))
    if not body.interactions:
        holds.append(("nothing is asked in it: it has no interaction", "add one, or leave it out"))
        return holds
    holds += unscored(document, _options(item, document), is_judged=awaits_people(item.rule))
    if not holds:
        holds += [(fault, "correct the item") for fault in faults(item)]
    return holds
