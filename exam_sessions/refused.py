"""The one exception of everything that may be asked and cannot be granted."""


class Refused(Exception):
    """A command that cannot be granted; `code` is stable and has a sentence in the catalogue."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
