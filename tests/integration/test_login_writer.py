"""Logins that wait together are stored together, each once, the later of a sitting alone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event

from cat_engine.accounts import store
from cat_engine.accounts.login_writer import LoginWriter
from cat_engine.accounts.store import NewLogin, find_login
from cat_engine.accounts.user import login_of_candidate
from cat_engine.db import reading, transact
from tests.cast import ANI, BUDI, EXAM_SESSION

pytestmark = pytest.mark.integration
COUNT = 8


def _login(token: bytes, person: str) -> NewLogin:
    return NewLogin(token.ljust(32), login_of_candidate(EXAM_SESSION, person), 1, 1_000)


def _is_there(database: Database, one: NewLogin) -> bool:
    with reading(database).connect() as db:
        found = find_login(db, one.token_digest, now=2)
    return found is not None and found.login == one.login


def test_who_logs_in_again_ends_the_login_before(database: Database) -> None:
    writer = LoginWriter()
    first, other, second = _login(b"1", ANI), _login(b"2", BUDI), _login(b"3", ANI)

    for one in (first, other, second):
        writer.store(partial(transact, database), one)

    assert [False, True, True] == [_is_there(database, one) for one in (first, other, second)]


def test_logins_that_come_while_one_is_stored_share_a_transaction(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, is_storing, go_on = LoginWriter(), threading.Event(), threading.Event()
    commits: list[object] = []
    insert = store.insert_candidate_logins

    def wait_and_insert(db: Any, given: Any) -> None:
        is_storing.set()
        go_on.wait()
        insert(db, given)

    name = "cat_engine.accounts.login_writer.insert_candidate_logins"
    monkeypatch.setattr(name, wait_and_insert)
    event.listen(database, "commit", commits.append)
    people = [_login(b"%d" % number, f"{number}") for number in range(COUNT)]
    with ThreadPoolExecutor(COUNT) as pool:
        first = pool.submit(writer.store, partial(transact, database), people[0])
        is_storing.wait()
        others = [pool.submit(writer.store, partial(transact, database), one) for one in people[1:]]
        while writer.waiting_count < COUNT - 1:
            threading.Event().wait(0.001)
        go_on.set()
        for one in (first, *others):
            one.result()

    assert [True] * COUNT == [_is_there(database, one) for one in people]
    assert 2 == len(commits)


def test_everybody_hears_of_a_failure(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("cat_engine.accounts.login_writer.insert_candidate_logins", fail)

    with pytest.raises(OSError, match="full"):
        LoginWriter().store(partial(transact, database), _login(b"1", ANI))
