"""Pictures: taken when they can only be looked at, refused with the reason otherwise."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.importers.picture_size import size_of
from question_bank.importers.pictures import (
    SIZE_LIMIT_BYTES,
    BadPicture,
    check_svg,
    checked,
    read_picture,
)
from tests.unit.question_bank.bank import get_jpeg, get_png

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def _svg(inside: str) -> bytes:
    return f"{OPEN}{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("name", "content", "extension"),
    [
        ("a.svg", _svg("<circle r='4'/>"), "svg"),
        ("a.png", get_png(), "png"),
        ("a.bin", get_jpeg(), "jpg"),
    ],
)
def test_picture_is_known_by_its_content(
    tmp_path: Path, name: str, content: bytes, extension: str
) -> None:
    (tmp_path / name).write_bytes(content)

    read = read_picture(tmp_path, name)

    assert (hashlib.sha256(content).hexdigest(), extension, content) == read


@pytest.mark.parametrize(
    "inside",
    [
        "<title>Segitiga</title><path d='M0 0L9 9' style='fill:#fff;stroke:url(#g)'/>",
        "<linearGradient id='g'><stop offset='0'/></linearGradient><rect fill='url(#g)'/>",
        "<defs><path id='p' d='M0 0'/></defs><use href='#p'/><use xlink:href='#p'/>",
        "<style>.a { fill: red }</style><text class='a'>½ × 2</text>",
        "<g><g aria-label='http://www.bkn.go.id'/></g><!-- plain -->",
    ],
)
def test_plain_drawing_is_taken(inside: str) -> None:
    check_svg("a.svg", _svg(inside))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_svg("<script>alert(1)</script>"), "holds <script>"),
        (_svg("<g onclick='alert(1)'/>"), "event handler onclick"),
        (_svg("<g ONLOAD='alert(1)'/>"), "event handler onload"),
        (_svg("<foreignObject/>"), "holds <foreignObject>"),
        (_svg("<image href='x.png'/>"), "holds <image>"),
        (_svg("<a href='#x'/>"), "holds <a>"),
        (_svg("<animate attributeName='x'/>"), "holds <animate>"),
        (_svg("<use href='other.svg#x'/>"), "something outside: href"),
        (_svg("<use xlink:href='https://x/y'/>"), "something outside: href"),
        (_svg("<rect fill='url(https://x/y)'/>"), "something outside: fill"),
        (_svg("<rect fill='url( \"//x/y\")'/>"), "something outside: fill"),
        (_svg("<rect style='fill:u\\72l(x)'/>"), "something outside: style"),
        (_svg("<style>@import 'x';</style>"), "outside in its style"),
        (_svg("<style>@im<!-- -->port 'x';</style>"), "outside in its style"),
        (_svg("<style>rect{fill:url(x)}</style>"), "outside in its style"),
        (_svg("<h:script xmlns:h='http://www.w3.org/1999/xhtml'/>"), "holds <script>"),
        (_svg("<h:path xmlns:h='urn:x'/>"), "holds <path>"),
        (b"<?xml-stylesheet href='x'?>" + _svg(""), "the instruction <?xml-stylesheet?>"),
        (b"<!DOCTYPE svg><svg/>", "declares a document type"),
        (b"<!DOCTYPE s [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><s>&b;</s>", "document type"),
        (b"<?xml version='1.0' encoding='UTF-7'?>" + _svg(""), "another encoding"),
        (b"<?xml version='1.0'?>\xff\xfe", "is not UTF-8"),
        (OPEN.encode(), "not well-formed"),
        (b"", "not well-formed"),
        (b"<svg/>", "holds <svg>"),
        (b"<html/>", "is no SVG"),
        (_svg("<g>" * 60 + "</g>" * 60), "nests deeper than 50"),
        (_svg("<use href='#a'/>" * 501), "more than 500 <use>"),
        (_svg("<g id='a'><use href='#b'/></g><use href='#a'/>"), "itself holds <use>"),
        (_svg("<use id='a' href='#a'/>"), "itself holds <use>"),
    ],
)
def test_active_or_broken_drawing_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(BadPicture) as refusal:
        check_svg("a.svg", content)

    assert reason in str(refusal.value)


def test_size_is_bounded_on_both_sides_of_the_edge(tmp_path: Path) -> None:
    head = get_jpeg()
    (tmp_path / "fits.jpg").write_bytes(head.ljust(SIZE_LIMIT_BYTES, b"."))
    (tmp_path / "large.jpg").write_bytes(head.ljust(SIZE_LIMIT_BYTES + 1, b"."))

    assert SIZE_LIMIT_BYTES == len(read_picture(tmp_path, "fits.jpg")[2])
    with pytest.raises(BadPicture, match="larger than 512 KB"):
        read_picture(tmp_path, "large.jpg")


@pytest.mark.parametrize("picture", [get_png, get_jpeg])
def test_pixel_bomb_is_refused_by_what_its_header_says(picture: Callable[..., bytes]) -> None:
    checked("a", picture(8_000, 2_500))

    for width, height in ((8_001, 1), (1, 65_535), (8_000, 2_501), (0, 5)):
        with pytest.raises(BadPicture):
            checked("a", picture(width, height))
    with pytest.raises(BadPicture, match="cut off"):
        checked("a", picture()[:16])


@given(st.binary(max_size=40))
def test_any_header_gets_an_answer(rest: bytes) -> None:
    for head in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        size_of(head + rest)


@pytest.mark.parametrize("name", ["../secret.png", "link.png", "/etc/passwd", "..", ".", "a\0b"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(get_png())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")

    with pytest.raises(BadPicture):
        read_picture(folder, name)


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    (tmp_path / "text.png").write_text("PNG")

    for name in ("pipe.png", "loop.png", "text.png", "nowhere.png", "x" * 5_000):
        with pytest.raises(BadPicture):
            read_picture(tmp_path, name)
