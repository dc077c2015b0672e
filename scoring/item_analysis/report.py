"""A whole analysis of one matrix, as tables for people and as JSON for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.item_analysis import conditional, differential, marginal
from scoring.item_analysis.classical import FloatArray, TestFigures, analyse
from scoring.item_analysis.conditional import UNKNOWN, Conditional
from scoring.item_analysis.differential import Differential
from scoring.item_analysis.marginal import Marginal, Slopes
from scoring.item_analysis.matrix import Matrix, marked, points_of
from scoring.item_analysis.options import Chosen, chosen_options
from scoring.item_analysis.refusal import CannotFit
from scoring.text_table import BadTable

Json = dict[str, Any]
PLACES = 8
CATEGORIES_MOST = 100


class Model(StrEnum):
    """What can be fitted beside the classical figures."""

    RASCH = "rasch"
    MARGINAL_RASCH = "marginal-rasch"
    ONE_SLOPE = "one-slope"
    TWO_PARAMETER = "two-parameter"
    GRADED = "graded"


SLOPES = {
    Model.MARGINAL_RASCH: Slopes.ONE,
    Model.ONE_SLOPE: Slopes.COMMON,
    Model.TWO_PARAMETER: Slopes.OWN,
    Model.GRADED: Slopes.OWN,
}


class Unanswered(StrEnum):
    """What a missing response is: wrong (0 points), or not known."""

    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked.

    Attributes:
        key: right responses of each item; None: the cells are points.
        unanswered: what a missing response is.
        model: to fit, or None.
        group, focal: a column kept beside the items, and the group in it that is compared with
            everybody else.
    """

    key: Sequence[frozenset[str]] | None
    unanswered: Unanswered
    model: Model | None = None
    group: str = ""
    focal: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was found; `notes` are what a reader must know before believing it."""

    items: Sequence[str]
    figures: TestFigures
    fitted: Conditional | Marginal | None
    differences: Sequence[Differential] | None
    options: Sequence[Sequence[Chosen]] | None
    notes: Sequence[str]


def analysis(matrix: Matrix, wish: Wish) -> Analysis:
    """Analyse a matrix.

    Raises:
        BadTable: cells that are no points, groups that are not two.
        CannotFit: the model is not determined by these responses.
    """
    known = points_of(matrix) if wish.key is None else marked(matrix, wish.key)
    is_wrong = wish.unanswered is Unanswered.WRONG
    points: FloatArray = np.nan_to_num(known, nan=0.0) if is_wrong else known
    figures = analyse(points)
    fitted = None if wish.model is None else _fit(points, wish.model, matrix)
    return Analysis(
        items=matrix.items,
        figures=figures,
        fitted=fitted,
        differences=_differences(matrix, points, wish) if wish.group else None,
        options=None if wish.key is None else chosen_options(matrix, wish.key, points),
        notes=_notes(matrix, known, figures, wish) + _notes_of_fit(matrix.items, fitted),
    )


def to_json(found: Analysis) -> Json:
    """All of it with full names; what has no value is null."""
    figures, items = found.figures, found.figures.items
    whole = {one.name: getattr(figures, one.name) for one in fields(figures) if one.name != "items"}
    rows: list[Json] = []
    for at, name in enumerate(found.items):
        of_item = {one.name: getattr(items, one.name)[at].item() for one in fields(items)}
        row: Json = {"item": name} | of_item | _fit_of(found.fitted, at)
        rows.append(row)
        if found.differences is not None:
            row["differential"] = asdict(found.differences[at])
        if found.options is not None:
            row["options"] = [asdict(one) for one in found.options[at]]
    document = {"test": whole, "model": _model(found.fitted), "items": rows}
    plain: Json = _plain(document | {"notes": list(found.notes)})
    return plain


def difficulties(found: Analysis) -> list[tuple[float, float]]:
    """Slope and difficulty of every item that has one threshold; NaN for the others."""
    pairs = []
    for at in range(len(found.items)):
        one = _fit_of(found.fitted, at)
        has_both = "difficulty" in one and one.get("is_determined", True)
        pairs.append((one.get("slope", 1.0), one["difficulty"]) if has_both else (np.nan, np.nan))
    return pairs


def _fit(points: FloatArray, model: Model, matrix: Matrix) -> Conditional | Marginal:
    is_known = ~np.isnan(points)
    whole = points[is_known]
    most = CATEGORIES_MOST if model is Model.GRADED else 1
    is_category = is_known & ((points < 0) | (points > most) | (points != np.floor(points)))
    if is_category.any():
        place = matrix.place(*np.argwhere(is_category)[0])
        advice = "" if model is Model.GRADED else "; try --model graded, or give --key"
        raise CannotFit(f"{place}: the model takes whole points from 0 to {most}{advice}")
    categories = np.full(points.shape, UNKNOWN, dtype=np.int64)
    categories[is_known] = whole.astype(np.int64)
    try:
        if model is Model.RASCH:
            return conditional.rasch(categories)
        return marginal.fit(categories, SLOPES[model])
    except CannotFit as refused:
        if not refused.items:
            raise
        names = ", ".join(matrix.items[at] for at in refused.items)
        raise CannotFit(f"{refused.reason} (of different groups: {names})") from refused


def _differences(matrix: Matrix, points: FloatArray, wish: Wish) -> list[Differential]:
    groups = np.array(matrix.beside[wish.group], dtype=object)
    is_counted: NDArray[np.bool_] = (groups != "") & ~np.isnan(points).any(axis=1)
    present = sorted(set(groups[is_counted]))
    focal = wish.focal or (present[-1] if len(present) == 2 else "")
    if len(present) < 2 or focal not in present:
        shown = ", ".join(present[:8]) or "nothing"
        problem = (
            f"column {wish.group}: two groups are compared, here are {shown}: say with --focal "
            f"which of them is compared with the others"
        )
        raise BadTable([problem])
    counted = points[is_counted]
    bad = np.argwhere((points != 0) & (points != 1) & ~np.isnan(points))
    if len(bad):
        raise BadTable([f"{matrix.place(*bad[0])}: groups are compared on points 0 and 1"])
    is_focal = (groups[is_counted] == focal).astype(bool)
    return list(differential.all_items(counted, counted.sum(axis=1), is_focal))


def _notes(matrix: Matrix, known: FloatArray, figures: TestFigures, wish: Wish) -> list[str]:
    notes = []
    missing = int(np.isnan(known).sum())
    if missing:
        taken = (
            "counted as 0 points"
            if wish.unanswered is Unanswered.WRONG
            else f"not known; figures of the test are of {figures.complete_count} complete rows"
        )
        notes.append(f"{missing} of {known.size} responses are missing: {taken}")
    silent = int(np.isnan(known).all(axis=1).sum())
    if silent:
        notes.append(f"{silent} people gave no response at all")
    flat = [name for name, sd in zip(matrix.items, figures.items.sd, strict=True) if sd == 0]
    if flat:
        notes.append(f"items on which all earn the same, without correlations: {_list(flat)}")
    backward = [
        name for name, r in zip(matrix.items, figures.items.item_rest, strict=True) if r < 0
    ]
    if backward:
        notes.append(
            f"items that able people fail more often (is the key right?): {_list(backward)}"
        )
    if wish.key is not None:
        never = [
            name
            for at, (name, right) in enumerate(zip(matrix.items, wish.key, strict=True))
            if not np.nansum(known[:, at])
        ]
        if never:
            notes.append(f"items whose key nobody chose: {_list(never)}")
    return notes


def _notes_of_fit(items: Sequence[str], fitted: Conditional | Marginal | None) -> list[str]:
    if fitted is None:
        return []
    notes = []
    if not fitted.is_converged:
        notes.append("the model has NOT converged: do not use its parameters")
    if isinstance(fitted, Conditional):
        left_out = [n for n, b in zip(items, fitted.difficulty, strict=True) if isnan(b)]
    else:
        left_out = [n for n, one in zip(items, fitted.items, strict=True) if isnan(one.slope)]
        loose = [
            name
            for name, one in zip(items, fitted.items, strict=True)
            if not isnan(one.slope) and not one.is_determined
        ]
        if loose:
            notes.append(f"items whose slope is 0 or without bound: {_list(loose)}")
    if left_out:
        notes.append(f"items without parameters, as all earn the same: {_list(left_out)}")
    return notes


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _fit_of(fitted: Conditional | Marginal | None, at: int) -> Json:
    match fitted:
        case Conditional():
            return {"difficulty": float(fitted.difficulty[at]), "se": float(fitted.se[at])}
        case Marginal():
            one = fitted.items[at]
            found: Json = {"slope": one.slope, "is_determined": one.is_determined}
            if list(one.thresholds) == [1]:
                return found | {"difficulty": one.thresholds[1]}
            return found | {"thresholds": {str(c): b for c, b in one.thresholds.items()}}
        case None:
            return {}


def _model(fitted: Conditional | Marginal | None) -> Json | None:
    if fitted is None:
        return None
    rounds = fitted.iteration_count if isinstance(fitted, Conditional) else fitted.round_count
    return {
        "estimation": "conditional" if isinstance(fitted, Conditional) else "marginal",
        "log_likelihood": fitted.log_likelihood,
        "rounds": rounds,
        "is_converged": fitted.is_converged,
    }


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity."""
    match value:
        case float():
            return round(value, PLACES) if np.isfinite(value) else None
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
