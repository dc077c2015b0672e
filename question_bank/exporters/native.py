"""Items as our own YAML, which holds every kind."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import yaml

from question_bank.exporters.html import with_folder as _shown
from question_bank.importers.native_asking import DEFAULT_POINTS
from question_bank.importers.pictures import PICTURES
from question_bank.item import Image, Interaction, Item, Option, Settings, Stimulus
from question_bank.rich_text import PLAIN
from scoring.response import Choice, Choices, Match, Order, Pairs
from scoring.rule import (
    JudgedRule,
    KeyRule,
    NumberRule,
    OptionPoints,
    Rule,
    SumRule,
    TextRule,
    rule_to_json,
)

WIDTH = 100

_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Json = dict[str, Any]
Groups = Sequence[Sequence[str]]


class _Dumper(_Base):  # type: ignore[misc]
    """Writes texts of several lines as blocks."""


def _text(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def file_of(items: Sequence[Item], enemies: Groups = ()) -> bytes:
    """The bank file of some items, with those among them that must not meet on a form."""
    stimuli = {one.stimulus.id: one.stimulus for one in items if one.stimulus is not None}
    document: Json = {"bank": items[0].bank if items else "bank"}
    if stimuli:
        document["stimuli"] = [_stimulus(one) for one in stimuli.values()]
    if enemies:
        document["enemies"] = [list(group) for group in enemies]
    document["items"] = [_item(item) for item in items]
    text = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2
    )
    return str(text).encode()


def _item(item: Item) -> Json:
    asked = Interaction(
        name="",
        kind=item.kind,
        options=item.options,
        targets=item.targets,
        shuffle=item.shuffle,
        image=item.image,
        settings=item.settings,
    )
    return _used(
        id=item.id,
        version=item.version if item.version != 1 else None,
        section=item.section,
        topic=item.topic,
        difficulty=item.difficulty,
        notation=None if item.notation == PLAIN else item.notation,
        stem=_shown(item.stem, item.notation),
        stimulus=item.stimulus and item.stimulus.id,
        **_asked(asked, None if item.interactions else item.rule, item.notation),
        **_parts(item),
        explanation=_shown(item.explanation, item.notation),
    )


def _parts(item: Item) -> Json:
    """The interactions of a composite item; its rule where that is no plain sum."""
    if not item.interactions:
        return {}
    rules: Mapping[str, Rule] = item.rule.parts if isinstance(item.rule, SumRule) else {}
    whole = {} if isinstance(item.rule, SumRule) else {"rule": rule_to_json(item.rule)}
    interactions = [
        _used(
            name=one.name,
            prompt=_shown(one.prompt, item.notation),
            **_asked(one, rules.get(one.name), item.notation),
        )
        for one in item.interactions
    ]
    return {"interactions": interactions, **whole}


def _asked(one: Interaction, rule: Rule | None, notation: str) -> Json:
    earned = rule.points if isinstance(rule, OptionPoints) else {}
    return _used(
        kind=one.kind,
        image=_image(one.image),
        options=[_option(option, notation, earned.get(option.id)) for option in one.options],
        targets=[_option(target, notation, None) for target in one.targets],
        shuffle=None if one.shuffle else False,
        settings=_settings(one.settings),
        **({} if rule is None else _rule(rule, one)),
    )


def _option(option: Option, notation: str, points: Fraction | None) -> Json:
    written = _used(
        id=option.id,
        points=None if points is None else str(points),
        text=_shown(option.text, notation),
        image=_image(option.image),
        area=option.area and [option.area.shape, *option.area.coords],
        fixed=option.fixed or None,
    )
    return written | ({} if option.most is None else {"most": option.most})


def _rule(rule: Rule, one: Interaction) -> Json:
    """The rule as key, tolerance and points where these say it, else in full."""
    match rule:
        case OptionPoints() if rule.blank == DEFAULT_POINTS["blank"]:
            return {}
        case NumberRule():
            tolerance = str(rule.tolerance) if rule.tolerance else None
            return _used(key=str(rule.target), tolerance=tolerance, points=_points(rule))
        case JudgedRule() if one.kind == "essay":
            earned = {"right": rule.highest, "blank": rule.blank}
            return _used(criteria=rule.criteria, points=_unusual(earned))
        case TextRule() if _is_plain(rule):
            texts = [text for text, _ in rule.accepted]
            earned = {"right": rule.accepted[0][1], "wrong": rule.wrong, "blank": rule.blank}
            return _used(key=texts, points=_unusual(earned))
        case KeyRule() if _key(rule) is not None:
            return _used(key=_key(rule), points=_points(rule))
        case _:
            return {"rule": rule_to_json(rule)}


def _key(rule: KeyRule) -> Any:
    match rule.key:
        case Choice(option):
            return option
        case Choices(options):
            return sorted(options)
        case Order(options):
            return list(options)
        case Match(pairs):
            targets: dict[str, list[str]] = {}
            for option, target in sorted(pairs):
                targets.setdefault(option, []).append(target)
            return {name: found[0] if len(found) == 1 else found for name, found in targets.items()}
        case Pairs(pairs):
            return [list(pair) for pair in sorted(pairs)]
        case _:
            return None


def _is_plain(rule: TextRule) -> bool:
    is_stripped = all(text == text.strip() != "" for text, _ in rule.accepted)
    is_even = len({points for _, points in rule.accepted}) == 1
    return is_stripped and is_even and not rule.case_sensitive


def _points(rule: KeyRule | NumberRule) -> Json | None:
    return _unusual({"right": rule.right, "wrong": rule.wrong, "blank": rule.blank})


def _unusual(earned: Mapping[str, Fraction]) -> Json | None:
    return {name: str(one) for name, one in earned.items() if one != DEFAULT_POINTS[name]} or None


def _settings(settings: Settings) -> Json:
    bounds = {name: getattr(settings, name) for name in ("lower", "upper", "step")}
    counts = {
        name: getattr(settings, name) or None
        for name in ("least", "most", "length", "width", "height")
    }
    return _used(**counts, **{name: None if b is None else str(b) for name, b in bounds.items()})


def _stimulus(stimulus: Stimulus) -> Json:
    return _used(
        id=stimulus.id,
        notation=None if stimulus.notation == PLAIN else stimulus.notation,
        text=_shown(stimulus.text, stimulus.notation),
        image=_image(stimulus.image),
    )


def _image(image: Image | None) -> Json | None:
    return None if image is None else {"file": f"{PICTURES}/{image.name}", "alt": image.alt}


def _used(**values: Any) -> Json:
    """What says something."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and value not in ("", [], {})
    }
