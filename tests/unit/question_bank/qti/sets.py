"""The sets of cases with expected outcomes, where they lie, and how each is run."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank.answers import response_from_qti
from question_bank.importers import read
from question_bank.importers.qti.names import normalised
from question_bank.item import Item, interactions_of
from question_bank.safe_xml import XmlElement, read_xml
from scoring import mark
from scoring.outcomes import outcomes
from scoring.processing.session import ItemResult
from scoring.processing.values import Maybe
from scoring.processing.values import read as read_value
from scoring.whole_test import WholeTest, whole_outcomes, whole_program

ROOT = Path(__file__).parents[4]
SHARED = ROOT.parent / "shared" / "data" / "qti"
VECTORS = ROOT / "tests" / "vectors" / "qti"


@dataclass(slots=True)
class Tally:
    """Passed and total by kind of item, and why each failure failed."""

    name: str
    passed: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def add(self, case: str, kind: str, faults: list[str]) -> None:
        """Count one case."""
        self.total[kind] += 1
        if faults:
            self.failures[case] = "; ".join(faults)
        else:
            self.passed[kind] += 1

    def report(self) -> str:
        """One line for each kind, and one for the whole."""
        lines = [f"{self.name}: {self.passed.total()}/{self.total.total()}"]
        lines += [
            f"  {kind}: {self.passed[kind]}/{self.total[kind]}" for kind in sorted(self.total)
        ]
        lines += [f"  not passed: {case}: {why}" for case, why in self.failures.items()]
        return "\n".join(lines)


def kind_of(item: Item) -> str:
    """What an item asks, for the tally."""
    kinds = sorted({one.kind for one in interactions_of(item)})
    return "+".join(kinds) or "nothing asked"


def is_same(got: Any, expected: Any) -> bool:
    """Whether an outcome is the expected one; numbers to a billionth, containers one by one."""
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(is_same, got, expected))
    if isinstance(got, list) or isinstance(expected, list):
        return False
    if got is None or expected is None or isinstance(expected, bool | str):
        return bool(got == expected)
    if isinstance(got, bool | str):
        return False
    return abs(float(got) - float(expected)) < 1e-9


def run_pie(folder: Path) -> Tally:
    """Run every cases.json of a folder through the public doors."""
    tally = Tally("pie")
    for file in sorted(folder.glob("*/cases.json")):
        items = read(file.parent / "item.xml").items
        for case in json.loads(file.read_text())["cases"]:
            name = f"{file.parent.name}: {case['name']}"
            if not items:
                tally.add(name, "not read", ["the item was not read"])
                continue
            tally.add(name, kind_of(items[0]), _pie_faults(items[0], case))
    return tally


def _pie_faults(item: Item, case: Mapping[str, Any]) -> list[str]:
    response = response_from_qti(item, case["responses"])
    got, expected = outcomes(item.rule, response), case["expect"]
    faults = [
        f"{name} is {got.get(name)}, not {value}"
        for name, value in expected.get("outcomes", {}).items()
        if name not in got or not is_same(got[name], value)
    ]
    if "score" in expected and not is_same(mark(item.rule, response), expected["score"]):
        faults.append(f"score is {mark(item.rule, response)}, not {expected['score']}")
    texts = expected.get("itemBodyContains", [])
    return faults + [f"{text!r} is not in the text" for text in texts if text not in item.stem]


def run_jqtiplus(folder: Path) -> Tally:
    """Run the mapResponse cases of JQTI+."""
    tally = Tally("JQTI+")
    for number, case in enumerate(json.loads((folder / "expected.json").read_text())):
        (item,) = read(folder / "item" / case["item"]).items
        response = response_from_qti(item, case["response"])
        ((name, value),) = case["expect"].items()
        got = (outcomes(item.rule, response)[name], mark(item.rule, response))
        faults = [f"{name} is {one}, not {value}" for one in got if not is_same(one, value)]
        tally.add(f"{number}: {case['item']} {case['response']}", kind_of(item), faults)
    return tally


def run_citolab(folder: Path) -> Tally:
    """Run the item and the test cases of Citolab's scoring engine."""
    tally = Tally("Citolab")
    for case in json.loads((folder / "expected.json").read_text()):
        results = [_results(folder / name) for name in case["assessment_result"][:1]]
        if case["assessment_test"]:
            tally.add(case["id"], "test", _test_faults(folder, case, results[0]))
        else:
            given = results[0] if results else {}
            kind, faults = _item_faults(folder, case, given)
            tally.add(case["id"], kind, faults)
    return tally


Results = Mapping[str, XmlElement]


def _results(path: Path) -> Results:
    """The item results of a QTI Results Reporting file, by item."""
    root = read_xml(path.read_bytes())
    return {one.attributes["identifier"]: one for one in root.elements("itemResult")}


def _given(result: XmlElement | None) -> dict[str, object]:
    found: dict[str, object] = {}
    for variable in result.elements("responseVariable") if result is not None else ():
        response = variable.first("candidateResponse")
        values = response.elements("value") if response is not None else []
        found[variable.attributes["identifier"]] = [one.text() for one in values]
    return found


def _judged(result: XmlElement | None) -> dict[str, Fraction]:
    """What people gave, as the results say."""
    return {
        one.attributes["identifier"]: Fraction(one.elements("value")[0].text())
        for one in (result.elements("outcomeVariable") if result is not None else ())
        if "human" in (one.attributes.get("external-scored"), one.attributes.get("externalScored"))
    }


def _item_faults(folder: Path, case: Mapping[str, Any], results: Results) -> tuple[str, list[str]]:
    report = read(folder / case["items"][0])
    if not report.items:
        return "not read", [str(problem) for problem in report.problems]
    (item,) = report.items
    root = normalised(read_xml((folder / case["items"][0]).read_bytes()))
    given = _given(results.get(root.attributes["identifier"]))
    given |= {one["identifier"]: one["values"] for one in case["responses"]}
    given |= {one["identifier"]: one["values"] for one in case["changed_responses"]}
    # One results file writes the item's name with another dash than the item itself.
    named = {name.replace("-", "_"): one for name, one in results.items()}
    result = named.get(root.attributes["identifier"].replace("-", "_"))
    got = outcomes(item.rule, response_from_qti(item, given), _judged(result))
    faults = [
        f"{one['outcome']} is {got.get(one['outcome'])}, not {one['value']}"
        for one in case["expect"]
        if not is_same(got.get(one["outcome"]), Fraction(one["value"]))
    ]
    return kind_of(item), faults


def _test_faults(folder: Path, case: Mapping[str, Any], results: Results) -> list[str]:
    (test,) = read(folder / case["assessment_test"][0]).tests
    if case["adds_category_variables"]:
        test = _with_totals(test)
    items = [
        ItemResult(
            id=place.id,
            sections=place.sections,
            categories=place.categories,
            weights=place.weights,
            outcomes=_outcomes(results.get(place.id)),
        )
        for place in test.places
    ]
    got = whole_outcomes(test, items)
    return [
        f"{one['outcome']} is {got.get(one['outcome'])}, not {one['value']}"
        for one in case["expect"]
        if not is_same(got.get(one["outcome"]), Fraction(one["value"]))
    ]


def _outcomes(result: XmlElement | None) -> dict[str, Maybe]:
    found: dict[str, Maybe] = {}
    for variable in result.elements("outcomeVariable") if result is not None else ():
        type_name = variable.attributes.get("baseType", "string")
        texts = [one.text() for one in variable.elements("value")]
        found[variable.attributes["identifier"]] = read_value(type_name, "single", texts)
    return found


def _with_totals(test: WholeTest) -> WholeTest:
    """The test with the totals that the origin of these cases adds before it processes."""
    categories = sorted({name for place in test.places for name in place.categories})
    declared, statements = {}, []
    for suffix, chosen in [
        ("", {}),
        *((f"_{one}", {"includeCategory": [one]}) for one in categories),
    ]:
        for name, weight in (
            (f"SCORE_TOTAL{suffix}", {}),
            (f"SCORE_TOTAL_WEIGHTED{suffix}", {"weightIdentifier": "WEIGHT"}),
        ):
            declared[name] = {"type": "float", "cardinality": "single"}
            gathered = ["testVariables", {"variableIdentifier": "SCORE"} | chosen | weight, []]
            statements.append(["setOutcomeValue", {"identifier": name}, [["sum", {}, [gathered]]]])
    return WholeTest(whole_program(declared, statements), test.places, test.id)


def cases_in(folder: Path) -> Iterator[Path]:
    """The case files of a folder; for tests that must not pass because there are none."""
    yield from folder.glob("*/cases.json")
