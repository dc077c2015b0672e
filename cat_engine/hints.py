"""Sentences that more than one part says to whoever runs commands."""


def no_session(exam_session: str) -> str:
    """There is no such exam session, and where to look."""
    return f"there is no exam session {exam_session}; see: cat-engine exam list"
