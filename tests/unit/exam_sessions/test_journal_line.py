"""The hash of an entry covers the canonical text of its parts, and its body by a salted digest."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from exam_sessions.entry_hash import content_of, digest_of, genesis, hash_entry, salt_of
from exam_sessions.events import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEY = "5a" * 32
BODY = '{"by":"rini","room":"A"}'


@given(TEXT, st.integers(1, 10**12), st.none() | TEXT, st.integers(0, 10**14), TEXT)
def test_a_hash_covers_the_canonical_line(
    exam_session: str, position: int, participant_no: str | None, at: int, kind: str
) -> None:
    line = canonical([exam_session, position, participant_no, at, kind])
    expected = hashlib.sha256(f"ab\n{line}\n{{}}".encode()).hexdigest()

    found = hash_entry(
        "ab", place=(exam_session, position, participant_no), at=at, kind=kind, content="{}"
    )

    assert expected == found


def test_the_documented_vectors() -> None:
    """docs/algorithms/journal.md: another program gives the same."""

    def first(key: str | None) -> str:
        place = ("sesi-1", 1, None)
        content = content_of(key, 1, BODY)
        return hash_entry(
            genesis("sesi-1"), place=place, at=1795482000000, kind="RoomOpened", content=content
        )

    assert "4580a9a7c692882cac5d5c4107526d7a2ab931f95c26a17403afd09f56b1e61a" == genesis("sesi-1")
    assert "a6adbbc573f52b79a4730eea3cd352cd3871c847c8cb4d058227b6a84336bd5e" == salt_of(KEY, 1)
    assert "6da412b04d649cde049ca62ee41154f2bbb34ca37addf13e353dd5a8859301a5" == digest_of(
        salt_of(KEY, 1), BODY
    )
    assert "0267c500729db21421710ad8142e6b9eee1ab9918bd197b14b1d9ee1c50a8152" == first(KEY)
    assert "f17d0c3e88333ace305a8f9537fe35fae2e66a63d0dee7a5e65bb2ec4ed9995d" == first(None)


def test_each_entry_has_a_salt_of_its_own() -> None:
    salts = {salt_of(key, position) for key in (KEY, "a5" * 32) for position in range(1, 100)}

    assert 2 * 99 == len(salts)
