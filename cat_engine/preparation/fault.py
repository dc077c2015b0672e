"""What is wrong with something that was given, as a value: a sentence and advice in each language.

Pages, command line and API say the same of the same mistake: they hold the code, the place, and
the words that go into the sentence.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cat_engine import i18n


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `line` 0: not of a line; `column` of a table, `key` of a plan or a form."""

    code: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    line: int = 0
    column: str = ""
    key: str = ""

    def says(self, language: str) -> str:
        """What is wrong."""
        return i18n.text(f"fault.{self.code}", language, **self.values)

    def advises(self, language: str) -> str:
        """What to do about it."""
        return i18n.text(f"advice.{self.code}", language, **self.values)

    def place(self, language: str) -> str:
        """Where it stands: line, column, or nothing."""
        if self.line and self.column:
            return i18n.text("fault_place.cell", language, line=self.line, column=self.column)
        if self.line:
            return i18n.text("fault_place.line", language, line=self.line)
        return self.column or self.key


class Faulty(Exception):
    """Something that cannot be taken; every mistake at once, and nothing was stored."""

    code = "faulty"

    def __init__(self, faults: Sequence[Fault], prefix: str = "", limit: int = 100) -> None:
        super().__init__("\n".join(prefix + sentence(fault) for fault in faults[:limit]))
        self.faults = tuple(faults)


def sentence(fault: Fault, language: str = "en") -> str:
    """Place, mistake and advice on one line, as the command line prints them."""
    place = fault.place(language)
    said = f"{fault.says(language)}; {fault.advises(language)}"
    return f"{place}: {said}" if place else said
