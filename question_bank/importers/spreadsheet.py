"""Spreadsheets, CSV and XLSX: one item a row; docs/bank-format.md describes the columns."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from question_bank.importers.admission import faults
from question_bank.importers.naming import bank_of
from question_bank.importers.pictures import PICTURES, BadPicture, Find, beside, named_media
from question_bank.importers.report import REFUSED, ImportReport, Problem, pictures_of, refused
from question_bank.importers.table_rows import BadCell, BadTable, Cell, Row, csv_rows, xlsx_rows
from question_bank.item import DIFFICULTIES, Image, Item, Option, Stimulus, load, media_of
from question_bank.rich_text import NOTATIONS, PLAIN, RICH
from question_bank.yaml_nodes import DIGIT_LIMIT, IDENTIFIER
from scoring.response import Choice, Choices, MalformedResponse, Match, Order, parse_number
from scoring.rule import (
    JudgedRule,
    KeyRule,
    MalformedRule,
    NumberRule,
    OptionPoints,
    Rule,
    TextRule,
    rule_from_json,
)

PLAIN_COLUMNS = (
    "id", "version", "section", "topic", "difficulty", "kind", "stem", "image", "image_alt",
    "stimulus", "stimulus_text", "stimulus_image", "stimulus_image_alt", "shuffle", "key",
    "tolerance", "right", "wrong", "blank", "explanation", "notation", "rule",
    "criteria", "document", "enemies",
)  # fmt: skip
COLUMN_KINDS = ("choice", "choices", "number", "text", "order", "match", "essay", "slider")
"""Kinds that the columns can say; the others stand in `document` as JSON."""
NEEDED_COLUMNS = ("id", "section", "stem")
LETTERED = re.compile(r"(option|target)_([a-z])(?:_(points|image|image_alt))?")
TEXT_SEPARATOR = "|"
DEFAULTS = {"right": "5", "wrong": "0", "blank": "0"}
TRUTH = {"": True, "true": True, "yes": True, "ya": True, "false": False, "no": False,
         "tidak": False}  # fmt: skip

_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")

Note = tuple[str, str, str]


def read_csv(path: Path, text: str, *, find: Find | None = None) -> ImportReport:
    """Read a CSV file; a row that cannot be taken is refused, the others are taken.

    Args:
        path: its name is the bank's.
        text: what it holds.
        find: gives the pictures that rows name; from the file's folder unless given.
    """
    return _read(_File(path, find or beside(path.parent)), csv_rows(text))


def read_xlsx(path: Path, raw: bytes, *, find: Find | None = None) -> ImportReport:
    """Read a workbook's sheet of items; the arguments are those of `read_csv`."""
    return _read(_File(path, find or beside(path.parent)), xlsx_rows(raw))


def _read(file: "_File", rows: Iterator[Row]) -> ImportReport:
    try:
        _, header = next(rows, (1, ()))
        return _read_rows(file, _columns(header), rows)
    except BadTable as error:
        name = file.path.name
        place = f"{name}, row {error.row}" if error.row else name
        return refused(place, str(error), error.advice)


def _columns(header: Iterable[Cell]) -> list[str]:
    """The names of the columns, in order; one without a name is passed over."""
    names = [cell.strip().lower() if isinstance(cell, str) else "?" for cell in header]
    for name in names:
        if name and name not in PLAIN_COLUMNS and not LETTERED.fullmatch(name):
            raise BadTable(1, f"unknown column {name[:40]!r}", f"known: {', '.join(PLAIN_COLUMNS)}")
        if name and names.count(name) > 1:
            raise BadTable(1, f"the column {name!r} stands twice", "rename or delete one")
    missing = [name for name in NEEDED_COLUMNS if name not in names]
    if missing:
        advice = "the first row names the columns; see `cat-engine bank template FILE`"
        raise BadTable(1, f"no column {missing[0]!r}", advice)
    return names


@dataclass(slots=True)
class _File:
    """What was read of a file so far."""

    path: Path
    find: Find
    rows: dict[str, int] = field(default_factory=dict)
    stimuli: dict[str, Stimulus] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    enemies: list[tuple[str, ...]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _read_rows(file: _File, columns: list[str], rows: Iterator[Row]) -> ImportReport:
    name = file.path.name
    for number, cells in rows:
        if not any(cells):
            continue
        row = _RowReader(file, dict(zip(columns, cells, strict=False)))
        if any(cells[len(columns) :]):
            row.note("", "a cell stands beside the last column", "give its column a name")
        item = row.read()
        apart = row.enemies()
        if item is not None and not row.notes:
            row.notes += [("", fault, "correct the row") for fault in faults(item)]
        if item is not None and not row.notes:
            file.rows[item.id] = number
            file.items.append(item)
            file.enemies += [(item.id, other) for other in apart]
        for column, message, advice in row.notes:
            place = f"{name}, row {number}" + (f", column {column}" if column else "")
            file.problems.append(Problem(place, REFUSED, message, advice))
    if not file.items and not file.problems:
        return refused(name, "holds no item", "write one a row below the names of the columns")
    pictures = pictures_of(file.items, file.pictures)
    return ImportReport(
        tuple(file.items), pictures, tuple(file.problems), enemies=tuple(file.enemies)
    )


class _RowReader:
    """Makes an item of one row, and collects what is wrong with it."""

    def __init__(self, file: _File, cells: Mapping[str, Cell]) -> None:
        self._file = file
        self._cells = {name: cell for name, cell in cells.items() if name and cell != ""}
        self._notation = PLAIN
        self.notes: list[Note] = []

    def note(self, column: str, message: str, advice: str) -> None:
        """Keep a problem."""
        self.notes.append((column, message, advice))

    def read(self) -> Item | None:
        """The item; None, or with notes, when something is wrong."""
        item_id = self._identifier("id")
        if item_id in self._file.rows:
            place = f"the item stands on row {self._file.rows[item_id]} already"
            self.note("id", place, "rename or delete one")
        if "document" in self._cells:
            return self._document(item_id)
        kind = self._word("kind", COLUMN_KINDS, "choice")
        self._notation = self._word("notation", NOTATIONS, PLAIN)
        options, points = self._listed("option")
        targets, _ = self._listed("target")
        rule = self._rule(kind, points)
        if rule is None:
            return None
        return Item(
            bank=bank_of(self._file.path, "spreadsheet"),
            id=item_id,
            version=self._version(),
            section=self._identifier("section"),
            topic=self._text("topic"),
            difficulty=self._word("difficulty", DIFFICULTIES, "medium"),
            kind=kind,
            stem=self._shown("stem"),
            options=options,
            rule=rule,
            shuffle=self._flag("shuffle"),
            image=self._picture("image"),
            stimulus=self._stimulus(),
            targets=targets,
            explanation=self._shown("explanation"),
            notation=self._notation,
        )

    def enemies(self) -> list[str]:
        """Items that must not stand on a form with this one."""
        found = self._text("enemies").replace(",", " ").split()
        for name in found:
            if not IDENTIFIER.fullmatch(name):
                self.note("enemies", f"{name[:40]!r} is no identifier", "name items, with spaces")
        return found

    def _document(self, item_id: str) -> Item | None:
        """The item of a cell that an export wrote, under the name that the row gives it."""
        try:
            item = load(self._text("document"))
            item = replace(item, id=item_id, bank=bank_of(self._file.path, "spreadsheet"))
            names = media_of(item)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.note("document", "is no item", "leave it as an export wrote it, or empty")
            return None
        for name in names:
            self._medium("document", f"{PICTURES}/{name}")
        return item

    def _text(self, column: str) -> str:
        cell = self._cells.get(column, "")
        if isinstance(cell, BadCell):
            self.note(column, cell.message, cell.advice)
            return ""
        return cell.replace("\r\n", "\n").replace("\r", "\n").strip()

    def _identifier(self, column: str) -> str:
        name = self._text(column)
        if not IDENTIFIER.fullmatch(name):
            self.note(column, f"{name[:40]!r} is no identifier", "use A-Z a-z 0-9 . _ - alone")
        return name

    def _word(self, column: str, known: tuple[str, ...], default: str) -> str:
        word = self._text(column).lower() or default
        if word not in known:
            self.note(column, f"{word[:40]!r} is not known", f"one of {', '.join(known)}")
        return word

    def _flag(self, column: str) -> bool:
        word = self._text(column).lower()
        if word not in TRUTH:
            self.note(column, f"{word[:40]!r} is neither true nor false", "write one of the two")
        return TRUTH.get(word, True)

    def _version(self) -> int:
        text = self._text("version") or "1"
        if not (text.isascii() and text.isdigit() and len(text) <= DIGIT_LIMIT and int(text)):
            self.note("version", f"{text[:40]!r} is no version", "a whole number from 1")
            return 1
        return int(text)

    def _number(self, column: str, default: str = "") -> Fraction:
        text = self._text(column) or default
        if _DECIMAL_COMMA.fullmatch(text):
            text = text.replace(",", ".")
        try:
            return parse_number(text)
        except MalformedResponse:
            self.note(column, f"{text[:40]!r} is no number", "write 5, 2.5 or 1/3")
            return Fraction(0)

    def _listed(self, what: str) -> tuple[tuple[Option, ...], dict[str, Fraction]]:
        """Options or targets by their letters, and the points of options that have some."""
        found = [LETTERED.fullmatch(name) for name in self._cells]
        letters = sorted({one[2] for one in found if one and one[1] == what})
        options, points = [], {}
        for letter in letters:
            column = f"{what}_{letter}"
            options.append(Option(letter, self._shown(column), self._picture(f"{column}_image")))
            if f"{column}_points" in self._cells:
                points[letter] = self._number(f"{column}_points")
        return tuple(options), points

    def _picture(self, column: str) -> Image | None:
        name, alt = self._text(column), self._text(f"{column}_alt")
        if not name and alt:
            self.note(column, "a text for a picture, but no picture", "name the file")
        if not name:
            return None
        digest, _, extension = self._medium(column, name).partition(".")
        return Image(digest, extension, alt) if digest else None

    def _medium(self, column: str, name: str) -> str:
        """The name under which a picture is kept; empty where it cannot be taken."""
        try:
            digest, extension, content = self._file.find(name)
        except BadPicture as error:
            self.note(column, str(error), "save it as a plain SVG, PNG or JPEG beside the file")
            return ""
        self._file.pictures[f"{digest}.{extension}"] = content
        return f"{digest}.{extension}"

    def _shown(self, column: str) -> str:
        """A text; the pictures that a rich one shows are found."""
        text = self._text(column)
        if self._notation != RICH:
            return text
        return named_media(text, lambda name: self._medium(column, name))

    def _stimulus(self) -> Stimulus | None:
        """The stimulus that the row names; the first row that names it says what it is."""
        if "stimulus" not in self._cells:
            return None
        name = self._identifier("stimulus")
        known = self._file.stimuli.get(name)
        image = self._picture("stimulus_image")
        told = Stimulus(name, self._shown("stimulus_text"), image, self._notation)
        is_told = told.text != "" or told.image is not None
        if known and is_told and told != known:
            self.note("stimulus", f"{name!r} was another text before", "give it another name")
        if known:
            return known
        if not is_told:
            self.note("stimulus", f"{name!r} has no text yet", "fill stimulus_text in once")
        self._file.stimuli[name] = told
        return told

    def _rule(self, kind: str, points: Mapping[str, Fraction]) -> Rule | None:
        if "rule" in self._cells:
            return self._written_rule()
        if points:
            if "key" in self._cells or kind != "choice":
                self.note("key", "points and key do not fit together", "give one of the two")
            return OptionPoints(dict(points), self._number("blank", DEFAULTS["blank"]))
        if kind == "essay":
            earned = self._number("right", DEFAULTS["right"])
            return JudgedRule(earned, self._text("criteria"), self._number("blank", "0"))
        if not self._text("key"):
            self.note("key", "there is neither a key nor points of options", "fill it in")
            return None
        return self._keyed(kind)

    def _written_rule(self) -> Rule | None:
        try:
            return rule_from_json(json.loads(self._text("rule")))
        except (MalformedRule, ValueError, RecursionError):
            self.note("rule", "is no rule", "leave it empty, and fill in key or points")
            return None

    def _keyed(self, kind: str) -> Rule | None:
        key = self._text("key")
        earned = {name: self._number(name, default) for name, default in DEFAULTS.items()}
        if "tolerance" in self._cells and kind not in ("number", "slider"):
            self.note("tolerance", "only a number has a tolerance", "delete it")
        names = key.lower().replace(",", " ").replace(";", " ").split()
        match kind:
            case "number" | "slider":
                return NumberRule(self._number("key"), self._number("tolerance", "0"), **earned)
            case "text":
                accepted = [part.strip() for part in key.split(TEXT_SEPARATOR)]
                listed = tuple((text, earned["right"]) for text in accepted if text)
                return TextRule(listed, wrong=earned["wrong"], blank=earned["blank"])
            case "match":
                return self._matched(names, earned)
            case "choices":
                return KeyRule(Choices(frozenset(names)), **earned)
            case "order":
                return KeyRule(Order(tuple(names)), **earned)
            case _:
                if len(names) != 1:
                    self.note("key", "a choice has one key", "write `choices` as its kind")
                    return None
                return KeyRule(Choice(names[0]), **earned)

    def _matched(self, names: list[str], earned: Mapping[str, Fraction]) -> Rule | None:
        pairs = [tuple(name.split("=")) for name in names]
        if any(len(pair) != 2 for pair in pairs):
            self.note("key", "is no list of pairs", "write a=b, b=a: option = target")
            return None
        return KeyRule(Match(frozenset((pair[0], pair[1]) for pair in pairs)), **earned)
