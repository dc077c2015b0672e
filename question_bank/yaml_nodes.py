"""YAML with line numbers: every problem of a file names its line and says what to do.

Only the plain part of YAML is taken: no aliases (a few lines can stand for millions), no tags
(nothing is ever constructed but text), bounded depth, no key twice.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import yaml
from yaml.composer import Composer, ComposerError
from yaml.resolver import Resolver

DEPTH_LIMIT = 30
DIGIT_LIMIT = 9
IDENTIFIER_LIMIT = 100
UNSTORABLE = re.compile("[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
DECIMAL = re.compile(
    rf"(?P<sign>-?)[0-9]{{1,{DIGIT_LIMIT}}}(?:\.[0-9]{{1,{DIGIT_LIMIT}}})?", re.ASCII
)
IDENTIFIER = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{IDENTIFIER_LIMIT - 1}}}")

_TAG = "tag:yaml.org,2002:"
_TAGS = frozenset(
    _TAG + name for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")
)

if TYPE_CHECKING or not yaml.__with_libyaml__:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Events(Reader, Scanner, Parser):
        """Events of YAML, read in Python."""

        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)

else:
    # The same events, ten times as fast.
    from yaml.cyaml import CParser as _Events

Nodes = Mapping[str, yaml.Node]


class _Loader(Composer, _Events, Resolver):
    """Builds nodes; refuses what our files have no use for."""

    def __init__(self, text: str) -> None:
        _Events.__init__(self, text)
        Composer.__init__(self)
        Resolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """One node; raises `ComposerError` for an alias, a tag or too much depth."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise ComposerError(None, None, "an alias (*name); write the value out", mark)
        if self._depth >= DEPTH_LIMIT:
            raise ComposerError(None, None, f"nested deeper than {DEPTH_LIMIT} levels", mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if node is not None and node.tag not in _TAGS:
            raise ComposerError(None, None, f"a tag ({node.tag}); write the plain value", mark)
        return node


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """What is wrong, on which line (from 1; 0 for the whole file), and what to do."""

    file_name: str
    line: int
    message: str
    advice: str

    def __str__(self) -> str:
        """One line for people."""
        line = f", line {self.line}" if self.line else ""
        return f"{self.file_name}{line}: {self.message}; {self.advice}"


class YamlReader:
    """Takes values out of YAML nodes and collects what is wrong with them."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.problems: list[YamlProblem] = []

    def compose(self, text: str) -> yaml.Node | None:
        """The root node, or None when the text is not YAML (which is then a problem)."""
        try:
            root = _Loader(text).get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 0
            self._add(line, f"not plain YAML: {error.problem or error.context}", "correct it")
            return None
        except (yaml.YAMLError, UnicodeError) as error:
            reason = " ".join(str(error).split())
            self._add(0, f"not plain YAML: {reason}", "save the file as UTF-8 text")
            return None
        if root is None:
            self._add(0, "the file is empty", "see the examples that are shipped")
        return root

    def note(self, node: yaml.Node, message: str, advice: str) -> None:
        """Keep a problem."""
        self._add(line_of(node), message, advice)

    def mapping(self, node: yaml.Node, known: Collection[str] | None) -> Nodes:
        """The nodes under known keys (None: any); unknown and doubled keys are problems."""
        if not isinstance(node, yaml.MappingNode):
            self.note(node, "expected `key: value` lines", "write them one below the other")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or UNSTORABLE.search(key.value):
                self.note(key, "a key must be a word", "write `word: value`")
            elif known is not None and key.value not in known:
                self.note(key, f"unknown key {key.value!r}", f"known here: {', '.join(known)}")
            elif key.value in found:
                self.note(key, f"{key.value!r} stands twice", "delete one")
            else:
                found[key.value] = value
        return found

    def sequence(
        self, parent: yaml.Node, nodes: Nodes, key: str, *, is_optional: bool = False
    ) -> Sequence[yaml.Node]:
        """The nodes of a list, which is not empty unless it is optional."""
        node = nodes.get(key)
        if node is None and is_optional:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not (node.value or is_optional):
            self.note(
                node or parent, f"{key!r} must be a list", f"write `{key}:` and `- ...` lines"
            )
            return ()
        return list(node.value)

    def scalar(self, node: yaml.Node, what: str) -> str:
        """The text of one node; `what` names it in a problem."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.note(node, f"{what} must be text", 'write it in quotes: "..."')
            return ""
        if node.tag == _TAG + "null":
            self.note(node, f"{what} is {node.value!r}, which means nothing", "put it in quotes")
            return ""
        found = UNSTORABLE.search(node.value)
        if found:
            self.note(node, f"{what} holds U+{ord(found[0]):04X}", "delete this control character")
            return ""
        return str(node.value).strip()

    def words(self, node: yaml.Node) -> list[str]:
        """One text or a list of them, never empty."""
        listed = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not listed:
            self.note(node, "the list is empty", "name at least one")
        return [self.scalar(one, "each") for one in listed] or [""]

    def text(self, parent: yaml.Node, nodes: Nodes, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        node = nodes.get(key)
        if node is None:
            if default is None:
                self.note(parent, f"{key!r} is missing", f"add `{key}: ...`")
            return default or ""
        if default is not None and isinstance(node, yaml.ScalarNode) and not node.value.strip():
            return default
        return self.scalar(node, repr(key))

    def identifier(self, parent: yaml.Node, nodes: Nodes, key: str) -> str:
        """A text of letters, digits, dot, dash and underscore."""
        value = self.text(parent, nodes, key)
        if value and not IDENTIFIER.fullmatch(value):
            advice = f"use A-Z a-z 0-9 . _ - alone, at most {IDENTIFIER_LIMIT}, e.g. twk-001"
            self.note(nodes[key], f"{key!r} cannot be {value[:40]!r}", advice)
        return value

    def number(
        self,
        parent: yaml.Node,
        nodes: Nodes,
        key: str,
        *,
        least: int = 0,
        default: int | None = None,
    ) -> int:
        """A whole number of at most nine digits."""
        if key not in nodes and default is not None:
            return default
        value = self.text(parent, nodes, key)
        if not value:
            return 0
        is_number = value.isascii() and value.isdigit() and len(value) <= DIGIT_LIMIT
        if not is_number or int(value) < least:
            self.note(
                nodes[key], f"{key!r} cannot be {value[:40]!r}", f"a whole number from {least}"
            )
            return 0
        return int(value)

    def decimal(
        self, parent: yaml.Node, nodes: Nodes, key: str, *, is_signed: bool = False
    ) -> Fraction:
        """An exact number with up to nine digits on each side of the point."""
        value = self.text(parent, nodes, key)
        if not value:
            return Fraction(0)
        found = DECIMAL.fullmatch(value)
        if not found or (found["sign"] and not is_signed):
            advice = "a number like 0.5" + (" or -0.5" if is_signed else "")
            self.note(nodes[key], f"{key!r} cannot be {value[:40]!r}", advice)
            return Fraction(0)
        return Fraction(value)

    def flag(self, nodes: Nodes, key: str, *, default: bool) -> bool:
        """A truth value: the word true or the word false."""
        node = nodes.get(key)
        if node is None:
            return default
        if node.value not in ("true", "false"):
            self.note(node, f"{key!r} must be true or false", "write one of the two words")
            return default
        return bool(node.value == "true")

    def check_unique(self, node: yaml.Node, what: str, names: Sequence[str]) -> None:
        """Note every name that stands twice."""
        for name in sorted({name for name in names if names.count(name) > 1 and name}):
            self.note(node, f"{what} {name!r} stands twice", "rename or delete one")

    def _add(self, line: int, message: str, advice: str) -> None:
        self.problems.append(YamlProblem(self.file_name, line, message, advice))


def line_of(node: yaml.Node) -> int:
    """The node's line, from 1."""
    return int(node.start_mark.line) + 1
