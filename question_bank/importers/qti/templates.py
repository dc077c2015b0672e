"""QTI's standard response processing templates, written out as programs."""

from collections.abc import Mapping
from typing import Any

Node = list[Any]

MATCH = [
    "match",
    {},
    [["variable", {"identifier": "RESPONSE"}, []], ["correct", {"identifier": "RESPONSE"}, []]],
]
IS_NULL = ["isNull", {}, [["variable", {"identifier": "RESPONSE"}, []]]]


def _score(*expression: Any) -> Node:
    return ["setOutcomeValue", {"identifier": "SCORE"}, [list(expression)]]


def _points(text: str) -> Node:
    return _score("baseValue", {"type": "float", "value": text}, [])


def _either(condition: Any, then: Node, otherwise: Node) -> list[Node]:
    return [["condition", {}, [["if", {}, [condition, then]], ["else", {}, [otherwise]]]]]


TEMPLATES: dict[str, list[Node]] = {
    "match_correct": _either(MATCH, _points("1"), _points("0")),
    "map_response": _either(
        IS_NULL, _points("0"), _score("mapResponse", {"identifier": "RESPONSE"}, [])
    ),
    "map_response_point": _either(
        IS_NULL, _points("0"), _score("mapResponsePoint", {"identifier": "RESPONSE"}, [])
    ),
    "match_nothing": _either(IS_NULL, _points("1"), _points("0")),
    "match": _either(MATCH, _points("1"), _points("0")),
    "match_basic": _either(MATCH, _score("variable", {"identifier": "MAXSCORE"}, []), _points("0")),
}
"""By the last part of the template's address. match_nothing is one player's own: blank is right.

`match` and `match_basic` are those of Common Cartridge (CC2_match, CC2_match_basic), without the
feedback that they choose.
"""


def keyed(responses: Mapping[str, Mapping[str, Any]]) -> list[Node]:
    """What earns one point for every response that is its declared key, or its mapping."""
    named = [name for name, one in responses.items() if one.keys() & {"correct", "mapping"}]
    if len(named) == len(responses) == 1:
        (only,) = responses.items()
        template = "map_response" if "mapping" in only[1] else "match_correct"
        return _nodes(renamed(TEMPLATES[template], only[0]))
    added: list[Node] = []
    for name in named:
        one: Node = ["baseValue", {"type": "float", "value": "1"}, []]
        score: Node = ["variable", {"identifier": "SCORE"}, []]
        plus = _score("sum", {}, [score, one])
        added.append(["condition", {}, [["if", {}, [renamed(MATCH, name), plus]]]])
    return added


def _nodes(listed: Any) -> list[Node]:
    return list(listed)


def renamed(node: Any, name: str) -> Any:
    """A template's nodes for a response of another name."""
    if isinstance(node, list):
        return [renamed(one, name) for one in node]
    if isinstance(node, dict):
        return {key: name if value == "RESPONSE" else value for key, value in node.items()}
    return node


def template_of(address: str) -> str:
    """The name of a template: the last part of its address, without an ending."""
    last = address.rstrip("/").rpartition("/")[2].rpartition("\\")[2]
    name = last.removesuffix(".xml").replace("-", "_").lower()
    if name == "cc2_match" and "v3p" not in address:
        return "match_basic"  # in QTI 2.1 it gives MAXSCORE, in 3.0 one point
    return name.removeprefix("cc2_")
