"""A form as somebody filled it in, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request

from cat_engine import i18n
from cat_engine.http.errors import Problem
from cat_engine.preparation.fault import Fault

FIELD_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, by field, and the mistakes; empty for a form that nobody has sent."""

    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    language: str = "id"

    def value(self, name: str, usual: object = "") -> str:
        """What the field shows."""
        return self.typed.get(name, str(usual))

    def wrong(self, name: str) -> str:
        """What is wrong with this field and what to do, or nothing."""
        return " ".join(sentence for key, sentence in self.summary() if key == name)

    def summary(self) -> list[tuple[str, str]]:
        """Every mistake once: the field, and the sentence."""
        named = [_with_label(fault, self.language) for fault in self.faults]
        return [(fault.key, _placed(fault, self.language)) for fault in named]


def posted(*names: str) -> dict[str, str]:
    """Exactly these fields of the posted form, bounded; a box that is not ticked is empty."""
    if any(name not in {*names, "csrf_token"} for name in request.form):
        raise Problem("unknown_field")
    given = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in names}
    for name, value in given.items():
        if len(value) > FIELD_LIMIT:
            raise Problem("bad_field", field=name if name in _NAMED else "text")
    return given


_NAMED = frozenset({"reason", "file"})


def _with_label(fault: Fault, language: str) -> Fault:
    """The mistake with the field's label where a plan's key would stand."""
    key = f"plan_field.{fault.key}"
    if not i18n.has(key):
        return fault
    return replace(fault, values={**fault.values, "key": i18n.text(key, language)})


def _placed(fault: Fault, language: str) -> str:
    """The sentence, after the line of a file where it has one."""
    sentence = _sentence(fault.says(language), fault.advises(language))
    place = i18n.text("fault_place.line", language, line=fault.line) if fault.line else ""
    return f"{place[:1].upper()}{place[1:]}: {sentence}" if place else sentence


def _sentence(said: str, advised: str) -> str:
    return f"{said[:1].upper()}{said[1:]}. {advised[:1].upper()}{advised[1:]}."
