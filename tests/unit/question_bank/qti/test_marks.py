"""The classes by which our own packages come back: what they give, and what they never cost."""

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest

from question_bank.exporters import write
from question_bank.importers import ImportReport, read
from question_bank.importers.qti import marks
from question_bank.item import Audio, Interaction, Item, Option, Stimulus
from question_bank.rich_text import elements_of, read_rich
from question_bank.safe_xml import read_xml
from scoring import mark
from scoring.response import Choice, Text
from scoring.rule import KeyRule, ProcessingRule, SumRule, TextRule
from tests.factories import get_item
from tests.unit.question_bank import every_kind
from tests.unit.question_bank.qti.writing import CHOICE, item, package, png

FORMS = ("qti22", "qti30")


def _pictured() -> Item:
    return next(one for one in every_kind.get_items() if one.kind == "choice" and one.image)


def _written(made: Item, form: str) -> dict[str, bytes]:
    content = write([made], every_kind.PICTURES, form).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _read(path: Path, files: dict[str, bytes]) -> ImportReport:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return read(path)


@pytest.mark.parametrize("form", FORMS)
def test_picture_is_an_ordinary_one_to_other_readers(form: str) -> None:
    made = _pictured()

    files = _written(made, form)

    root = read_xml(files[f"items/{made.id}.xml"])
    shown = [one.attributes for one in root.walk() if one.name == "img"]
    assert 2 == len(shown)
    assert {("peta", f"../media/{every_kind.PNG_NAME}")} == {
        (one["alt"], one["src"]) for one in shown
    }
    assert {"paragraph": 1, "option": 1} == {
        "paragraph": sum(one.first("img") is not None for one in root.walk() if one.name == "p"),
        "option": sum(
            one.first("img") is not None
            for one in root.walk()
            if one.name in ("simpleChoice", "qti-simple-choice")
        ),
    }


@pytest.mark.parametrize("form", FORMS)
def test_without_marks_nothing_is_guessed_and_nothing_lost(tmp_path: Path, form: str) -> None:
    made = _pictured()
    files = _written(made, form)
    name = f"items/{made.id}.xml"
    files[name] = re.sub(rb' class="[^"]*"', b"", files[name])

    (back,) = _read(tmp_path / "ragam.zip", files).storable

    texts = [back.stem, *(option.text for option in back.options)]
    pictures = [one for text in texts for one in elements_of(read_rich(text), "img")]
    assert back.image is None
    assert 2 == len(pictures)


def test_second_marked_picture_stays_in_the_text(tmp_path: Path) -> None:
    marked = f'<p><img src="a.png" alt="{{}}" class="{marks.PICTURE}"/></p>'
    written = item(marked.format("satu") + marked.format("dua") + CHOICE)
    ours = written.replace("<itemBody>", f'<itemBody class="{marks.NOTATIONS["plain"]}">')

    report = package(tmp_path, {"soal.xml": ours, "a.png": png()})

    (found,) = report.storable
    assert found.image is not None
    assert "satu" == found.image.alt
    assert ["dua"] == [one.get("alt") for one in elements_of(read_rich(found.stem), "img")]


def test_mark_in_a_body_that_tells_no_notation_moves_nothing(tmp_path: Path) -> None:
    marked = f'<p><img src="a.png" alt="satu" class="{marks.PICTURE}"/></p>'

    report = package(tmp_path, {"soal.xml": item(marked + CHOICE), "a.png": png()})

    (found,) = report.storable
    assert found.image is None
    assert ["satu"] == [one.get("alt") for one in elements_of(read_rich(found.stem), "img")]


def test_text_marked_as_plain_that_is_not_stays_rich(tmp_path: Path) -> None:
    body = f"<p>H<sub>2</sub>O</p>{CHOICE}"
    ours = item(body).replace("<itemBody>", f'<itemBody class="{marks.NOTATIONS["plain"]}">')

    report = package(tmp_path, {"soal.xml": ours})

    (found,) = report.storable
    assert "rich" == found.notation
    assert "H<sub>2</sub>O" in found.stem


@pytest.mark.parametrize("form", FORMS)
def test_rule_of_texts_is_taken_only_where_it_is_marked(tmp_path: Path, form: str) -> None:
    made = next(one for one in every_kind.get_items() if one.kind == "text")
    files = _written(made, form)
    name = f"items/{made.id}.xml"
    foreign = files | {name: files[name].replace(marks.FORGIVING.encode(), b"lain")}

    (ours,) = _read(tmp_path / "satu.zip", files).storable
    (theirs,) = _read(tmp_path / "dua.zip", foreign).storable

    assert made.rule == ours.rule
    assert isinstance(theirs.rule, ProcessingRule)
    assert mark(ours.rule, Text(" solo ")) > mark(theirs.rule, Text(" solo ")) == 0


@pytest.mark.parametrize(
    ("pattern", "is_taken"),
    [(b"[Ss][aA][lL][aA].*", True), (b"[Ss][aA][lL][aA].+", False), (b"(Sala).*", False)],
)
def test_marked_pattern_of_another_form_stays_a_program(
    tmp_path: Path, pattern: bytes, *, is_taken: bool
) -> None:
    made = next(one for one in every_kind.get_items() if one.kind == "text")
    files = _written(made, "qti22")
    name = f"items/{made.id}.xml"
    files[name] = re.sub(rb'pattern="[^"]*"', b'pattern="' + pattern + b'"', files[name])

    (back,) = _read(tmp_path / "ragam.zip", files).storable

    assert isinstance(back.rule, TextRule) == is_taken


SOUND = b"RIFF\x24\0\0\0WAVEfmt "
SOUND_NAME = f"{hashlib.sha256(SOUND).hexdigest()}.wav"


def _beside() -> list[Item]:
    """Items with a recording, with pictures inside a composite item, with a menu alone."""
    heard = Audio(SOUND_NAME[:64], "wav", "Suara hujan & angin")
    pictured = Interaction(
        "p1",
        "choice",
        "Mana?",
        (Option("a", "kiri"), Option("b", "", every_kind.IMAGE)),
        image=every_kind.IMAGE,
    )
    return [
        get_item("twk", 1, audio=heard),
        get_item("twk", 2, audio=heard, image=every_kind.IMAGE),
        get_item(
            "twk", 3, stimulus=Stimulus("s", "Simak\nbaik-baik", every_kind.IMAGE, audio=heard)
        ),
        get_item("twk", 4, kind="inline_choice"),
        get_item(
            "twk",
            5,
            kind="composite",
            options=(),
            notation="rich",
            stem='Lihat <place name="p1"/>',
            image=every_kind.IMAGE,
            interactions=(pictured,),
            rule=SumRule({"p1": KeyRule(Choice("a"))}),
        ),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_beside_texts_comes_back(tmp_path: Path, form: str) -> None:
    made = _beside()
    kept = every_kind.PICTURES | {SOUND_NAME: SOUND}

    export = write(made, kept, form)
    path = tmp_path / f"{made[0].bank}.zip"
    path.write_bytes(export.content)

    assert () == export.problems
    assert made == list(read(path).storable)
