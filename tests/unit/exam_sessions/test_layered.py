"""A layered mapping is a dictionary that leaves its older versions as they were."""

from hypothesis import given
from hypothesis import strategies as st

from exam_sessions.layered import Layered

ENTRIES = st.lists(st.tuples(st.integers(0, 40), st.integers()), max_size=120)


@given(ENTRIES)
def test_layered_equals_the_dictionary_with_the_same_entries(
    entries: list[tuple[int, int]],
) -> None:
    expected: dict[int, int] = {}
    found: Layered[int, int] = Layered()

    for key, value in entries:
        expected[key] = value
        found = found.put(key, value)

    assert expected == found
    assert list(expected.items()) == list(found.items())
    assert list(expected) == list(found)
    assert list(expected.values()) == list(found.values())
    assert len(expected) == len(found)
    assert [expected.get(key, -1) for key in range(50)] == [found.get(k, -1) for k in range(50)]
    assert [key in expected for key in range(50)] == [key in found for key in range(50)]


@given(ENTRIES)
def test_older_versions_stay_as_they_were(entries: list[tuple[int, int]]) -> None:
    versions: list[Layered[int, int]] = [Layered()]
    copies: list[dict[int, int]] = [{}]

    for key, value in entries:
        versions.append(versions[-1].put(key, value))
        copies.append({**copies[-1], key: value})

    assert copies == [dict(version) for version in versions]
