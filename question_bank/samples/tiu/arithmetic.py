"""Sums: the key is the exact value of the very text that is shown."""

import ast
import re
from fractions import Fraction
from math import isqrt

from question_bank.samples.tiu.draft import Draft, show_number

TOPIC = "numerik-berhitung"

_SIGNS = str.maketrans({"×": "*", ":": "/", "−": "-", ",": "."})


def drafts() -> list[Draft]:
    """All of them, easy ones first; a distractor is the sum with a usual mistake in it."""
    return [*_easy(), *_medium(), *_hard()]


def value_of(text: str) -> Fraction:
    """The exact value of a sum: 2,5 + 3/4 × 12² : 10% − √(0,64).

    A slash makes a fraction and binds tightest; "×" and ":" come before "+" and "−".
    """
    plain = text.translate(_SIGNS)
    plain = re.sub(r"(\d+)/(\d+)", r"(\1/\2)", plain)
    plain = re.sub(r"([\d.]+)%", r"(\1/100)", plain)
    plain = re.sub(r"√\(([\d.]+)\)", r"root(\1)", plain)
    plain = plain.replace("²", "**2").replace("³", "**3")
    return _evaluate(ast.parse(plain, mode="eval").body)


def _evaluate(node: ast.expr) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as value):
            return Fraction(repr(value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.Call(func=ast.Name(id="root"), args=[argument]):
            square = _evaluate(argument)
            root = Fraction(isqrt(square.numerator), isqrt(square.denominator))
            assert root**2 == square, square
            return root
        case ast.BinOp(left=left_node, op=operator, right=right_node):
            return _combine(operator, _evaluate(left_node), _evaluate(right_node))
        case _:
            raise AssertionError(ast.dump(node))


def _combine(operator: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            return left ** int(right)
        case _:
            raise AssertionError(operator)


def _sum(difficulty: str, text: str, mistakes: tuple[str, ...], explanation: str) -> Draft:
    show = str if re.fullmatch(r"[\d/ +:×]+", text) and "/" in text else show_number
    return Draft(
        difficulty=difficulty,
        stem=f"Hasil dari {text} adalah …",
        options=tuple(show(value_of(one)) for one in (text, *mistakes)),
        explanation=explanation,
    )


def _easy() -> list[Draft]:
    return [
        _sum(
            "easy",
            "48 + 12 × 5 − 30",
            ("(48 + 12) × 5 − 30", "48 + 12 × 5 + 30", "48 + 12 × (5 − 30)", "48 + 12 + 5 − 30"),
            "Perkalian lebih dahulu: 48 + 60 − 30 = 78.",
        ),
        _sum(
            "easy",
            "25% × 360 + 15",
            ("25% × (360 + 15)", "25% × 360 − 15", "25% × 360", "20% × 360 + 15"),
            "25% × 360 = 90, lalu 90 + 15 = 105.",
        ),
        _sum(
            "easy",
            "3/4 + 5/6",
            ("8/10", "8/12", "3/4 × 5/6", "8/24"),
            "Samakan penyebut: 9/12 + 10/12 = 19/12.",
        ),
    ]


def _medium() -> list[Draft]:
    return [
        _sum(
            "medium",
            "0,75 × 64 − 2,4 : 0,3",
            ("0,75 × 64 − 2,4 : 3", "(0,75 × 64 − 2,4) : 0,3", "48 + 8", "48 − 24 : 0,3"),
            "0,75 × 64 = 48 dan 2,4 : 0,3 = 8, maka 48 − 8 = 40.",
        ),
        _sum(
            "medium",
            "2/3 : 4/9 × 1/2",
            ("2/3 : (4/9 × 1/2)", "2/3 × 4/9 × 1/2", "2/3 : 4/9", "4/9 : 2/3 × 1/2"),
            "Dari kiri ke kanan: 2/3 × 9/4 = 3/2, lalu 3/2 × 1/2 = 3/4.",
        ),
        _sum(
            "medium",
            "(18² − 17²) : 5 + 3³",
            ("35 : 5 + 3²", "27 − 35 : 5", "(18² − 17²) + 3³", "(18 − 17)² × 5 + 3³"),
            "18² − 17² = (18 + 17) × (18 − 17) = 35; 35 : 5 = 7; 7 + 27 = 34.",
        ),
        _sum(
            "medium",
            "37,5% × 480 + 1/6 × 270",
            ("37,5% × 480 − 1/6 × 270", "37,5% × (480 + 270)", "180 + 270 : 3", "160 + 45"),
            "37,5% = 3/8, maka 3/8 × 480 = 180; 1/6 × 270 = 45; 180 + 45 = 225.",
        ),
    ]


def _hard() -> list[Draft]:
    return [
        _sum(
            "hard",
            "(2,5 + 7/4) × 16 − 3/8 × 64",
            ("68 + 24", "2,5 + 7/4 × 16 − 24", "(2,5 + 2,5) × 16 − 24", "68 − 8"),
            "2,5 + 1,75 = 4,25; 4,25 × 16 = 68; 3/8 × 64 = 24; 68 − 24 = 44.",
        ),
        _sum(
            "hard",
            "√(0,64) + 1,2² : 0,18 − 0,5",
            ("0,08 + 8 − 0,5", "(0,8 + 1,44) : 0,16 − 0,5", "0,8 + 0,8 − 0,5", "0,8 + 8 + 0,5"),
            "√(0,64) = 0,8; 1,44 : 0,18 = 8; 0,8 + 8 − 0,5 = 8,3.",
        ),
    ]
