"""GIFT questions as items: marked as Moodle marks them, or refused with advice."""

from fractions import Fraction
from pathlib import Path

import pytest

from question_bank.importers import gift
from question_bank.importers.report import ImportReport
from question_bank.item import Item, Option
from scoring import mark
from scoring.response import Choice, Choices, Match, Nothing, Number, Response, Text
from scoring.rule import JudgedRule, KeyRule


def _read(text: str) -> ImportReport:
    return gift.read(Path("soal.gift"), text)


def _item(text: str) -> Item:
    report = _read(text)
    assert not report.refusals, report.refusals
    (item,) = report.items
    return item


def _changes(text: str) -> list[str]:
    return [problem.message for problem in _read(text).problems]


def test_true_and_false_become_options_in_fixed_order() -> None:
    item = _item("Matahari terbit di timur.{T}")

    assert (Option("a", "Benar"), Option("b", "Salah")) == item.options
    assert KeyRule(Choice("a")) == item.rule
    assert not item.shuffle


def test_one_right_answer_becomes_a_key() -> None:
    item = _item("::Nama::Siapa?{=Ani ~Budi ~Citra}")

    assert ("soal", "nama", "general", "choice", "Siapa?") == (
        item.bank,
        item.id,
        item.section,
        item.kind,
        item.stem,
    )
    assert KeyRule(Choice("a")) == item.rule


@pytest.mark.parametrize(
    ("text", "response", "points"),
    [
        ("Q{=a ~%50%b ~%-25%c}", Choice("b"), "1/2"),
        ("Q{=a ~%50%b ~%-25%c}", Choice("c"), "-1/4"),
        ("Q{=a ~%50%b ~%-25%c}", Nothing(), "0"),
        ("Q{~%50%a ~%50%b ~%-100%c}", Choices(frozenset("ab")), "1"),
        ("Q{~%50%a ~%50%b ~%-100%c}", Choices(frozenset("a")), "1/2"),
        ("Q{~%50%a ~%50%b ~%-100%c}", Choices(frozenset("ac")), "0"),
        ("Q{~%33.33333%a ~%33.33333%b ~%33.33333%c}", Choices(frozenset("abc")), "1"),
        ("Q{~%33.33%a ~%66.67%b ~c}", Choices(frozenset("ab")), "1"),
        ("Q{~%100%a ~b}", Choices(frozenset("a")), "1"),
        ("Q{=Ani =%50%Budi}", Text(" ani "), "1"),
        ("Q{=Ani =%50%Budi}", Text("BUDI"), "1/2"),
        ("Q{=Ani =%50%Budi}", Text("Citra"), "0"),
        ("Q{=ke*an}", Text("kebaikan"), "1"),
        ("Q{#3.14:0.01}", Number(Fraction("3.15")), "1"),
        ("Q{#3.14:0.01}", Number(Fraction("3.1501")), "0"),
        ("Q{#1..5}", Number(Fraction(5)), "1"),
        ("Q{#-5..-1}", Number(Fraction(-6)), "0"),
        ("Q{#=%0%5:0 =%100%9:0 =%0%23:0}", Number(Fraction(9)), "1"),
        ("Q{#=1822:0 =%50%1822:2}", Number(Fraction(1822)), "1"),
        ("Q{#=1822:0 =%50%1822:2}", Number(Fraction(1824)), "1/2"),
        ("Q{#=1822:0 =%50%1822:2}", Number(Fraction("1824.1")), "0"),
        ("Q{#=1822:0 =%50%1822:2}", Nothing(), "0"),
        ("Q{#=%33.33333%1 =2:0.5}", Number(Fraction(1)), "1/3"),
        ("// [tag:points:3]\nQ{#=%50%1 =2:0.5}", Number(Fraction(1)), "3/2"),
        ("Q{Semarang}", Text("semarang"), "1"),
        ("Q{Semarang}", Text("Solo"), "0"),
        ("Q{%50%Semarang#hampir}", Text("Semarang"), "1/2"),
        ("Q{#3:2~#salah}", Number(Fraction(5)), "1"),
        ("Q{#3:2~#salah}", Number(Fraction(6)), "0"),
        ("Q{#\n=3:2\n=%50%9#dekat\n~#salah}", Number(Fraction(9)), "1/2"),
        ("Q{=a->x =b->y =->z}", Match(frozenset({("a", "a"), ("b", "b")})), "1"),
        ("Q{=a->x =b->y =->z}", Match(frozenset({("a", "a"), ("b", "c")})), "1/2"),
        ("Q{=a->x =b->x =c->y}", Match(frozenset({("a", "a"), ("b", "a"), ("c", "b")})), "1"),
    ],
)
def test_response_earns_what_moodle_gives(text: str, response: Response, points: str) -> None:
    assert Fraction(points) == mark(_item(text).rule, response)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Sekadar keterangan.", "a text without answers is no item"),
        ("Q{=a", "not closed"),
        ("{T}", "the item has no text"),
        ("Q{~a ~b}", "no answer earns anything"),
        ("Q{=a}{=b}", "more than one block"),
        ("Q{=a ~a}", "two options look the same"),
        ("Q{=a ~}", "an option is empty"),
        ("Q{=a" + "".join(f" ~{n}" for n in range(26)) + "}", "more than 26 answers"),
        ("Q{#tiga}", "'tiga' is no number"),
        ("Q{#3,14}", "'3,14' is no number"),
        ("Q{#}", "is no number"),
        ("Q{#=%0%1 =%0%2}", "a number without a right answer"),
        ("Q{=bintang\\*}", "'bintang\\\\*' cannot be an answer"),
        ("Q{=%50%a->x =b->y}", "weights on pairs"),
        ("Q{=a->x}", "2 to 26 options"),
        ("Q{~%40%a ~%60%b ~%100%c}", "the right ones add up to 200 %"),
        ("Q{Benar}", "neither true nor false"),
        ("[html]<script>alert(1)</script>Q{T}", "<script> cannot be taken"),
        ("[html]<p onclick\\=x>Q</p>{T}", "event handler onclick"),
        ("Q <img src\\=x.png>{T}", "<img> cannot be taken"),
        ("[html]Q{=<iframe></iframe>a ~b}", "<iframe> cannot be taken"),
        ("Q\x07{T}", "the control character U+0007"),
        ("Q" * 100_001, "longer than 100000 characters"),
        ("// [id:###]\nQ{T}", "the identifier '###' cannot be used"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_place_and_advice(text: str, problem: str) -> None:
    report = _read(f"Baik{{T}}\n\n{text}")

    (refusal,) = report.refusals
    assert problem in refusal.message
    assert f"soal.gift:{4 if text.startswith('//') else 3}" == refusal.place
    assert refusal.advice
    assert ["Baik"] == [item.stem for item in report.items]


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Q{=a#bagus ~b}", "feedback on single answers is not kept"),
        ("Q{#3:2~#salah}", "feedback on single answers is not kept"),
        ("Q{Solo}", "without = and ~, 'Solo' was taken for the text that is right"),
        ('Q{T####<img src\\="a.png"> karena}', "a picture of the explanation is not kept"),
        ("Q{T#bagus}", "feedback on single answers is not kept"),
        ("Q{~%33.33333%a ~%66.66667%b}", "33.33333 % is taken as 1/3"),
        ("Q{~%50%a ~%40%b}", "the right answers add up to 90 %, not to 100 %"),
        ("Q{=%80%a ~b}", "the best answer earns 80 %, not 100 %"),
        ("// [tag:a] [tag:b]\nQ{T}", "the first tag became the topic; not kept: b"),
        ('[html]<a href\\="http\\://x">Q</a>{T}', "<a> was dropped, its text kept"),
        (r'[html]<p style\="color\: red">Q</p>{T}', "colours, sizes and other looks were dropped"),
        ("$CATEGORY: 数学\n\nQ{T}", "category '数学' became section 'general'"),
    ],
)
def test_what_is_changed_is_told(text: str, change: str) -> None:
    assert any(message.startswith(change) for message in _changes(text)), _changes(text)


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Jika a<b dan b>c, maka 3 < 5 & 5 > 3?{T}", "Jika a<b dan b>c, maka 3 < 5 & 5 > 3?"),
        ("[plain]<b>2*3*4</b>{T}", "&lt;b&gt;2*3*4&lt;/b&gt;"),
        ("[plain]2 * 3{T}", "2 * 3"),
        ("[html]<p>x<sup>2</sup></p><p>dua</p>{T}", "<p>x<sup>2</sup></p><p>dua</p>"),
        ("[html]<ul><li>a<li>b</ul>{T}", "<ul><li>a</li><li>b</li></ul>"),
        ("[html]<table><tr><td>1<td>2</table>{T}", "<table><tr><td>1</td><td>2</td></tr></table>"),
        ("[markdown]- satu\n- dua{T}", "<ul><li>satu</li><li>dua</li></ul>"),
        ("[markdown]\\# Judul\\n`x`  \\ny{T}", "<h2>Judul</h2><p><code>x</code><br/>y</p>"),
        ("[html]<b>tebal</b> dan <em>miring</em>{T}", "**tebal** dan *miring*"),
        ("[html]3 &lt; 5 &amp; a < b{T}", "3 < 5 & a < b"),
        ("[markdown]kata _miring_ dan __tebal__ snake_case_x{T}", "kata *miring* dan **tebal**"),
        ("Dua ditambah dua {=empat} .", "Dua ditambah dua _____ ."),
        ("Baris satu\nbaris dua{T}", "Baris satu baris dua"),
    ],
)
def test_meaning_of_the_text_is_kept(text: str, stem: str) -> None:
    assert _item(text).stem.startswith(stem)


def test_essay_is_judged_by_people() -> None:
    item = _item("// [tag:points:4]\nJelaskan.{####Kriteria: tiga pokok}")

    assert ("essay", JudgedRule(Fraction(4)), "Kriteria: tiga pokok") == (
        item.kind,
        item.rule,
        item.explanation,
    )


def test_comparison_that_looks_like_markup_is_refused_in_html() -> None:
    (refusal,) = _read("[html]Jika a<b dan b>c?{T}").refusals

    assert "may be a comparison" in refusal.message


def test_category_becomes_the_section_and_tag_the_topic() -> None:
    item = _item("$CATEGORY: $course$/top/TIU Numerik\n\n// [id:No 7] [tag:deret]\nQ{T}")

    assert ("no-7", "tiu-numerik", "deret") == (item.id, item.section, item.topic)


def test_names_stay_when_other_questions_are_put_before() -> None:
    before = _read("Satu{T}\n\n::Judul::Dua{T}").items
    after = _read("Nol{F}\n\nSatu{T}\n\n::Judul::Dua{T}").items

    assert before == after[1:]


def test_same_title_gets_a_number_and_same_question_is_refused() -> None:
    report = _read("::J::Satu{T}\n\n::J::Dua{T}\n\nTiga{T}\n\nTiga{T}")

    assert ["j", "j-2"] == [item.id for item in report.items][:2]
    assert ["the same question stands on line 5"] == [one.message for one in report.refusals]
    assert 3 == len(report.items)


def test_files_of_another_parser_are_taken_or_refused_for_a_reason(shared_data: Path) -> None:
    folder = shared_data / "moodle-gift-aiken" / "gift-with-expected"

    reports = [gift.read(path, path.read_text(encoding="utf-8")) for path in folder.glob("*.gift")]
    refused = sorted({one.message for report in reports for one in report.refusals})

    assert [
        "a text without answers is no item",
    ] == refused
    assert 38 == sum(len(report.items) for report in reports)
