"""Scoring: from a response to points, scores, thresholds, ranks and the board. Pure functions.

Needs the standard library only, and `bulk` NumPy, so that anybody can run it alone:

>>> from fractions import Fraction
>>> from scoring import mark
>>> from scoring.response import Choice
>>> from scoring.rule import KeyRule
>>> mark(KeyRule(key=Choice("b"), right=Fraction(5)), Choice("b"))
Fraction(5, 1)
"""

from scoring.mark import mark
from scoring.tally import display

__all__ = ["display", "mark"]
