"""Values of which every answer makes new ones: frozen to whoever reads and checks the program."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)


@dataclass_transform(frozen_default=True)
def value(made: Class) -> Class:
    """A frozen dataclass with slots, whose freezing is mypy's to check and costs nothing to run.

    Python freezes a dataclass by a call for each field of each new object: three times the price of
    making it, and a tenth of all that is done for an answer. So this is for what stands on that
    road; everything else is `dataclass(frozen=True, slots=True)`.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)  # type: ignore[return-value]
