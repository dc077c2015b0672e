"""XML of strangers: nothing reaches out, nothing grows."""

from pathlib import Path

import pytest

from question_bank.safe_xml import DEPTH_LIMIT, BadXml, read_xml

BOMB = """<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><b>&b;</b>"""
OUTSIDE = '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><b>&a;</b>'
SET = Path(__file__).parents[4] / "shared" / "data" / "bad-input" / "xml-defusedxml"


def test_document_is_read_with_text_and_lines() -> None:
    root = read_xml("<a xmlns='urn:x' y='1'>one<b>two</b>\nthree<c/></a>")

    assert ("urn:x", "a", {"y": "1"}) == (root.namespace, root.name, root.attributes)
    assert "onetwo\nthree" == root.text()
    assert ["a", "b", "c"] == [one.name for one in root.walk()]
    assert 2 == root.elements("c")[0].line


def test_documents_in_other_encodings_are_read_where_they_say_so() -> None:
    for name in ("utf8", "windows-1252", "iso-8859-1"):
        raw = f"<?xml version='1.0' encoding='{name}'?><a>é</a>".encode(name)

        assert "é" == read_xml(raw).text()


def test_document_type_of_qti_1_2_is_passed_over() -> None:
    named = "<!DOCTYPE questestinterop SYSTEM 'a.dtd' [<!ATTLIST questestinterop b CDATA 'c'>]>"

    assert {} == read_xml(named + "<questestinterop/>").attributes


def test_bare_document_type_of_an_item_is_passed_over() -> None:
    assert "assessmentItem" == read_xml("<!DOCTYPE assessmentItem>\n<assessmentItem/>").name


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        ("<!DOCTYPE html><a/>", "document type"),
        ("<!DOCTYPE assessmentItem SYSTEM 'a.dtd'><assessmentItem/>", "document type"),
        ("<!DOCTYPE assessmentItem []><assessmentItem/>", "document type"),
        (BOMB.replace("DOCTYPE b", "DOCTYPE assessmentItem"), "document type"),
        (BOMB.replace("DOCTYPE b", "DOCTYPE questestinterop"), "entity"),
        (OUTSIDE.replace("DOCTYPE b", "DOCTYPE questestinterop"), "entity"),
        ("<a>&b;</a>", "well-formed"),
        ("<a><b></a>", "well-formed"),
        ("", "well-formed"),
        ("<a>" * (DEPTH_LIMIT + 1) + "</a>" * (DEPTH_LIMIT + 1), "deeper"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding = 'poly'?><a/>", "encoding"),
        (b"<?xml version='" + b"1" * 300 + b"' encoding='poly'?><a/>", "encoding"),
        ("<a " + " ".join(f"b{n}='1'" for n in range(100)) + "/>", "attributes"),
        ("<a>" + "<b/>" * 300_001 + "</a>", "elements"),
    ],
)
def test_what_could_reach_out_or_grow_is_refused(content: str | bytes, why: str) -> None:
    with pytest.raises(BadXml, match=why):
        read_xml(content)


def test_larger_documents_than_any_item_are_refused() -> None:
    with pytest.raises(BadXml, match="larger"):
        read_xml(b"<a>" + b" " * 17 * 1024 * 1024 + b"</a>")


@pytest.mark.skipif(not SET.is_dir(), reason="the files lie beside the project")
@pytest.mark.parametrize("name", ["dtd.xml", "external.xml", "xmlbomb.xml"])
def test_documents_of_defusedxml_are_refused(name: str) -> None:
    with pytest.raises(BadXml):
        read_xml((SET / name).read_bytes())
