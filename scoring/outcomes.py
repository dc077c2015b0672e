"""All that comes out of a response, not the points alone; and QTI's response values as ours."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scoring import processing
from scoring.mark import highest, mark
from scoring.response import Response
from scoring.rule import ProcessingRule, Rule


def outcomes(
    rule: Rule, response: Response, judged: Mapping[str, Fraction] = processing.NOT_JUDGED
) -> dict[str, Any]:
    """Every outcome of a response by QTI's names; of our own rules SCORE and MAXSCORE.

    Args:
        rule: how the response earns points.
        response: what was given.
        judged: what people gave, by outcome; it stands whatever the rule says.

    >>> from scoring.response import Choice
    >>> from scoring.rule import KeyRule
    >>> outcomes(KeyRule(Choice("b")), Choice("b"))
    {'SCORE': Fraction(1, 1), 'MAXSCORE': Fraction(1, 1)}
    """
    if isinstance(rule, ProcessingRule):
        return processing.outcomes(rule.program, response, judged)
    return {"SCORE": mark(rule, response), "MAXSCORE": highest(rule)} | dict(judged)
