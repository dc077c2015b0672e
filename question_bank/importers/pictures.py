"""Pictures of items: SVG of a known, harmless part alone; PNG and JPEG by their first bytes."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree.ElementTree import ParseError, XMLParser

from question_bank.importers.picture_size import JPEG_START, PNG_START, size_of

SIZE_LIMIT_BYTES = 512 * 1024
SIDE_LIMIT_PIXELS = 8_000
AREA_LIMIT_PIXELS = 20_000_000
DEPTH_LIMIT = 50
USE_LIMIT = 500
SVG = "{http://www.w3.org/2000/svg}"

_ELEMENTS = frozenset(
    {
        "svg", "g", "defs", "symbol", "use", "title", "desc", "style", "path", "rect", "circle",
        "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "marker", "mask",
        "clipPath", "pattern", "linearGradient", "radialGradient", "stop",
    }
)  # fmt: skip
# What may reach out of a picture, in attributes and in styles. A backslash hides words in CSS.
_OUTSIDE = re.compile(
    r"url\s*\(\s*['\"]?(?!\s*['\"]?#)|\\|@|image|src\s*\(|javascript:|data:|https?:|//",
    re.IGNORECASE,
)
_SOURCE = re.compile(r'(<(?:img|audio)\b[^<>]*?\ssrc=")([^"<>]*)(")')
_NOT_UTF8 = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*['\"](?!utf-8['\"])", re.IGNORECASE)


class BadPicture(Exception):
    """A picture that is not stored; the message says why."""

    code = "bad_picture"


PICTURES = "pictures"
"""The folder beside a written file that holds its pictures, by "digest.extension"."""

Picture = tuple[str, str, bytes]
"""A picture's digest, extension and content."""

Find = Callable[[str], Picture]
"""Gives the picture of a name, or raises `BadPicture`, or `LeftOut` where it may be missed."""


class LeftOut(Exception):
    """A picture that is not taken, in a text that no candidate sees: the text goes without it."""


def left_out(name: str) -> Picture:
    """Take no picture at all."""
    raise LeftOut(name)


def where_there(find: Find) -> Find:
    """Takes the pictures that can be taken; the text goes without the others."""

    def found(name: str) -> Picture:
        try:
            return find(name)
        except BadPicture as error:
            raise LeftOut(name) from error

    return found


def beside(folder: Path) -> Find:
    """Finds pictures in the folder of a bank file."""
    return lambda name: read_picture(folder, name)


def named_media(text: str, name_of: Callable[[str], str]) -> str:
    """A rich text in which pictures and recordings have other names."""
    return _SOURCE.sub(lambda found: f"{found[1]}{name_of(found[2])}{found[3]}", text)


def read_picture(folder: Path, name: str) -> Picture:
    """A picture beside the bank file.

    Raises:
        BadPicture: outside the folder, too large, of another kind, or with active content.
    """
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise BadPicture(f"{name} lies outside the folder of the file")
        if not path.is_file():
            raise BadPicture(f"there is no file {name}")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise BadPicture(f"{name} cannot be read") from error
    return checked(name, content)


def checked(name: str, content: bytes) -> Picture:
    """A picture by its content.

    Raises:
        BadPicture: too large, of another kind, or with active content.
    """
    if len(content) > SIZE_LIMIT_BYTES:
        raise BadPicture(f"{name} is larger than {SIZE_LIMIT_BYTES // 1024} KB")
    extension = _kind_of(name, content)
    return hashlib.sha256(content).hexdigest(), extension, content


def _kind_of(name: str, content: bytes) -> str:
    if content.startswith((PNG_START, JPEG_START)):
        _check_pixels(name, size_of(content))
        return "png" if content.startswith(PNG_START) else "jpg"
    if name.lower().endswith(".svg"):
        check_svg(name, content)
        return "svg"
    raise BadPicture(f"{name} is no SVG, PNG or JPEG")


def _check_pixels(name: str, size: tuple[int, int] | None) -> None:
    if size is None or 0 in size:
        raise BadPicture(f"{name} is cut off: it does not say how large it is")
    width, height = size
    if max(size) > SIDE_LIMIT_PIXELS or width * height > AREA_LIMIT_PIXELS:
        raise BadPicture(f"{name} has {width} x {height} pixels, which is too large")


def check_svg(name: str, content: bytes) -> None:
    """Refuse an SVG with anything but shapes, text and styles that stay inside it.

    Raises:
        BadPicture: naming what was found.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadPicture(f"{name} is not UTF-8") from error
    if _NOT_UTF8.match(content.removeprefix(b"\xef\xbb\xbf").lstrip()):
        raise BadPicture(f"{name} declares another encoding than UTF-8")
    drawing = _Drawing(name)
    parser = XMLParser(target=drawing)  # noqa: S314 - the target refuses document types
    try:
        parser.feed(content)
        parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise BadPicture(f"{name} is not well-formed XML: {error}") from error
    drawing.check_uses()


class _Drawing:
    """Sees every event of an SVG; keeps only what is needed to judge it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._path: list[tuple[str, str]] = []
        self._style: list[str] = []
        self._uses: list[tuple[str, tuple[str, ...]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        plain = tag.removeprefix(SVG)
        if not self._path and plain != "svg":
            self._refuse("is no SVG")
        if not tag.startswith(SVG) or plain not in _ELEMENTS:
            self._refuse(f"holds <{tag.rpartition('}')[2]}>, which a picture must not")
        for attribute, value in attributes.items():
            self._check_attribute(attribute.rpartition("}")[2].lower(), value)
        self._path.append((plain, attributes.get("id", "")))
        if len(self._path) > DEPTH_LIMIT:
            self._refuse(f"nests deeper than {DEPTH_LIMIT} elements")
        if plain == "use":
            target = [v for key, v in attributes.items() if key.rpartition("}")[2] == "href"]
            around = tuple(name for _, name in self._path if name)
            self._uses.append((target[0].removeprefix("#") if target else "", around))
            if len(self._uses) > USE_LIMIT:
                self._refuse(f"holds more than {USE_LIMIT} <use>")

    def end(self, tag: str) -> None:
        """An element ends."""
        del tag
        plain, _ = self._path.pop()
        if plain == "style" and _OUTSIDE.search("".join(self._style)):
            self._refuse("refers to something outside in its style")

    def data(self, text: str) -> None:
        """Text between elements; of a style it is judged when the element ends."""
        if self._path and self._path[-1][0] == "style":
            self._style.append(text)

    def pi(self, target: str, data: str | None = None) -> None:
        """An instruction for some program, such as an outside style sheet."""
        del data
        self._refuse(f"holds the instruction <?{target}?>")

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """A document type, which can declare entities."""
        del name, public, system
        self._refuse("declares a document type; remove it")

    def close(self) -> None:
        """Everything was seen."""

    def check_uses(self) -> None:
        """Refuse copies of copies: ten levels of ten would draw a thousand million shapes."""
        holders = {name for _, around in self._uses for name in around}
        if any(target in holders for target, _ in self._uses):
            self._refuse("copies something that itself holds <use>")

    def _check_attribute(self, name: str, value: str) -> None:
        if name.startswith("on"):
            self._refuse(f"holds the event handler {name}")
        if name == "href":
            if not value.startswith("#"):
                self._refuse("refers to something outside: href")
        elif name not in ("aria-label", "id", "class") and _OUTSIDE.search(value):
            self._refuse(f"refers to something outside: {name}")

    def _refuse(self, message: str) -> None:
        raise BadPicture(f"{self._name} {message}")
