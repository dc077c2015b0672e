"""Figures that tell what they look like: each is drawn and described from the same values."""

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Protocol

from question_bank.samples.tiu.draft import Picture
from question_bank.samples.tiu.drawing import (
    Elements,
    Point,
    circle,
    line,
    mirrored,
    panel_picture,
    polygon,
    regular,
    tile,
    turned,
)

MIDDLE = (50.0, 50.0)
# Eighths of a turn, clockwise from the top.
DIRECTIONS = (
    "atas", "kanan atas", "kanan", "kanan bawah", "bawah", "kiri bawah", "kiri", "kiri atas",
)  # fmt: skip
CORNERS = ("kanan atas", "kanan bawah", "kiri bawah", "kiri atas")
COUNTS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SIDES = {"segitiga": 3, "persegi": 4, "segi lima": 5, "segi enam": 6}
NAMES = {sides: name for name, sides in SIDES.items()}
# Places around the middle of the panel, as DIRECTIONS: columns and rows from −1 to 1.
RING = ((0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1))


class Figure(Protocol):
    """What stands in one panel."""

    def draw(self) -> Elements:
        """Its SVG elements."""

    def describe(self) -> str:
        """What somebody needs to know who cannot see it."""


def picture(figure: Figure) -> Picture:
    """The figure alone in a frame."""
    return Picture(panel_picture(figure.draw()), f"{figure.describe()}.")


@dataclass(frozen=True, slots=True)
class Nest:
    """A small shape inside a large one."""

    outer: str
    outer_fill: str
    inner: str
    inner_fill: str

    def draw(self) -> Elements:
        x, y = _middle_of(self.outer)
        return [
            *_shape(self.outer, (x, y), 40, self.outer_fill),
            *_shape(self.inner, (x, y), 14, self.inner_fill),
        ]

    def describe(self) -> str:
        return (
            f"{self.outer.capitalize()} besar berwarna {self.outer_fill}; di dalamnya "
            f"{self.inner} kecil berwarna {self.inner_fill}"
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Several equal shapes."""

    shape: str
    count: int
    fill: str

    def draw(self) -> Elements:
        radius = 40 if self.count == 1 else 12
        spots = [(50 + 29 * x, 50 + 29 * y) for x, y in _spread(self.count)]
        return [
            element for spot in spots for element in _shape(self.shape, spot, radius, self.fill)
        ]

    def describe(self) -> str:
        return f"{COUNTS[self.count].capitalize()} {self.shape} berwarna {self.fill}"


@dataclass(frozen=True, slots=True)
class Dotted:
    """A polygon with black and white dots inside."""

    sides: int
    black: int
    white: int = 0

    def draw(self) -> Elements:
        x, y = _middle_of(NAMES[self.sides])
        fills = ["hitam"] * self.black + ["putih"] * self.white
        reach = 12 if self.sides == 3 else 17
        dots = [
            circle((x + reach * right, y + reach * down), 5, fill)
            for (right, down), fill in zip(_spread(len(fills)), fills, strict=True)
        ]
        return [*_shape(NAMES[self.sides], (x, y), 42, "putih"), *dots]

    def describe(self) -> str:
        dots = [
            f"{COUNTS[count]} titik {fill}"
            for count, fill in ((self.black, "hitam"), (self.white, "putih"))
            if count
        ]
        return f"{NAMES[self.sides].capitalize()}; di dalamnya {' dan '.join(dots)}"


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow with short bars across its tail."""

    direction: int
    fill: str
    bars: int

    def draw(self) -> Elements:
        shape = [(50, 8), (78, 42), (59, 42), (59, 92), (41, 92), (41, 42), (22, 42)]
        bars = [line((29, 82 - 13 * bar), (71, 82 - 13 * bar), 5) for bar in range(self.bars)]
        return turned([polygon(shape, self.fill), *bars], self.direction)

    def describe(self) -> str:
        return (
            f"Panah berwarna {self.fill} menunjuk ke {DIRECTIONS[self.direction]}, dengan "
            f"{COUNTS[self.bars]} garis melintang pada ekornya"
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag at the tip of a pole; `tip` and `streams` are directions at right angles."""

    tip: int
    streams: int
    cloth: str
    fill: str

    def draw(self) -> Elements:
        corners: list[Point] = [(50, 10), (88, 28), (50, 46)]
        if self.cloth == "persegi":
            corners = [(50, 10), (86, 10), (86, 46), (50, 46)]
        upright = [line((50, 10), (50, 92), 5), polygon(corners, self.fill)]
        is_left = (self.streams - self.tip) % 8 == 6
        return turned(mirrored(upright) if is_left else upright, self.tip)

    def describe(self) -> str:
        pole = "tegak" if self.tip in (0, 4) else "mendatar"
        return (
            f"Tiang {pole} dengan ujung di {DIRECTIONS[self.tip]}; pada ujung itu bendera "
            f"{self.cloth} berwarna {self.fill} menjulur ke {DIRECTIONS[self.streams]}"
        )


@dataclass(frozen=True, slots=True)
class Dial:
    """A round dial with a long thin and a short thick hand."""

    long: int
    short: int

    def draw(self) -> Elements:
        return [
            circle(MIDDLE, 43, "putih"),
            *turned([line(MIDDLE, (50, 14), 3)], self.long),
            *turned([line(MIDDLE, (50, 29), 8)], self.short),
        ]

    def describe(self) -> str:
        return (
            f"Lingkaran dengan dua jarum dari pusatnya: jarum panjang menunjuk ke "
            f"{DIRECTIONS[self.long]}, jarum pendek menunjuk ke {DIRECTIONS[self.short]}"
        )


@dataclass(frozen=True, slots=True)
class Quartered:
    """A circle or square cut into quarters, some of them filled."""

    shape: str
    filled: tuple[int, ...]
    fill: str

    def draw(self) -> Elements:
        is_round = self.shape == "lingkaran"
        outline = circle(MIDDLE, 43, "putih") if is_round else _square(34, "putih")
        quarters = [turned([self._quarter()], 2 * corner) for corner in self.filled]
        reach = 43 if is_round else 34
        cross = [
            line((50 - reach, 50), (50 + reach, 50)),
            line((50, 50 - reach), (50, 50 + reach)),
        ]
        return [outline, *(element for quarter in quarters for element in quarter), *cross]

    def _quarter(self) -> str:
        if self.shape == "persegi":
            return polygon([(50, 50), (50, 16), (84, 16), (84, 50)], self.fill)
        # Five degrees a step look round.
        arc = [_on_circle(43, 5 * step) for step in range(19)]
        return polygon([MIDDLE, *arc], self.fill)

    def describe(self) -> str:
        places = [CORNERS[corner] for corner in self.filled]
        return (
            f"{self.shape.capitalize()} dibagi empat sama besar; bagian {' dan '.join(places)} "
            f"berwarna {self.fill}, bagian lain putih"
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A triangle in the middle and a dot at the rim of the panel."""

    direction: int
    fill: str
    place: int
    dot_fill: str

    def draw(self) -> Elements:
        column, row = RING[self.place]
        triangle = polygon([(50, 24), (69, 72), (31, 72)], self.fill)
        dot = circle((50 + 37 * column, 50 + 37 * row), 8, self.dot_fill)
        return [*turned([triangle], self.direction), dot]

    def describe(self) -> str:
        return (
            f"Segitiga {self.fill} di tengah menunjuk ke {DIRECTIONS[self.direction]}; titik "
            f"{self.dot_fill} di {_place(self.place)}"
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """Three by three cells; cells are counted from 0, row by row."""

    black: tuple[int, ...]
    grey: tuple[int, ...] = ()

    def draw(self) -> Elements:
        fills = dict.fromkeys(self.grey, "abu-abu") | dict.fromkeys(self.black, "hitam")
        return [_cell(cell, fills.get(cell, "putih")) for cell in range(9)]

    def describe(self) -> str:
        parts = [
            f"petak {name}: {', '.join(map(_row_and_column, sorted(cells)))}"
            for name, cells in (("hitam", self.black), ("abu-abu", self.grey))
            if cells
        ]
        return f"Bidang 3 × 3 petak; {'; '.join(parts)}; petak lain putih"


def ring_cell(place: int) -> int:
    """The cell of a grid at one of the eight places around its middle."""
    column, row = RING[place % 8]
    return 3 * (row + 1) + column + 1


def described(figures: tuple[Figure, ...], opening: str) -> str:
    """The panels of a stem, one after the other; the last is empty."""
    panels = [f"Kotak {index}: {one.describe()}." for index, one in enumerate(figures, start=1)]
    return " ".join([opening, *panels, f"Kotak {len(figures) + 1}: kosong."])


def _shape(name: str, middle: Point, radius: float, fill: str) -> Elements:
    if name == "lingkaran":
        return [circle(middle, radius, fill)]
    # A square looks smaller than the others on a circle of the same size.
    size = 1.14 * radius if name == "persegi" else radius
    return [regular(SIDES[name], middle, size, fill)]


def _square(half: float, fill: str) -> str:
    low, high = 50 - half, 50 + half
    return polygon([(low, low), (high, low), (high, high), (low, high)], fill)


def _middle_of(shape: str) -> Point:
    """A triangle stands lower, so that its box is in the middle of the panel."""
    return (50, 58) if shape == "segitiga" else MIDDLE


def _spread(count: int) -> list[Point]:
    """Places of up to seven equal things, from −1 to 1 in both directions."""
    ends: dict[int, list[Point]] = {
        0: [],
        1: [(0, 0)],
        2: [(-0.7, 0), (0.7, 0)],
        3: [(0, -0.7), (-0.8, 0.6), (0.8, 0.6)],
        4: [(-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)],
        5: [(-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)],
        6: [(x, y) for y in (-0.6, 0.6) for x in (-1.0, 0, 1)],
        7: [(-0.6, -1), (0.6, -1), (-1.1, 0), (0, 0), (1.1, 0), (-0.6, 1), (0.6, 1)],
    }
    return ends[count]


def _on_circle(radius: float, degrees: float) -> Point:
    angle = radians(degrees)
    return 50 + radius * sin(angle), 50 - radius * cos(angle)


def _place(place: int) -> str:
    is_corner = place % 2 == 1
    return f"sudut {DIRECTIONS[place]}" if is_corner else f"tengah sisi {DIRECTIONS[place]}"


def _cell(cell: int, fill: str) -> str:
    x, y = 8 + 28 * (cell % 3), 8 + 28 * (cell // 3)
    return tile((x, y), 28, fill)


def _row_and_column(cell: int) -> str:
    return f"baris {cell // 3 + 1} kolom {cell % 3 + 1}"
