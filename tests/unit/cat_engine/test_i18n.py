"""The catalogue is complete, and everything that is asked of it is there."""

import re
from pathlib import Path

import pytest

from cat_engine import i18n
from cat_engine.http import errors

PACKAGE = Path(i18n.__file__).parent
TEMPLATES = sorted((PACKAGE / "templates").glob("*.html"))
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "frontend" not in path.parts)

IN_TEMPLATE = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""")
STEM_IN_TEMPLATE = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+\.)["']\s*~""")
IN_PYTHON = re.compile(r"""\btext\(\s*["']([a-z0-9_.]+)["']""")
REFUSAL = re.compile(r"""\b(?:Refused|Problem)\(\s*["']([a-z_]+)["']""")
FAULT = re.compile(r"""\b(?:Fault|notes\.add)\(.*?, "([a-z_0-9]+)"[,)]""")
STEM_IN_PYTHON = re.compile(r"""\btext\(\s*f["']([a-z0-9_.]+\.)\{""")


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[tuple[str, str]]:
    return [(path.name, key) for path in paths for key in pattern.findall(path.read_text("utf-8"))]


def test_every_text_that_a_template_uses_exists() -> None:
    used = found(IN_TEMPLATE, TEMPLATES)

    assert len(used) > 100
    assert [use for use in used if not i18n.has(use[1])] == []


def test_every_text_that_the_program_uses_exists() -> None:
    used = found(IN_PYTHON, SOURCES)

    assert used
    assert [use for use in used if not i18n.has(use[1])] == []


def test_every_family_of_texts_that_is_used_has_members() -> None:
    stems = found(STEM_IN_TEMPLATE, TEMPLATES) + found(STEM_IN_PYTHON, SOURCES)
    keys = list(i18n.catalogue())

    assert [stem for stem in stems if not any(key.startswith(stem[1]) for key in keys)] == []


def test_every_text_of_a_server_page_is_used() -> None:
    used = {key for _, key in found(IN_TEMPLATE, TEMPLATES) + found(IN_PYTHON, SOURCES)}
    stems = tuple(
        stem for _, stem in found(STEM_IN_TEMPLATE, TEMPLATES) + found(STEM_IN_PYTHON, SOURCES)
    )
    own = i18n.read_catalogue_file(i18n.LOCALE / "pages.yaml")

    assert [key for key in own if key not in used and not key.startswith(stems)] == []


def test_every_text_of_the_editor_exists_and_is_used() -> None:
    sources = sorted((PACKAGE / "frontend" / "src" / "editor").glob("*.ts*"))
    written = "\n".join(path.read_text("utf-8") for path in sources)
    used = set(re.findall(r"['`](editor(?:\.[a-z_]+)+)['`]", written))
    stems = tuple(set(re.findall(r"`(editor(?:\.[a-z_]+)*\.)\$\{", written)))
    own = i18n.read_catalogue_file(i18n.LOCALE / "editor.yaml")

    assert len(used) > 100
    assert sorted(used - set(own)) == []
    assert [key for key in own if key not in used and not key.startswith(stems)] == []


def test_every_fault_of_an_item_has_a_sentence() -> None:
    sources = [PACKAGE.parent / "question_bank" / f"authored{name}.py" for name in ("", "_faults")]
    codes = {code for _, code in found(FAULT, sources)}

    assert {"needed", "no_number", "earns_the_same", "other"} <= codes
    assert [code for code in sorted(codes) if not i18n.has(f"editor.fault.{code}")] == []


def test_every_error_has_a_sentence_and_every_error_page_a_title() -> None:
    assert [code for code in errors.STATUS_OF_CODE if not i18n.has(f"error.{code}")] == []
    assert [
        status for status in errors.PAGE_STATUSES if not i18n.has(f"error_page.title.{status}")
    ] == []


def test_every_refusal_of_the_engine_has_a_sentence() -> None:
    engine = sorted((PACKAGE.parent / "exam_sessions").glob("*.py"))
    codes = {code for _, code in found(REFUSAL, [*engine, *SOURCES])}

    assert "taken_over" in codes
    assert [code for code in sorted(codes) if not i18n.has(f"error.{code}")] == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_error_sentences_for_sockets_need_no_values(language: str) -> None:
    """Sockets send the sentence of a code as it is."""
    with_values = {"bad_field", "missing_field", "slow_down_login"}
    with_values |= {"bad_share_row", "seal_too_early", "seal_too_late"}  # of pages and API alone
    with_values |= {"weak_password", "unknown_staff_room", "bad_formula"}

    for key in i18n.catalogue():
        if key.startswith("error.") and key.removeprefix("error.") not in with_values:
            assert i18n.text(key, language)


def test_unknown_text_is_an_error() -> None:
    with pytest.raises(i18n.BrokenCatalogue, match=r"no text home\.nothing"):
        i18n.text("home.nothing", "id")


def test_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(i18n.BrokenCatalogue, match="name"):
        i18n.text("site.signed_in_as", "id")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a.b: {id: 'satu'}", "needs exactly"),
        ("a.b: {id: 'satu', en: ''}", "empty"),
        ("a.b: {id: '{x}', en: '{y}'}", "placeholders"),
        ("a.b: {id: 'satu', en: 'one'}\na.b: {id: 'dua', en: 'two'}", "twice"),
        ("- a", "not a table"),
    ],
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "x.yaml").write_text(content, "utf-8")

    with pytest.raises(i18n.BrokenCatalogue, match=complaint):
        i18n.read_catalogue(tmp_path)


def test_two_files_may_not_say_the_same_key(tmp_path: Path) -> None:
    for name in ("x.yaml", "y.yaml"):
        (tmp_path / name).write_text("a.b: {id: 'satu', en: 'one'}", "utf-8")

    with pytest.raises(i18n.BrokenCatalogue, match="another file"):
        i18n.read_catalogue(tmp_path)


def test_instants_are_written_as_people_write_them() -> None:
    at_ms = 1_795_482_300_000

    assert i18n.instant(at_ms, "id") == "24 November 2026 pukul 08.05 WIB"
    assert i18n.instant(at_ms, "en", "WIT") == "24 November 2026, 10:05 WIT"
