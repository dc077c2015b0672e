"""XML from strangers, read safely: no document types, no entities, bounded in every direction.

Built on expat, which does no input or output by itself. Whatever could reach out (a document type,
an outside entity) or grow (an entity of entities) ends the reading at its first sign; depth, size
and the number of elements are bounded before anything is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

SIZE_LIMIT_BYTES = 16 * 1024 * 1024
DEPTH_LIMIT = 100
ELEMENT_LIMIT = 300_000
ATTRIBUTE_LIMIT = 60

_SEPARATOR = "\x1f"
_ENCODING = re.compile(
    rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*['\"]([A-Za-z0-9._-]+)", re.IGNORECASE
)
_OTHER_ENCODINGS = {"utf8": "utf-8", "windows-1252": "cp1252", "cp1252": "cp1252"}
_KNOWN_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "utf-16"})


# QTI 1.2 was published as a document type, and old tools name it. It is not fetched, gives no
# attribute a value, and may declare no entity.
_DOCTYPES = frozenset({"questestinterop"})
# An R package writes <!DOCTYPE assessmentItem>: without an address and a subset it says nothing.
_BARE_DOCTYPES = frozenset({"assessmentItem", "assessmentTest"})


class BadXml(ValueError):
    """No XML that is read; the message says why, `line` where."""

    code = "bad_xml"

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class XmlElement:
    """One element: its namespace, local name, attributes by local name, line, text and children.

    `children` holds text and elements in order. Attributes of a foreign namespace are kept under
    "{namespace}name".
    """

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    children: list["XmlElement | str"] = field(default_factory=list)

    def elements(self, *names: str) -> list["XmlElement"]:
        """The children that are elements, of these local names or of any."""
        found = [one for one in self.children if isinstance(one, XmlElement)]
        return [one for one in found if not names or one.name in names]

    def first(self, *names: str) -> "XmlElement | None":
        """The first child of these names."""
        return next(iter(self.elements(*names)), None)

    def walk(self) -> Iterator["XmlElement"]:
        """This element and all below it, in order of the document."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(one.elements())

    def text(self) -> str:
        """All the text below, as it stands."""
        pieces: list[str] = []
        waiting: list[XmlElement | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                pieces.append(one)
            else:
                waiting += reversed(one.children)
        return "".join(pieces)


def read_xml(content: bytes | str) -> XmlElement:
    """The root element of a document.

    Raises:
        BadXml: not well-formed, too large, too deep, too many elements, in an encoding that is
            not known, or with a document type or an entity of its own.
    """
    raw = content.encode("utf-8") if isinstance(content, str) else content
    if len(raw) > SIZE_LIMIT_BYTES:
        raise BadXml(f"larger than {SIZE_LIMIT_BYTES // 2**20} MB")
    declared = _ENCODING.match(raw.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode().lower() if declared and isinstance(content, bytes) else ""
    if name in _OTHER_ENCODINGS:
        try:
            return _Reader("utf-8").read(raw.decode(_OTHER_ENCODINGS[name]).encode("utf-8"))
        except UnicodeError as error:
            raise BadXml(f"is not {name}, as it says of itself", 1) from error
    if name and name not in _KNOWN_ENCODINGS:
        raise BadXml(f"encoding {name[:40]} is not read; save it as UTF-8", 1)
    return _Reader("utf-8" if isinstance(content, str) else None).read(raw)


class _Reader:
    """Takes the events of one document."""

    def __init__(self, encoding: str | None) -> None:
        self._parser = expat.ParserCreate(encoding, _SEPARATOR)
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.specified_attributes = True
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.ExternalEntityRefHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity
        self._open: list[XmlElement] = []
        self._count = 0
        self._root: XmlElement | None = None

    def read(self, raw: bytes) -> XmlElement:
        """The root of these bytes."""
        try:
            self._parser.Parse(raw, True)  # noqa: FBT003 - expat takes it by place alone
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise BadXml(f"not well-formed XML: {reason}", error.lineno) from error
        except LookupError as error:
            raise BadXml("its encoding is not known; save it as UTF-8", 1) from error
        assert self._root is not None, "a document without a root is not well-formed"
        return self._root

    def _start(self, name: str, attributes: list[str]) -> None:
        self._count += 1
        if self._count > ELEMENT_LIMIT:
            self._refuse(f"holds more than {ELEMENT_LIMIT} elements")
        if len(self._open) >= DEPTH_LIMIT:
            self._refuse(f"nests deeper than {DEPTH_LIMIT} elements")
        if len(attributes) > 2 * ATTRIBUTE_LIMIT:
            self._refuse(f"an element has more than {ATTRIBUTE_LIMIT} attributes")
        namespace, local = _split(name)
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        named = {_attribute(key): value for key, value in pairs}
        element = XmlElement(namespace, local, named, self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, name: str) -> None:
        del name
        self._open.pop()

    def _data(self, text: str) -> None:
        self._open[-1].children.append(text)

    def _doctype(self, name: str, *parts: object) -> None:
        is_bare = name in _BARE_DOCTYPES and not any(parts)
        if not is_bare and name not in _DOCTYPES:
            self._refuse("declares a document type; remove it")

    def _entity(self, *parts: object) -> NoReturn:
        del parts
        self._refuse("holds an entity of its own")

    def _refuse(self, message: str) -> NoReturn:
        raise BadXml(message, self._parser.CurrentLineNumber)


def _split(name: str) -> tuple[str, str]:
    namespace, separator, local = name.rpartition(_SEPARATOR)
    return (namespace, local) if separator else ("", name)


def _attribute(name: str) -> str:
    namespace, local = _split(name)
    if namespace == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    return f"{{{namespace}}}{local}" if namespace else local
