"""What cannot be estimated is refused with its reason, not answered with a number."""

from collections.abc import Sequence


class CannotFit(Exception):
    """A model that these responses do not determine; with the positions of items it is about."""

    code = "cannot_fit"

    def __init__(self, reason: str, items: Sequence[int] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.items = tuple(items)
