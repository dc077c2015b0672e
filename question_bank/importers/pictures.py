"""Pictures of items: SVG without anything active, PNG and JPEG by their first bytes."""

import hashlib
import re
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring

SIZE_LIMIT_BYTES = 512 * 1024
_ACTIVE = frozenset(
    {
        "script", "foreignobject", "iframe", "embed", "object", "image", "a", "audio", "video",
        "animate", "animatetransform", "animatemotion", "set", "handler", "listener",
    }
)  # fmt: skip
_OUTSIDE = re.compile(r"url\s*\(\s*['\"]?(?!#)|@import|javascript:|data:|https?:", re.IGNORECASE)


class BadPicture(Exception):
    """A picture that is not stored; the message says why."""

    code = "bad_picture"


def read_picture(folder: Path, name: str) -> tuple[str, str, bytes]:
    """A picture beside the bank file: its digest, extension and content.

    Raises:
        BadPicture: outside the folder, too large, of another kind, or with active content.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadPicture(f"{name} lies outside the folder of the file")
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise BadPicture(f"{name} cannot be read") from error
    if len(content) > SIZE_LIMIT_BYTES:
        raise BadPicture(f"{name} is larger than {SIZE_LIMIT_BYTES // 1024} KB")
    extension = _kind_of(name, content)
    return hashlib.sha256(content).hexdigest(), extension, content


def _kind_of(name: str, content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if name.lower().endswith(".svg"):
        check_svg(name, content)
        return "svg"
    raise BadPicture(f"{name} is no SVG, PNG or JPEG")


def check_svg(name: str, content: bytes) -> None:
    """Refuse an SVG with scripts, event handlers, outside references or entities.

    Raises:
        BadPicture: naming what was found.
    """
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise BadPicture(f"{name} declares a document type; remove it")
    try:
        root = fromstring(content, parser=XMLParser())  # noqa: S314 - no DTD, bounded size
    except (ParseError, ValueError, LookupError) as error:
        raise BadPicture(f"{name} is not well-formed XML: {error}") from error
    if _plain(root.tag) != "svg":
        raise BadPicture(f"{name} is no SVG")
    for element in root.iter():
        _check_element(name, element)


def _check_element(name: str, element: Element) -> None:
    tag = _plain(str(element.tag))
    if tag in _ACTIVE:
        raise BadPicture(f"{name} holds <{tag}>, which a picture must not")
    for attribute, value in element.attrib.items():
        plain = _plain(attribute)
        if plain.startswith("on"):
            raise BadPicture(f"{name} holds the event handler {plain}")
        if plain == "href" and not value.startswith("#") or _OUTSIDE.search(value):
            raise BadPicture(f"{name} refers to something outside: {plain}")
    if tag == "style" and element.text and _OUTSIDE.search(element.text):
        raise BadPicture(f"{name} refers to something outside in its style")


def _plain(name: str) -> str:
    return name.rpartition("}")[2].lower()
