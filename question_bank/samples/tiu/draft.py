"""Items before they have an id and a place for the key."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Self

OPTION_COUNT = 5


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG and the text that stands for it."""

    svg: str
    alt: str


Content = str | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One item; `key` is the index of the right option.

    The order of the options carries a meaning only when `has_fixed_order`.
    """

    difficulty: str
    stem: str
    options: tuple[Content, ...]
    explanation: str
    key: int = 0
    picture: Picture | None = None
    has_fixed_order: bool = False

    def __post_init__(self) -> None:
        assert len(set(self.options)) == OPTION_COUNT, self.options
        assert 0 <= self.key < OPTION_COUNT, self.key

    def with_key_at(self, place: int) -> Self:
        """The same item with the key in this place and the other options in their order."""
        others = [option for index, option in enumerate(self.options) if index != self.key]
        options = (*others[:place], self.options[self.key], *others[place:])
        return replace(self, options=options, key=place)


def show_number(value: Fraction | int) -> str:
    """A number as Indonesian texts write it: 12.500, 0,75, −3, 19/12."""
    exact = Fraction(value)
    sign, size = ("−" if exact < 0 else ""), abs(exact)
    places = _decimal_places(size.denominator)
    if places is None:
        return f"{sign}{size.numerator}/{size.denominator}"
    scaled = str(size * 10**places).zfill(places + 1)
    whole, decimals = scaled[: len(scaled) - places], scaled[len(scaled) - places :]
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped}{',' if decimals else ''}{decimals}"


def show_rupiah(value: Fraction | int) -> str:
    """An amount of money: Rp12.500,00."""
    return f"Rp{show_number(value)},00"


def _decimal_places(denominator: int) -> int | None:
    places = 0
    while 10**places % denominator:
        places += 1
        if places > 6:
            return None
    return places
