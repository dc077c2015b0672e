"""What is exported comes back; what a format cannot hold is said."""

import io
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.exporters import FORMATS, write
from question_bank.exporters.export import written
from question_bank.exporters.template import template
from question_bank.exporters.trials import responses_to
from question_bank.importers import read
from question_bank.importers.admission import faults
from question_bank.importers.report import CHANGED, REFUSED, ImportReport
from question_bank.item import KINDS, Image, Item
from question_bank.safe_xml import read_xml
from question_bank.samples import bank_files
from scoring import mark
from scoring.response import Choice, Order
from scoring.rule import KeyRule, OptionPoints
from tests.factories import get_item
from tests.unit.question_bank import every_kind
from tests.unit.question_bank.made_items import items

ENDINGS = {
    "csv": "csv",
    "xlsx": "xlsx",
    "gift": "gift",
    "yaml": "yaml",
    "moodle-xml": "xml",
    "qti22": "zip",
    "qti30": "zip",
}
LOSSLESS = ("csv", "xlsx", "yaml")
# The rest has pictures or shares a stimulus, which GIFT and Moodle XML cannot hold.
SAMPLES_SAME = {
    "csv": 225,
    "xlsx": 225,
    "yaml": 225,
    "gift": 198,
    "moodle-xml": 198,
    "qti22": 225,
    "qti30": 225,
}
# Of one item of every kind and notation.
KINDS_SAME = {
    "csv": 26,
    "xlsx": 26,
    "yaml": 26,
    "gift": 5,
    "moodle-xml": 8,
    "qti22": 25,
    "qti30": 25,
}


def _sets() -> st.SearchStrategy[list[Item]]:
    return st.lists(items(), min_size=1, max_size=4, unique_by=lambda item: item.id)


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=40)
@given(made=_sets())
def test_everything_written_comes_back_or_is_told(
    tmp_path_factory: pytest.TempPathFactory, form: str, made: list[Item]
) -> None:
    export = write(made, {}, form)
    path = tmp_path_factory.mktemp("export") / f"latihan.{ENDINGS[form]}"
    path.write_bytes(export.content)

    told = {problem.place.split()[0]: problem.severity for problem in export.problems}
    back = {item.id: item for item in read(path).items}

    for item in made:
        match told.get(item.id):
            case None:
                assert item == back[item.id]
            case severity:
                assert severity == (CHANGED if item.id in back else REFUSED)
                assert form not in LOSSLESS


@pytest.mark.parametrize("form", FORMATS)
def test_sample_bank_comes_back(tmp_path: Path, form: str) -> None:
    same_count = 0
    for file in bank_files():
        report = read(file)
        export = write(report.items, report.pictures, form)
        path = tmp_path / f"{report.items[0].bank}.{ENDINGS[form]}"
        path.write_bytes(export.content)
        for name, content in export.beside.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)

        back = read(path)

        told = {problem.place.split()[0] for problem in export.problems}
        same = [item for item in report.items if item in back.items]
        assert {item.id for item in report.items} == {item.id for item in same} | told
        same_count += len(same)
        if form in LOSSLESS:
            assert not told
            assert report.pictures == back.pictures
    assert SAMPLES_SAME[form] == same_count


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_template_is_read_without_a_problem(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"contoh.{form}"
    path.write_bytes(template(form))

    report = read(path)

    assert () == report.problems
    assert {"choice", "choices", "number", "text", "order", "match"} == {
        item.kind for item in report.items
    }


def test_what_comes_back_marked_otherwise_is_left_out_and_told() -> None:
    """The check that every exporter ends with is shown to fail."""
    good, bad = get_item("twk", 1), get_item("twk", 2)
    swapped = replace(bad, rule=KeyRule(Choice("b"), right=Fraction(5)))
    by_id = {good.id: good, bad.id: swapped}

    made = written(
        [good, bad],
        lambda item: item.id,
        lambda names: ",".join(names).encode(),
        lambda content: ImportReport(tuple(by_id[name] for name in content.decode().split(","))),
    )

    assert {good.id: good} == made.items
    assert {bad.id: "it would be marked in another way"} == made.reasons
    assert good.id.encode() == made.content


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "order", "rule": KeyRule(Order(tuple("edcba")))}, "only for the whole"),
        ({"rule": KeyRule(Choice("a"), blank=Fraction(1))}, "Moodle gives blank 0"),
        ({"image": Image("0" * 64, "png", "x")}, "GIFT holds no pictures"),
        ({"rule": OptionPoints(dict.fromkeys("abcde", Fraction(1)) | {"a": Fraction(37)})}, "1/37"),
    ],
)
def test_reason_is_told_for_what_gift_cannot_hold(changes: dict[str, Any], reason: str) -> None:
    export = write([get_item("twk", 1, **changes)], {}, "gift")

    (problem,) = export.problems
    assert REFUSED == problem.severity
    assert reason in problem.message


def test_examples_show_every_kind() -> None:
    made = every_kind.get_items()

    assert set(KINDS) == {item.kind for item in made} | {"inline_choice"}
    assert [] == [fault for item in made for fault in faults(item)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_comes_back_or_is_told(tmp_path: Path, form: str) -> None:
    made = every_kind.get_items()

    export = write(made, every_kind.PICTURES, form)
    path = tmp_path / f"ragam.{ENDINGS[form]}"
    path.write_bytes(export.content)
    for name, content in export.beside.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    back = {item.id: item for item in read(path).items}

    told = {problem.place.split()[0]: problem.severity for problem in export.problems}
    same = [item for item in made if back.get(item.id) == item]
    assert {item.id for item in made} == {item.id for item in same} | told.keys()
    assert {name for name, severity in told.items() if severity == CHANGED} == {
        name for name in told if name in back
    }
    assert KINDS_SAME[form] == len(same)


@pytest.mark.parametrize("form", ["qti22", "qti30"])
def test_package_is_whole_and_the_same_each_time(form: str) -> None:
    made = every_kind.get_items()

    first, second = (write(made, every_kind.PICTURES, form).content for _ in range(2))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = set(archive.namelist())
        documents = {name: read_xml(archive.read(name)) for name in names if name.endswith(".xml")}
    manifest = documents["imsmanifest.xml"]
    resources = [one for one in manifest.walk() if one.name == "resource"]
    listed = {file.attributes["href"] for one in resources for file in one.elements("file")}
    identifiers = [one.attributes["identifier"] for one in resources]
    needed = {
        one.attributes["identifierref"] for one in manifest.walk() if one.name == "dependency"
    }
    assert names - {"imsmanifest.xml"} == listed
    assert len(set(identifiers)) == len(identifiers)
    assert needed <= set(identifiers)
    space = "http://www.imsglobal.org/xsd/imsqti" + ("_v2p2" if form == "qti22" else "asi_v3p0")
    assert {space} == {root.namespace for name, root in documents.items() if "/" in name}


@pytest.mark.parametrize("form", ["qti22", "qti30"])
def test_packages_of_qti_give_the_marks_of_the_rules(tmp_path: Path, form: str) -> None:
    """Every item that is written earns what the original earns, whatever is tried."""
    made = every_kind.get_items()
    path = tmp_path / "ragam.zip"
    path.write_bytes(write(made, every_kind.PICTURES, form).content)

    back = {item.id: item for item in read(path).storable}

    tried = 0
    for item in made:
        for response in responses_to(item) if item.id in back else ():
            tried += 1
            assert mark(item.rule, response) == mark(back[item.id].rule, response), item.id
    assert len(made) - 1 == len(back)
    assert tried > 300
