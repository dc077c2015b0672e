"""Items as rows of a spreadsheet, and the template that shows how to write them by hand."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from fractions import Fraction

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from question_bank.exporters.export import CannotWrite
from question_bank.exporters.html import with_folder as _shown
from question_bank.importers.pictures import PICTURES
from question_bank.importers.spreadsheet import (
    COLUMN_KINDS,
    DEFAULTS,
    NEEDED_COLUMNS,
    PLAIN_COLUMNS,
    TEXT_SEPARATOR,
)
from question_bank.importers.table_rows import FORMULA_SIGNS, SHEET
from question_bank.item import Image, Item, Option, Settings, dump
from question_bank.rich_text import PLAIN, words_of
from scoring.response import Choice, Choices, Match, Order
from scoring.rule import (
    JudgedRule,
    KeyRule,
    NumberRule,
    OptionPoints,
    Rule,
    TextRule,
    rule_to_json,
)

CELL_LIMIT = 32_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PARTS = ("", "_points", "_image", "_image_alt")
WIDTHS = {"stem": 60, "explanation": 40, "stimulus_text": 40, "key": 14}
INSTRUCTIONS_SHEET = "instructions"

Cells = dict[str, str]


def row_of(item: Item) -> Cells:
    """An item as cells by the names of their columns.

    Raises:
        CannotWrite: a text is longer than a cell.
    """
    cells = _plain(item) if _has_columns(item) else _document(item)
    if any(len(text) > CELL_LIMIT for text in cells.values()):
        raise CannotWrite(f"a text is longer than {CELL_LIMIT} characters, the limit of a cell")
    return {name: text for name, text in cells.items() if text}


def _document(item: Item) -> Cells:
    """An item for which there are no columns: the cells that people read, and all of it as JSON."""
    words = words_of(item.stem, item.notation)
    return {"id": item.id, "section": item.section, "stem": words, "document": dump(item)}


def _has_columns(item: Item) -> bool:
    listed = (*item.options, *item.targets)
    is_lettered = all(_is_lettered(options) for options in (item.options, item.targets))
    is_usual = all((one.area, one.most, one.fixed) == (None, None, False) for one in listed)
    is_plain = not (item.interactions or item.audio) and item.settings == Settings()
    stimulus = item.stimulus
    has_words = stimulus is None or (stimulus.audio is None and stimulus.notation == item.notation)
    return item.kind in COLUMN_KINDS and is_lettered and is_usual and is_plain and has_words


def _is_lettered(options: Sequence[Option]) -> bool:
    ids = [option.id for option in options]
    return all(name in LETTERS and len(name) == 1 for name in ids) and ids == sorted(ids)


def _plain(item: Item) -> Cells:
    cells = {
        "id": item.id,
        "version": str(item.version),
        "section": item.section,
        "topic": item.topic,
        "difficulty": item.difficulty,
        "kind": item.kind,
        "notation": "" if item.notation == PLAIN else item.notation,
        "stem": _shown(item.stem, item.notation),
        "shuffle": "" if item.shuffle else "false",
        "explanation": _shown(item.explanation, item.notation),
        **_image("image", item.image),
        **_rule(item.rule),
    }
    for what, listed in (("option", item.options), ("target", item.targets)):
        for option in listed:
            cells[f"{what}_{option.id}"] = _shown(option.text, item.notation)
            cells |= _image(f"{what}_{option.id}_image", option.image)
    if item.stimulus is not None:
        told = _shown(item.stimulus.text, item.stimulus.notation)
        cells |= {"stimulus": item.stimulus.id, "stimulus_text": told}
        cells |= _image("stimulus_image", item.stimulus.image)
    return cells


def csv_of(rows: Sequence[Cells], *, more: Iterable[str] = ()) -> bytes:
    """The rows as CSV in UTF-8 with its signature, which Excel needs to know it by."""
    columns = _columns(rows, more)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_quoted(row.get(name, "")) for name in columns] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def xlsx_of(
    rows: Sequence[Cells], instructions: Sequence[str] = (), *, more: Iterable[str] = ()
) -> bytes:
    """The rows as a workbook, every cell a text, with a sheet that tells how to fill it in."""
    columns = _columns(rows, more)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 18)
    sheet.append([_cell(sheet, name, is_bold=True) for name in columns])
    for row in rows:
        sheet.append([_cell(sheet, row.get(name, "")) for name in columns])
    if instructions:
        told = book.create_sheet(INSTRUCTIONS_SHEET)
        told.column_dimensions["A"].width = 110
        for line in instructions:
            told.append([_cell(told, line)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _columns(rows: Iterable[Cells], more: Iterable[str]) -> list[str]:
    """The columns that some row fills, and those that are needed, in their usual order."""
    used = {name for row in rows for name in row} | {*NEEDED_COLUMNS, "key", *more}
    lettered = [
        f"{what}_{letter}{part}"
        for what in ("option", "target")
        for letter in LETTERS
        for part in PARTS
    ]
    before = PLAIN_COLUMNS.index("key")
    order = [*PLAIN_COLUMNS[:before], *lettered, *PLAIN_COLUMNS[before:]]
    return [name for name in order if name in used]


def _image(column: str, image: Image | None) -> Cells:
    if image is None:
        return {}
    return {column: f"{PICTURES}/{image.name}", f"{column}_alt": image.alt}


def _rule(rule: Rule) -> Cells:
    match rule:
        case OptionPoints():
            points = {f"option_{name}_points": str(value) for name, value in rule.points.items()}
            return points | _earned(blank=rule.blank)
        case JudgedRule():
            judged = {"right": _unless(rule.highest, DEFAULTS["right"])}
            return judged | {"criteria": rule.criteria} | _earned(blank=rule.blank)
        case NumberRule():
            number = {"key": str(rule.target), "tolerance": _unless(rule.tolerance, "0")}
            return number | _earned(right=rule.right, wrong=rule.wrong, blank=rule.blank)
        case TextRule() if _is_plain_text(rule):
            key = f" {TEXT_SEPARATOR} ".join(text for text, _ in rule.accepted)
            right = rule.accepted[0][1]
            return {"key": key} | _earned(right=right, wrong=rule.wrong, blank=rule.blank)
        case KeyRule() if _key(rule):
            earned = _earned(right=rule.right, wrong=rule.wrong, blank=rule.blank)
            return {"key": _key(rule)} | earned
        case _:
            return {"rule": json.dumps(rule_to_json(rule), ensure_ascii=False, sort_keys=True)}


def _key(rule: KeyRule) -> str:
    match rule.key:
        case Choice(option):
            return option
        case Choices(options):
            return " ".join(sorted(options))
        case Order(options):
            return " ".join(options)
        case Match(pairs):
            return ", ".join(f"{one}={two}" for one, two in sorted(pairs))
        case _:
            return ""


def _is_plain_text(rule: TextRule) -> bool:
    texts = [text for text, _ in rule.accepted]
    is_plain = all(TEXT_SEPARATOR not in text and text == text.strip() != "" for text in texts)
    is_even = len({points for _, points in rule.accepted}) == 1
    return is_plain and is_even and not rule.case_sensitive


def _earned(**points: Fraction) -> Cells:
    return {name: _unless(value, DEFAULTS[name]) for name, value in points.items()}


def _unless(value: Fraction, default: str) -> str:
    return "" if str(value) == default else str(value)


def _quoted(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _cell(sheet: object, text: str, *, is_bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=None)
    cell.number_format = "@"  # text, whatever is typed over it
    if text:
        cell.value = _quoted(text)
        cell.data_type = "s"
    if is_bold:
        cell.font = Font(bold=True)
    return cell
