r"""LaTeX becomes MathML that says the same, or is named with the reason and shown as it stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.importers.latex import DEPTH_LIMIT, LENGTH_LIMIT, BadLatex, source_of, translate
from question_bank.rich_text import (
    TEX,
    Element,
    elements_of,
    read_rich,
    words_of_math,
    write_rich,
)

WORDS = {
    r"\frac{1}{2}": "1/2",
    r"\frac{a+b}{2}": "(a+b)/2",
    r"x^2+y_{10}": "x^2+y_10",
    r"\sqrt{x+1}": "√(x+1)",
    r"\sqrt[3]{8}": "3√8",
    r"\sin x": "sin x",
    r"90^\circ": "90∘",
    r"\overline{AB}": "AB¯",
    r"\vec a\cdot\vec b": "a→·b→",
    r"3{,}14 \times 2": "3,14×2",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}": "([1, 2; 3, 4])",
    r"\mathbb{R}": "ℝ",
    r"\text{jika } x \le 3": "jika x≤3",
    "x<y": "x<y",
}
REFUSED = {
    r"\foo{x}": r"\foo is not known",
    r"\frac{1": "braces",
    r"\frac{1}": "not whole|missing",
    "}": "braces",
    r"\def\a{\a\a}\a": r"\def is not taken",
    r"\newcommand{\x}{y}\x": "not taken",
    r"\href{javascript:alert(1)}{y}": r"\href is not taken",
    r"\style{position:fixed}{y}": r"\style is not taken",
    r"\input{/etc/passwd}": "not known",
    r"\ce{H2O}": "not known",
    r"\color{red}{x}": "colours",
    "50 % x": "comment",
    r"a\\b": "ends a line",
    "a&b": "& stands alone",
    r"\left(x": "not whole",
    "x^2^3": "not whole",
    r"\begin{tikzpicture}x\end{tikzpicture}": "tikzpicture is not known",
    "": "characters",
    "x" * (LENGTH_LIMIT + 1): "characters",
    "{" * (DEPTH_LIMIT + 1) + "}" * (DEPTH_LIMIT + 1): "too deep",
    r"\sqrt " * 200 + "x": "too deep",
}


@pytest.mark.parametrize("latex", WORDS)
def test_a_formula_is_translated_and_keeps_its_latex(latex: str) -> None:
    math = translate(latex)

    assert (math,) == read_rich(write_rich([math]))
    assert WORDS[latex] == words_of_math(math.children)
    assert latex == source_of(math)


@pytest.mark.parametrize("latex", REFUSED)
def test_what_cannot_be_shown_whole_is_refused_with_the_reason(latex: str) -> None:
    with pytest.raises(BadLatex, match=re.escape(REFUSED[latex]).replace(r"\|", "|")):
        translate(latex)


def test_a_formula_of_its_own_line_has_its_limits_below() -> None:
    block = translate(r"\lim_{x \to 0} x", is_block=True)

    assert "block" == block.get("display")
    assert ["munder"] == [one.tag for one in elements_of([block], "munder", "msub")]


def test_lines_of_aligned_formulas_get_no_numbers() -> None:
    math = translate(r"\begin{align}a&=b\\c&=d\end{align}")

    assert "(1)" not in words_of_math(math.children)


def test_letters_in_other_styles_are_letters_that_every_browser_draws() -> None:
    assert ["ℒ", "𝔸", "𝔹", "ℭ"] == [
        str(one.children[0])
        for one in elements_of([translate(r"\mathcal{L}\mathbb{AB}\mathfrak{C}")], "mi")
    ]


def test_a_source_that_shows_something_else_is_no_source() -> None:
    math = translate("x+1")
    (semantics,) = elements_of([math], "semantics")
    other = Element("annotation", (("encoding", TEX),), ("x+2",))
    forged = Element("math", (), (Element("semantics", (), (semantics.children[0], other)),))

    assert "x+1" == source_of(math)
    assert source_of(forged) is None


@given(st.text(alphabet="\\{}^_&%$ abfracsqrtleginmx12()[]", max_size=60))
def test_any_text_becomes_rich_text_or_is_refused(latex: str) -> None:
    try:
        math = translate(latex)
    except BadLatex:
        return

    assert (math,) == read_rich(write_rich([math]))
    assert latex.strip() == source_of(math)
