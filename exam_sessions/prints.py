"""What a message of a page said, as a value: whether two under one number say the same."""

from exam_sessions.events import JsonValue

Print = tuple[str, int, JsonValue]
"""What a message of a page said: of two messages under one number, whether they say the same."""

PRINT_END: Print = ("end", 0, None)


def print_response(item_no: int, response: JsonValue) -> Print:
    return ("response", item_no, response)


def print_flag(item_no: int, *, flagged: bool) -> Print:
    return ("flag", item_no, flagged)


def print_view(item_no: int) -> Print:
    return ("view", item_no, None)


def print_call(topic: str) -> Print:
    return ("call", 0, topic)


def print_read(count: int) -> Print:
    return ("read", count, None)


def print_notice(kind: str, count: int, lasted_ms: int) -> Print:
    return ("notice", count, [kind, lasted_ms])
