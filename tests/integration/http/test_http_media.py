"""Pictures of items, and the facts on a result sheet, from a real database."""

import hashlib
from typing import Any

from sqlalchemy import insert

from cat_engine.db import reading, writing
from cat_engine.hall import Hall
from cat_engine.http.sheet import facts_of
from exam_sessions import events, journal
from exam_sessions.journal import Draft
from question_bank.tables import media

ANI, BUDI = "24-5521-0017", "24-5521-0018"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DIGEST = hashlib.sha256(PICTURE).hexdigest()
MINUTE_MS = 60_000


def put_picture(hall: Hall) -> None:
    with writing(hall.database).begin() as db:
        db.execute(insert(media).values(digest=DIGEST, extension="svg", content=PICTURE))


def test_candidate_gets_a_picture_that_stays_in_no_cache(
    candidate_browser: Any, hall: Hall
) -> None:
    put_picture(hall)

    picture = candidate_browser.get(f"/media/{DIGEST}.svg")

    assert picture.data == PICTURE
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"


def test_a_picture_opened_by_itself_runs_nothing(candidate_browser: Any, hall: Hall) -> None:
    put_picture(hall)

    policy = candidate_browser.get(f"/media/{DIGEST}.svg").headers["Content-Security-Policy"]

    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy


def test_strangers_get_no_pictures(browser: Any, hall: Hall) -> None:
    put_picture(hall)

    assert browser.get(f"/media/{DIGEST}.svg").status_code == 401


def test_a_picture_that_is_not_there_yet_is_found_later(candidate_browser: Any, hall: Hall) -> None:
    before = candidate_browser.get(f"/media/{DIGEST}.svg").status_code
    put_picture(hall)

    assert before == 404
    assert candidate_browser.get(f"/media/{DIGEST}.svg").status_code == 200
    assert candidate_browser.get(f"/media/{DIGEST}.html").status_code == 404
    assert candidate_browser.get("/media/..%2f..%2fconfig.yaml").status_code == 404


def test_the_sheet_counts_what_happened_to_one_sitting(hall: Hall) -> None:
    act: dict[str, Any] = {"by": "citra", "reason": "power", "words": ""}
    happened: list[tuple[str, int, Any]] = [
        (ANI, 500, events.LineLost(epoch=1, cause="line")),
        (ANI, 1_000, events.PartBegun(part_index=0, allotment_ms=60 * MINUTE_MS)),
        (BUDI, 1_500, events.PartBegun(part_index=0, allotment_ms=60 * MINUTE_MS)),
        (ANI, 2_000, events.LineLost(epoch=1, cause="line")),
        (ANI, 3_000, events.Paused(act_id="p", **act)),
        (ANI, 4_000, events.Extended(act_id="e", **act, extension_ms=5 * MINUTE_MS)),
        (BUDI, 4_500, events.Paused(act_id="q", **act)),
        (ANI, 5_000, events.Finished("candidate", {"twk": "125"}, "125", passed=True)),
        (ANI, 6_000, events.LineLost(epoch=1, cause="closed")),
    ]
    drafts = [Draft("pagi", number, at, event) for number, at, event in happened]

    with writing(hall.database).begin() as db:
        lease = journal.take_lease(db, now=0)
        entries = journal.append(db, drafts, {}, epoch=lease.epoch, now=0)
    with reading(hall.database).connect() as db:
        facts = facts_of(journal.read_sitting(db, "pagi", ANI))

    assert (facts.started_at, facts.pause_count, facts.line_lost_count) == (1_000, 1, 1)
    assert (facts.extension_count, facts.extension_minutes) == (1, 5)
    assert (facts.position, facts.entry_hash) == (8, entries[-2].hash)


def test_a_sitting_that_never_began_has_no_facts(hall: Hall) -> None:
    with reading(hall.database).connect() as db:
        facts = facts_of(journal.read_sitting(db, "pagi", BUDI))

    assert facts.started_at is None
    assert facts.position is None
