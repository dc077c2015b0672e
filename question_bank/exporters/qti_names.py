"""Documents of QTI 2.2 and 3.0: one tree, written in the names and the namespace of either."""

import re

from question_bank.rich_text import BLOCKS, MATHS, PHRASES, Element, Node, write_rich

QTI_22, QTI_30 = "2.2", "3.0"
NAMESPACES = {
    QTI_22: "http://www.imsglobal.org/xsd/imsqti_v2p2",
    QTI_30: "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
_SCHEMAS = {
    QTI_22: "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd",
    QTI_30: "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_HTML = BLOCKS | PHRASES | MATHS | {"img", "object"}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def document(root: Element, version: str) -> str:
    """The document of a tree in the names of QTI 2.2."""
    space = NAMESPACES[version]
    written = _renamed(root) if version == QTI_30 else root
    assert isinstance(written, Element), "an element becomes an element"
    heads = (
        ("xmlns", space),
        ("xmlns:xsi", _XSI),
        ("xsi:schemaLocation", f"{space} {_SCHEMAS[version]}"),
    )
    top = Element(written.tag, (*heads, *written.attributes), written.children)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + write_rich([top]) + "\n"


def _renamed(node: Node) -> Node:
    """The node in the names of QTI 3.0: <qti-simple-choice>, show-hide."""
    if isinstance(node, str):
        return node
    children = tuple(map(_renamed, node.children))
    if node.tag in _HTML:
        return Element(node.tag, node.attributes, children)
    attributes = tuple((_kebab(name), value) for name, value in node.attributes)
    return Element(f"qti-{_kebab(node.tag)}", attributes, children)


def _kebab(name: str) -> str:
    return _HUMP.sub("-", name).lower()
