"""Rich text: a small part of HTML and nothing beside it."""

import pytest

from question_bank.rich_text import (
    BadRichText,
    Element,
    plain_words,
    read_plain,
    read_rich,
    words_of,
    write_rich,
)

PICTURE = "ab" * 32 + ".png"
WHOLE = (
    '<p lang="id">H<sub>2</sub>O &lt; 3 &amp; <strong>tebal</strong></p>'
    '<ul><li>satu</li><li>dua</li></ul><table><tr><th scope="col">A</th><td colspan="2">1</td></tr>'
    '</table><math display="block"><mfrac><mn>1</mn><mi mathvariant="normal">x</mi></mfrac></math>'
    f'<img alt="Segitiga" src="{PICTURE}"/><audio label="Dialog" src="{PICTURE}"/>'
    '<p>Ibu kota <gap name="G1"/> dan <hot name="H1">kata</hot><place name="R1"/></p>'
)


def test_rich_text_is_written_as_it_was_read() -> None:
    assert WHOLE == write_rich(read_rich(WHOLE))


@pytest.mark.parametrize(
    "text",
    [
        "<p>open",
        "<script>alert(1)</script>",
        "<p onclick='x'>a</p>",
        "<p style='position:fixed'>a</p>",
        "<p class='big'>a</p>",
        "<a href='https://example.org'>a</a>",
        "<iframe/>",
        "<img alt='x' src='https://example.org/a.png'/>",
        "<img alt='x' src='../a.png'/>",
        "<img alt='x'/>",
        "<math href='javascript:x'><mi>x</mi></math>",
        "<math><maction>x</maction></math>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<annotation-xml encoding='text/html'>x</annotation-xml>",
        "<p xmlns='urn:x'>a</p>",
        "<br>a</br>",
        "</rich><script/><rich>",
        "&nbsp;",
        "<!DOCTYPE p [<!ENTITY a 'b'>]><p/>",
        "<place/>",
        "<" + "p" * 200 + "/>",
        "<p>" * 150 + "</p>" * 150,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(BadRichText):
        read_rich(text)


def test_words_are_what_a_list_shows() -> None:
    words = plain_words(read_rich(WHOLE))

    assert words.startswith("H2O < 3 & tebal\nsatu\ndua")
    assert "Segitiga" in words


def test_plain_text_becomes_the_same_nodes() -> None:
    assert (
        Element("p", (), ("2 < 3, ", Element("strong", (), ("tebal",)))),
        Element("p", (), (Element("em", (), ("miring",)), " <b>")),
    ) == read_plain("2 < 3, **tebal**\n\n*miring* <b>")
    assert "2 < 3" == words_of("2 < 3", "plain")
    assert "2 < 3" == words_of("2 < 3", "rich")
