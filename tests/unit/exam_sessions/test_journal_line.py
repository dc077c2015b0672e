"""The hash of an entry covers salted digests of its place, as canonical text, and its body."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from exam_sessions.entry_hash import digest_of, genesis, hash_entry, place_text, salts_of
from exam_sessions.events import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEY = "5a" * 32
BODY = '{"by":"rini","room":"A"}'
PLACE = ("sesi-1", 1, None)
AT = 1_795_482_000_000


@given(TEXT, st.integers(1, 10**12), st.none() | TEXT, st.integers(0, 10**14), TEXT)
def test_a_place_is_canonical_text(
    exam_session: str, position: int, participant_no: str | None, at: int, kind: str
) -> None:
    expected = canonical([exam_session, position, participant_no, at, kind])

    assert expected == place_text((exam_session, position, participant_no), at, kind)


def test_the_documented_vectors() -> None:
    """docs/algorithms/journal.md: another program gives the same."""
    before = genesis("sesi-1")
    of_place, of_body = salts_of(KEY, 1)

    assert "4580a9a7c692882cac5d5c4107526d7a2ab931f95c26a17403afd09f56b1e61a" == before
    assert "a6adbbc573f52b79a4730eea3cd352cd" == of_place
    assert "3871c847c8cb4d058227b6a84336bd5e" == of_body
    assert "2da9d3f4e9b9049cf86e9296a8e973367f34aa9eaf7d64b2e909bfe48ac27e27" == digest_of(
        of_place, place_text(PLACE, AT, "RoomOpened")
    )
    assert "c5eb15f36aa5228e1e1af684b3df557fd9f92597c4cc5607474b2ab991ed69fc" == digest_of(
        of_body, BODY
    )
    assert "ab79e21f09b314a16b8fa3c1a0473947b2a9e531553e239e5137643e24d68cd5" == hash_entry(
        KEY, before, place=PLACE, at=AT, kind="RoomOpened", body=BODY
    )
    assert "f17d0c3e88333ace305a8f9537fe35fae2e66a63d0dee7a5e65bb2ec4ed9995d" == hash_entry(
        None, before, place=PLACE, at=AT, kind="RoomOpened", body=BODY
    )


def test_without_a_key_the_hash_covers_place_and_body_themselves() -> None:
    text = f"ab\n{place_text(PLACE, AT, 'RoomOpened')}\n{BODY}"

    found = hash_entry(None, "ab", place=PLACE, at=AT, kind="RoomOpened", body=BODY)

    assert hashlib.sha256(text.encode()).hexdigest() == found


def test_each_entry_has_salts_of_its_own() -> None:
    salts = {
        salt
        for key in (KEY, "a5" * 32)
        for position in range(1, 100)
        for salt in salts_of(key, position)
    }

    assert 2 * 2 * 99 == len(salts)
