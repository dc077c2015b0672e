"""Values: equal by what they hold, usable as keys, and frozen by mypy's word."""

from scoring.response import Choice


def test_values_are_equal_by_what_they_hold_and_stand_for_each_other_as_keys() -> None:
    assert Choice("A") == Choice("A")
    assert Choice("A") != Choice("B")
    assert {Choice("A"): 1}[Choice("A")] == 1


def test_no_field_can_be_added() -> None:
    assert not hasattr(Choice("A"), "__dict__")


def change_a_value(choice: Choice) -> None:
    """Never run: with unused ignores as errors, mypy fails here once values stop being frozen."""
    choice.option = "B"  # type: ignore[misc]
