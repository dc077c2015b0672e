"""What candidates, proctors and readers do over the sockets of a real server."""

import asyncio

from cat_engine.rehearsal.http import log_in
from cat_engine.rehearsal.line import open_line
from tests.cast import ANI, BUDI, EXAM_SESSION, PIN
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import (
    Json,
    act_message,
    candidate_line,
    proctor_line,
    run,
)


def test_an_answer_is_saved_and_comes_back_at_another_workstation(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as first:
            entered = await first.call("enter", {"station": "pc-1"})
            begun = await first.call("begin", {})
            seq = entered["seq_base"] + 1
            saved = await first.call(
                "respond", {"client_seq": seq, "item_no": 1, "response": {"choice": "C"}}
            )
            flagged = await first.call(
                "flag", {"client_seq": seq + 1, "item_no": 2, "flagged": True}
            )
        cookie = await log_in(hall.url, participant_no=ANI, pin=PIN)
        second = await open_line(hall.url, "/candidate", cookie)
        again = await second.call("enter", {"station": "pc-2"})
        await second.close()

        assert (True, seq) == (saved["ok"], saved["saved"])
        assert flagged["ok"]
        assert begun["items"] == again["items"]
        assert ({"1": {"choice": "C"}}, [2]) == (again["responses"], again["flags"])
        assert again["time_left_ms"] <= begun["time_left_ms"]

    run(story)


def test_the_newer_connection_takes_over_and_the_older_is_told_and_closed(
    hall: ServerProcess,
) -> None:
    async def story() -> None:
        cookie = await log_in(hall.url, participant_no=ANI, pin=PIN)
        older = await open_line(hall.url, "/candidate", cookie)
        newer = await open_line(hall.url, "/candidate", cookie)
        await older.call("enter", {"station": "pc-1"})

        await newer.call("enter", {"station": "pc-2"})

        name, _ = await asyncio.wait_for(older.pushes.get(), 5)
        reply = await newer.call("begin", {})
        assert ("taken_over", "working") == (name, reply["status"])
        await newer.close()
        await older.close()

    run(story)


def test_a_proctor_pauses_extends_and_resumes_and_the_candidate_learns_it(
    hall: ServerProcess,
) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani, proctor_line(hall.url) as citra:
            await ani.call("enter", {"station": "pc"})
            begun = await ani.call("begin", {})
            watching = await citra.call("watch", {"exam_session": EXAM_SESSION})
            mine = {"participants": [ANI]}

            await citra.call("act", act_message("pause", mine))
            hint, _ = await asyncio.wait_for(ani.pushes.get(), 5)
            paused = await ani.call("view_sitting", {})
            await citra.call("act", act_message("extend", mine, minutes=5))
            await citra.call("act", act_message("extend", mine, minutes=5))
            await citra.call("act", act_message("resume", mine))
            resumed = await ani.call("beat", {})

            assert {ANI, BUDI} == {row["participant_no"] for row in watching["rows"]}
            assert ("changed", "paused", []) == (hint, paused["status"], paused["items"])
            assert ("working", 300_000) == (resumed["status"], resumed["extra_ms"])
            assert resumed["time_left_ms"] > begun["time_left_ms"] + 200_000

    run(story)


def test_the_proctor_screen_follows_by_deltas(hall: ServerProcess) -> None:
    async def story() -> None:
        async with candidate_line(hall.url) as ani, proctor_line(hall.url) as citra:
            watching = await citra.call("watch", {"exam_session": EXAM_SESSION})
            await ani.call("enter", {"station": "pc"})
            await ani.call("begin", {})

            version = watching["version"]
            seen: Json = {}
            while seen.get("status") != "working":
                name, delta = await asyncio.wait_for(citra.pushes.get(), 10)
                assert ("delta", version + 1) == (name, delta["version"])
                version = delta["version"]
                seen = next((r for r in delta["rows"] if r["participant_no"] == ANI), seen)
            assert seen["line"] is True

    run(story)
