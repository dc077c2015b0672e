"""The interpreter: statements and expressions of a checked program, over the variables of one item.

Nothing loops but `repeat`, nothing calls itself, and every step is counted, so a program ends. It
reads no clock and draws no chance but from its own seed: the same response always earns the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from scoring.processing import arithmetic, containers, logic
from scoring.processing.chance import Chance
from scoring.processing.mapping import mapped, mapped_points
from scoring.processing.session import ItemResult, counted, extreme, gathered
from scoring.processing.values import (
    CONTAINER_LIMIT,
    Maybe,
    Value,
    members,
    number,
    read,
    single,
)

STEP_LIMIT = 50_000
REPEAT_LIMIT = 1_000

Node = Sequence[Any]
Operator = Callable[[Mapping[str, Any], Sequence[Maybe]], Maybe]


class TooManySteps(Exception):
    """A program that goes on longer than any item needs."""

    code = "too_many_steps"


class _Exit(Exception):
    """exitResponse, exitTemplate, exitTest: the rest is not run."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable with its declaration and what it holds now."""

    declared: Mapping[str, Any]
    value: Maybe
    default: Maybe = None
    correct: Maybe = None

    @property
    def type(self) -> str:
        """Its base type."""
        return str(self.declared["type"])


@dataclass(slots=True)
class Scope:
    """The variables by name, and of a test the results of its items."""

    variables: dict[str, Variable]
    items: Sequence[ItemResult] = ()
    chance: Chance = field(default_factory=lambda: Chance(""))
    steps: int = 0
    kept: frozenset[str] = frozenset()
    constraint_failed: bool = False

    def value(self, name: str) -> Maybe:
        """What a variable holds; of a name that is not declared, NULL."""
        found = self.variables.get(name)
        return found.value if found else None


def declare(declarations: Mapping[str, Mapping[str, Any]]) -> dict[str, Variable]:
    """Variables at their default values."""
    found = {}
    for name, declared in declarations.items():
        default = _declared(declared, "default")
        correct = _declared(declared, "correct")
        found[name] = Variable(declared, default, default, correct)
    return found


def execute(statements: Sequence[Node], scope: Scope) -> None:
    """Run statements in order, until the last or an exit."""
    try:
        _run(statements, scope)
    except _Exit:
        return


def evaluate(node: Node, scope: Scope) -> Maybe:
    """The value of an expression."""
    scope.steps += 1
    if scope.steps > STEP_LIMIT:
        raise TooManySteps(f"more than {STEP_LIMIT} steps")
    name, attributes, inner = node
    if name in _SPECIAL:
        return _SPECIAL[name](attributes, inner, scope)
    values = [evaluate(one, scope) for one in inner]
    return _OPERATORS[name](_resolved(attributes, scope), values)


def _declared(declared: Mapping[str, Any], key: str) -> Maybe:
    texts = declared.get(key)
    if not texts:
        return None
    return read(declared["type"], declared["cardinality"], list(texts))


def _run(statements: Sequence[Node], scope: Scope) -> None:
    for name, attributes, inner in statements:
        scope.steps += 1
        match name:
            case "condition":
                _branch(inner, scope)
            case "block":
                _run(inner, scope)
            case "exit":
                raise _Exit
            case "templateConstraint":
                if logic.truth(evaluate(inner[0], scope)) is not True:
                    scope.constraint_failed = True
                    raise _Exit
            case _:
                _assign(name, attributes, inner, scope)


def _branch(branches: Sequence[Node], scope: Scope) -> None:
    """The first branch whose condition is true; NULL is not."""
    for name, _, inner in branches:
        if name == "else":
            _run(inner, scope)
            return
        if logic.truth(evaluate(inner[0], scope)) is True:
            _run(inner[1:], scope)
            return


def _assign(name: str, attributes: Mapping[str, Any], inner: Sequence[Node], scope: Scope) -> None:
    identifier = attributes["identifier"]
    variable = scope.variables.get(identifier)
    value = evaluate(inner[0], scope) if inner else None
    if variable is None or identifier in scope.kept:
        return
    match name:
        case "lookupOutcomeValue":
            table = variable.declared.get("table")
            found = containers.looked_up(table, value, variable.type) if table else None
            changed = replace(variable, value=found)
        case "setCorrectResponse":
            changed = replace(variable, correct=_fitted(value, variable))
        case "setDefaultValue":
            # In template processing it sets the default; one player's dialect, without an
            # expression, puts the variable back to it.
            if inner:
                fitted = _fitted(value, variable)
                changed = replace(variable, default=fitted, value=fitted)
            else:
                changed = replace(variable, value=variable.default)
        case _:
            changed = replace(variable, value=_fitted(value, variable))
    scope.variables[identifier] = changed


def _fitted(value: Maybe, variable: Variable) -> Maybe:
    """A value as the variable's type has it: integers become floats, whole floats integers."""
    if value is None or value.cardinality == "record":
        return value
    cardinality = variable.declared["cardinality"]
    found = [_cast(one, variable.type) for one in members(value)]
    if None in found:
        return None
    if cardinality == "single":
        return single(variable.type, found[0]) if len(found) == 1 else None
    return Value(variable.type, cardinality, tuple(found)) if found else None


def _cast(data: Any, type_name: str) -> Any:
    if type_name == "float" and isinstance(data, int) and not isinstance(data, bool):
        return Fraction(data)
    if type_name == "integer" and isinstance(data, Fraction) and data.denominator == 1:
        # A part of a point in an integer outcome is an author's slip; the part is kept.
        return int(data)
    if type_name in ("float", "integer") and isinstance(data, str):
        found = read(type_name, "single", [data])
        return found.data if found else None
    return data


def _resolved(attributes: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
    """Attributes whose value a variable holds, with this value."""
    if not any(isinstance(one, dict | list) for one in attributes.values()):
        return attributes
    return {name: _resolve(value, scope) for name, value in attributes.items()}


def _resolve(value: Any, scope: Scope) -> Any:
    if isinstance(value, list):
        return [_resolve(one, scope) for one in value]
    if isinstance(value, dict) and "variable" in value:
        found = scope.value(value["variable"])
        return found.data if found and found.cardinality == "single" else None
    return value


# --- expressions that look at more than their operands ---


def _base_value(attributes: Mapping[str, Any], _: Sequence[Node], __: Scope) -> Maybe:
    if attributes["type"] == "string":
        return single("string", attributes["value"])
    return read(attributes["type"], "single", [attributes["value"]])


def _variable(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    """A variable; in a test also ITEM.VARIABLE, times its weight where one is named."""
    name = attributes["identifier"]
    if name in scope.variables:
        return scope.value(name)
    item_id, dot, outcome = name.rpartition(".")
    for item in scope.items:
        if dot and item.id == item_id:
            return item.weighed(outcome, attributes.get("weightIdentifier"))
    return None


def _correct(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    found = scope.variables.get(attributes["identifier"])
    return found.correct if found else None


def _default(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    found = scope.variables.get(attributes["identifier"])
    return found.default if found else None


def _map(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    found = scope.variables.get(attributes["identifier"])
    if found is None or "mapping" not in found.declared:
        return number(Fraction(0))
    return mapped(found.declared["mapping"], found.value)


def _map_points(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    found = scope.variables.get(attributes["identifier"])
    if found is None or "areas" not in found.declared:
        return number(Fraction(0))
    return mapped_points(found.declared["areas"], found.value)


def _repeat(attributes: Mapping[str, Any], inner: Sequence[Node], scope: Scope) -> Maybe:
    count = _resolve(attributes.get("numberRepeats"), scope)
    if not isinstance(count, int) or not 1 <= count <= REPEAT_LIMIT:
        return None
    found = [evaluate(one, scope) for _ in range(count) for one in inner]
    return containers.gather("ordered", found[:CONTAINER_LIMIT])


def _record(attributes: Mapping[str, Any], inner: Sequence[Node], scope: Scope) -> Maybe:
    values = [evaluate(one, scope) for one in inner]
    pairs = sorted(zip(attributes["fields"], values, strict=False), key=lambda pair: pair[0])
    return Value("string", "record", tuple(pairs)) if pairs else None


def _lookup(attributes: Mapping[str, Any], inner: Sequence[Node], scope: Scope) -> Maybe:
    value = evaluate(inner[0], scope) if inner else None
    return containers.looked_up(attributes["table"], value, "float")


def _random(_: Mapping[str, Any], inner: Sequence[Node], scope: Scope) -> Maybe:
    value = evaluate(inner[0], scope) if inner else None
    listed = members(value)
    if value is None or not listed:
        return None
    return single(value.type, listed[scope.chance.below(len(listed))])


def _random_integer(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    least, most, step = (
        _resolve(attributes.get(name, default), scope)
        for name, default in (("min", 0), ("max", None), ("step", 1))
    )
    if not all(isinstance(one, int) for one in (least, most, step)) or step < 1 or most < least:
        return None
    return number(least + step * scope.chance.below((most - least) // step + 1))


def _random_float(attributes: Mapping[str, Any], _: Sequence[Node], scope: Scope) -> Maybe:
    bounds = []
    for name in ("min", "max"):
        given = _resolve(attributes.get(name, "0"), scope)
        found = read("float", "single", [given]) if isinstance(given, str) else None
        bounds.append(found.data if found else given)
    least, most = bounds
    if isinstance(least, float) or isinstance(most, float) or least is None or most is None:
        return None
    return number(Fraction(least) + (Fraction(most) - Fraction(least)) * scope.chance.fraction())


def _test(name: str) -> Callable[[Mapping[str, Any], Sequence[Node], Scope], Maybe]:
    """An expression over the items of a test."""
    if name == "testVariables":
        return lambda attributes, _, scope: gathered(attributes, scope.items)
    if name in ("outcomeMinimum", "outcomeMaximum"):
        return lambda attributes, _, scope: extreme(name, attributes, scope.items)
    return lambda attributes, _, scope: counted(name, attributes, scope.items)


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any], Sequence[Node], Scope], Maybe]] = {
    "baseValue": _base_value,
    "null": lambda _, __, ___: None,
    "variable": _variable,
    "correct": _correct,
    "default": _default,
    "mapResponse": _map,
    "mapResponsePoint": _map_points,
    "repeat": _repeat,
    "record": _record,
    "lookupTable": _lookup,
    "random": _random,
    "randomInteger": _random_integer,
    "randomFloat": _random_float,
    **{
        name: _test(name)
        for name in (
            "testVariables", "outcomeMinimum", "outcomeMaximum", "numberCorrect",
            "numberIncorrect", "numberPresented", "numberResponded", "numberSelected",
        )
    },
}  # fmt: skip
_OPERATORS: Mapping[str, Operator] = {
    "and": logic.every,
    "or": logic.some,
    "not": logic.negate,
    "anyN": logic.any_number,
    "isNull": logic.is_null,
    "match": logic.match,
    "equal": logic.equal,
    "equalRounded": logic.equal_rounded,
    "stringMatch": logic.text_match,
    "substring": logic.text_within,
    "patternMatch": logic.pattern_match,
    "inside": logic.inside,
    "trim": logic.trimmed,
    "toAscii": logic.to_ascii,
    "parseCommaDecimal": logic.comma_decimal,
    "sum": arithmetic.total,
    "product": arithmetic.product,
    "subtract": arithmetic.subtract,
    "divide": arithmetic.divide,
    "integerDivide": arithmetic.integer_divide,
    "integerModulus": arithmetic.modulus,
    "power": arithmetic.power,
    "min": arithmetic.least,
    "max": arithmetic.most,
    "gcd": arithmetic.common_divisor,
    "lcm": arithmetic.common_multiple,
    "truncate": arithmetic.truncate,
    "round": arithmetic.rounded,
    "roundTo": arithmetic.round_to,
    "integerToFloat": arithmetic.to_float,
    "mathOperator": arithmetic.mathematics,
    "mathConstant": arithmetic.constant,
    "statsOperator": arithmetic.statistic,
    "multiple": lambda _, values: containers.gather("multiple", values),
    "ordered": lambda _, values: containers.gather("ordered", values),
    "containerSize": containers.size,
    "index": containers.at,
    "member": containers.member,
    "contains": containers.contains,
    "delete": containers.delete,
    "fieldValue": containers.field,
    "isTypeOf": containers.is_of_type,
    "lt": lambda _, values: logic.compare("lt", values),
    "lte": lambda _, values: logic.compare("lte", values),
    "gt": lambda _, values: logic.compare("gt", values),
    "gte": lambda _, values: logic.compare("gte", values),
    "durationLT": lambda _, values: logic.compare("durationLT", values),
    "durationGTE": lambda _, values: logic.compare("durationGTE", values),
}
