"""The line that an entry's hash covers is the canonical text of its parts, however it is made."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from exam_sessions.events import canonical
from exam_sessions.journal import hash_entry

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXT, st.integers(1, 10**12), st.none() | TEXT, st.integers(0, 10**14), TEXT)
def test_a_hash_covers_the_canonical_line(
    exam_session: str, position: int, participant_no: str | None, at: int, kind: str
) -> None:
    line = canonical([exam_session, position, participant_no, at, kind])
    expected = hashlib.sha256(f"ab\n{line}\n{{}}".encode()).hexdigest()

    found = hash_entry(
        "ab", place=(exam_session, position, participant_no), at=at, kind=kind, body="{}"
    )

    assert expected == found
