"""YAML with line numbers: every problem of a file names its line and says what to do."""

from collections.abc import Iterable
from typing import Any

import yaml


class YamlProblems:
    """Takes values out of YAML nodes and collects what is wrong with them."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.problems: list[str] = []

    def compose(self, text: str) -> Any:
        """The root node, or None when the text is not YAML (which is then a problem)."""
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            self.problems.append(f"{self.file_name}: not YAML: {error}")
            return None
        if root is None:
            self.problems.append(f"{self.file_name}: the file is empty")
        return root

    def note(self, node: Any, text: str) -> None:
        """Keep a problem."""
        self.problems.append(f"{self.file_name}, line {line_of(node)}: {text}")

    def mapping(self, node: Any, known: Iterable[str]) -> dict[str, Any]:
        """The nodes under known keys; unknown and doubled keys are problems."""
        if not isinstance(node, yaml.MappingNode):
            self.note(node, "expected `key: value` lines")
            return {}
        allowed = sorted(known)
        found: dict[str, Any] = {}
        for key, value in node.value:
            if allowed and key.value not in allowed:
                self.note(key, f"unknown key {key.value!r}; known here: {', '.join(allowed)}")
            elif key.value in found:
                self.note(key, f"{key.value!r} stands twice; delete one")
            else:
                found[key.value] = value
        return found

    def sequence(self, node: Any, what: str) -> list[Any]:
        """The nodes of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.note(node, f"{what} must be a list")
            return []
        return list(node.value)

    def text(self, parent: Any, nodes: dict[str, Any], key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not be empty."""
        node = nodes.get(key)
        if node is None:
            if default is None:
                self.note(parent, f"{key!r} is missing")
            return default or ""
        if not isinstance(node, yaml.ScalarNode) or (default is None and not node.value.strip()):
            self.note(node, f"{key!r} must be text")
            return ""
        return str(node.value).strip()

    def number(
        self, parent: Any, nodes: dict[str, Any], key: str, default: int | None = None
    ) -> int:
        """A whole number from 0."""
        if key not in nodes and default is not None:
            return default
        value = self.text(parent, nodes, key)
        if value and not (value.isascii() and value.isdigit()):
            self.note(nodes[key], f"{key!r} must be a whole number")
            return 0
        return int(value or 0)

    def flag(self, nodes: dict[str, Any], key: str, *, default: bool) -> bool:
        """true or false."""
        node = nodes.get(key)
        if node is None:
            return default
        if getattr(node, "value", None) not in ("true", "false"):
            self.note(node, f"{key!r} must be true or false")
            return default
        return bool(node.value == "true")


def line_of(node: Any) -> int:
    """The node's line, from 1."""
    return int(node.start_mark.line) + 1
