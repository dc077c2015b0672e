"""Real matrices with figures that R's packages give, read as anybody would have them read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scoring.item_analysis.classical import FloatArray
from scoring.item_analysis.key import read_key
from scoring.item_analysis.matrix import Layout, Matrix, marked, points_of, read_matrix

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Real:
    """Where a matrix lies, which columns are items, and what is done before the figures."""

    file: str
    layout: Layout
    reference: str
    part: str = "ctt"
    is_keyed: bool = False
    is_empty_wrong: bool = False
    at_least: int = 0
    """Points from which a response counts as right; 0: points are as they are."""

    def matrix(self, data: Path) -> Matrix:
        return read_matrix((data / self.file).read_text("utf-8"), self.layout)

    def expected(self, data: Path) -> Json:
        path = data / "responses" / f"{self.reference}.reference.json"
        found: Json = json.loads(path.read_text("utf-8"))
        return found

    def points(self, data: Path) -> FloatArray:
        matrix = self.matrix(data)
        if self.is_keyed:
            key = read_key(json.dumps(self.expected(data)), matrix.items)
            points = marked(matrix, key)
        else:
            points = points_of(matrix)
        if self.is_empty_wrong:
            points = np.nan_to_num(points, nan=0.0)
        return np.where(points >= self.at_least, 1.0, 0.0) if self.at_least else points


AGGRESSION = Real(
    "responses/verbal_aggression_3cat.csv",
    Layout(items=["S1WantCurse..S4DoShout"]),
    "verbal_aggression_3cat",
    part="ctt_polytomous",
)
MATRICES = {
    "lsat6": Real("responses/lsat6.csv", Layout(), "lsat6"),
    "mathexam14w": Real(
        "responses/mathexam14w.csv", Layout(items=["quad..lagrange"]), "mathexam14w"
    ),
    "msatb": Real("responses/msatb.csv", Layout(beside=["gender"]), "msatb"),
    "iqitems": Real("responses/iqitems_raw.csv", Layout(), "iqitems_raw", is_keyed=True),
    "aggression": AGGRESSION,
    "aggression-dichotomised": replace(AGGRESSION, part="ctt_dichotomised", at_least=1),
    "credential": Real(
        "responses/credential_choices.csv",
        Layout(person="candidate"),
        "credential_choices",
        is_keyed=True,
        is_empty_wrong=True,
    ),
    "chess": Real(
        "traces/amsterdam_chess_rt.csv",
        Layout(items=["Y1..Y40"], missing=["9"]),
        "amsterdam_chess",
        is_empty_wrong=True,
    ),
}


def column(rows: Sequence[Json], name: str) -> FloatArray:
    """One figure of every row; NaN where R had none."""
    values = [row.get(name) for row in rows]
    return np.array([np.nan if one in (None, "NA") else one for one in values], dtype=np.float64)
