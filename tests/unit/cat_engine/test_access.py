"""Who may do what: every role against every act."""

import pytest

from cat_engine.accounts.access import Act, OwnSitting, Place, may, rooms_of
from cat_engine.accounts.user import EVERY_ROOM, Login, Role, login_of_candidate

ANI = login_of_candidate("pagi", "24-0001")
CITRA = Login("citra", "Citra", Role.PROCTOR, rooms=frozenset({("pagi", "a")}))
DEWI = Login("dewi", "Dewi", Role.ADMINISTRATOR, rooms=EVERY_ROOM)


@pytest.mark.parametrize("act", list(Act))
def test_public_may_only_view_boards(act: Act) -> None:
    assert (act is Act.VIEW_BOARD) == may(None, act, Place("pagi", "a"))


def test_candidate_may_sit_and_see_only_the_own_sitting() -> None:
    own, other_person = OwnSitting("pagi", "24-0001"), OwnSitting("pagi", "24-0002")
    other_session = OwnSitting("siang", "24-0001")

    for act in (Act.SIT, Act.VIEW_RESULT):
        assert may(ANI, act, own)
        assert not may(ANI, act, other_person)
        assert not may(ANI, act, other_session)


@pytest.mark.parametrize("act", [Act.LIST_EXAM_SESSIONS, Act.WATCH_ROOM, Act.ACT_ON_ROOM,
                                 Act.MANAGE_BOARD, Act.DOWNLOAD_RESULTS])  # fmt: skip
def test_candidate_may_nothing_that_staff_may(act: Act) -> None:
    assert not may(ANI, act, Place("pagi", "a"))


def test_proctor_acts_on_the_named_rooms_alone() -> None:
    assert may(CITRA, Act.ACT_ON_ROOM, Place("pagi", "a"))
    assert not may(CITRA, Act.ACT_ON_ROOM, Place("pagi", "b"))
    assert not may(CITRA, Act.ACT_ON_ROOM, Place("siang", "a"))
    assert may(CITRA, Act.WATCH_ROOM, Place("pagi"))
    assert not may(CITRA, Act.WATCH_ROOM, Place("siang"))


@pytest.mark.parametrize("act", [Act.SIT, Act.VIEW_RESULT])
def test_staff_never_sit(act: Act) -> None:
    for login in (CITRA, DEWI):
        assert not may(login, act, OwnSitting("pagi", "24-0001"))


def test_proctor_may_not_manage_boards_or_take_results() -> None:
    everywhere = Login("citra", "Citra", Role.PROCTOR, rooms=EVERY_ROOM)

    for act in (Act.MANAGE_BOARD, Act.DOWNLOAD_RESULTS):
        assert not may(everywhere, act, Place("pagi"))
        assert may(DEWI, act, Place("pagi"))


BANK_ACTS = {Act.VIEW_BANK, Act.WRITE_ITEMS, Act.REVIEW_ITEMS, Act.IMPORT_ITEMS, Act.OPEN_SEAL}


def test_authors_write_reviewers_review_and_administrators_import_and_open() -> None:
    eka = Login("eka", "Eka", Role.AUTHOR)
    fajar = Login("fajar", "Fajar", Role.REVIEWER)

    allowed = {
        login and login.user: {act for act in Act if may(login, act, Place("pagi"))} & BANK_ACTS
        for login in (None, ANI, CITRA, eka, fajar, DEWI)
    }

    assert allowed == {
        None: set(),
        ANI.user: set(),
        "citra": set(),
        "eka": {Act.VIEW_BANK, Act.WRITE_ITEMS},
        "fajar": {Act.VIEW_BANK, Act.WRITE_ITEMS, Act.REVIEW_ITEMS},
        "dewi": BANK_ACTS,
    }


def test_authors_and_reviewers_have_no_part_in_a_hall() -> None:
    for role in (Role.AUTHOR, Role.REVIEWER):
        login = Login("eka", "Eka", role)
        mine = {act for act in Act if may(login, act, Place("pagi", "a"))}
        assert mine <= BANK_ACTS | {Act.VIEW_BOARD, Act.OWN_ACCOUNT}


def test_staff_have_an_account_and_administrators_manage_them() -> None:
    for login in (CITRA, DEWI, Login("eka", "Eka", Role.AUTHOR)):
        assert may(login, Act.OWN_ACCOUNT)
        assert (login is DEWI) == may(login, Act.MANAGE_STAFF)
    for somebody in (None, ANI):
        assert not may(somebody, Act.OWN_ACCOUNT)
        assert not may(somebody, Act.MANAGE_STAFF)


def test_rooms_are_filtered_to_those_of_the_proctor() -> None:
    assert rooms_of(CITRA, "pagi", ["a", "b"]) == {"a"}
    assert rooms_of(DEWI, "pagi", ["a", "b"]) == {"a", "b"}
    assert rooms_of(ANI, "pagi", ["a", "b"]) == frozenset()
    assert rooms_of(None, "pagi", ["a"]) == frozenset()


def test_target_of_the_wrong_kind_is_never_allowed() -> None:
    assert not may(ANI, Act.SIT, Place("pagi"))
    assert not may(CITRA, Act.ACT_ON_ROOM, OwnSitting("pagi", "24-0001"))
    assert not may(CITRA, Act.ACT_ON_ROOM)
