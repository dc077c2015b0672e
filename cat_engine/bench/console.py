"""How soon a second console shows what a first one did, while a hall of five hundred answers."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from cat_engine.bench.fleet import PROCESS_COUNT, share_out, start_fleet
from cat_engine.bench.row import Figure, Figures, Known, Setting, Unsound
from cat_engine.bench.server import Server, serve_exam
from cat_engine.bench.site import EXAM_SESSION, Site, make_site
from cat_engine.clock import monotonic_s, wall_now
from cat_engine.rehearsal import stage
from cat_engine.rehearsal.http import log_in_staff
from cat_engine.rehearsal.line import Line, open_line

PEOPLE_COUNT, QUICK_PEOPLE_COUNT = 500, 50
RATE = 140
"""Answers a second: a hall of five hundred works."""
ALL_ACTS, QUICK_ALL_ACTS = 30, 3
ONE_ACTS, QUICK_ONE_ACTS = 100, 10
LIMIT_MS = 1_000
SEEN_LIMIT_S = 30

Json = dict[str, Any]


def measure(setting: Setting) -> Figures:
    """Messages to everybody and to one seat, from one console; until another shows them."""
    count = setting.choose(PEOPLE_COUNT, QUICK_PEOPLE_COUNT)
    site = make_site(setting.folder, count)
    watched = _Watched(site, setting.choose(ALL_ACTS, QUICK_ALL_ACTS),
                       setting.choose(ONE_ACTS, QUICK_ONE_ACTS))  # fmt: skip
    with serve_exam(setting.folder) as server:
        site.open_and_start(server.url)
        seconds = setting.choose(60, 8)
        pattern = {"name": "paced", "phases": [("work", seconds, RATE / PROCESS_COUNT)]}
        fleet = start_fleet([
            {"kind": "exam", "port": server.port, "people": people, "pattern": pattern}
            for people in share_out(site.people)
        ])  # fmt: skip
        try:
            work = fleet.go(on_started=lambda: watched.act_and_see(server))
        finally:
            fleet.end()
    work.check()
    site.audit(work.stories)
    return [
        Figure("all seats p50", _quantile(watched.all_ms, 0.5), "ms"),
        Figure("all seats p99", _quantile(watched.all_ms, 0.99), "ms"),
        Figure("one seat p50", _quantile(watched.one_ms, 0.5), "ms"),
        Figure("one seat p99", _quantile(watched.one_ms, 0.99), "ms"),
        Figure("answers p99 meanwhile", work.quantile_ms("work", 0.99), "ms"),
    ]


def is_reached(known: Known) -> bool | None:
    """Whether the second console shows every act within a second."""
    row = known["console"]
    return max(row["all seats p99"], row["one seat p99"]) <= LIMIT_MS


@dataclass(slots=True)
class _Watched:
    site: Site
    all_acts: int
    one_acts: int
    all_ms: list[float] = field(default_factory=list)
    one_ms: list[float] = field(default_factory=list)

    def act_and_see(self, server: Server) -> None:
        with stage.staff_for_a_while(self.site.database, wall_now()) as (username, password):
            asyncio.run(self._story(server.url, username, password))

    async def _story(self, url: str, username: str, password: str) -> None:
        cookie = await log_in_staff(url, username=username, password=password)
        acting = await open_line(url, "/proctor", cookie)
        watching = await open_line(url, "/proctor", cookie)
        whole = await watching.call("watch", {"exam_session": EXAM_SESSION})
        unread = {row["participant_no"]: row["unread_count"] for row in whole["rows"]}
        everybody = sorted(unread)
        for number in range(self.all_acts + self.one_acts):
            is_all = number % (1 + self.one_acts // self.all_acts) == 0
            named = everybody if is_all else [everybody[number % len(everybody)]]
            taken = self.all_ms if is_all else self.one_ms
            taken.append(await _message(acting, watching, named, unread=unread, number=number))
        await acting.close()
        await watching.close()


async def _message(
    acting: Line, watching: Line, named: list[str], *, unread: dict[str, int], number: int
) -> float:
    """Send a message; milliseconds until the other console shows it at every seat it went to."""
    wanted = {no: unread[no] + 1 for no in named}
    began = monotonic_s()
    reply = asyncio.create_task(
        acting.call("act", {
            "act_id": f"bench-{number}", "exam_session": EXAM_SESSION, "act": "message",
            "targets": {"participants": named}, "reason": "procedure", "text": f"Pesan {number}",
        })
    )  # fmt: skip
    while any(unread[no] < count for no, count in wanted.items()):
        name, delta = await asyncio.wait_for(watching.pushes.get(), SEEN_LIMIT_S)
        if name == "delta":
            unread |= {row["participant_no"]: row["unread_count"] for row in delta["rows"]}
    taken_ms = (monotonic_s() - began) * 1_000
    answer = await reply
    if not answer["ok"] or answer["refused"]:
        raise Unsound(f"an act was refused: {answer}")
    return taken_ms


def _quantile(taken: list[float], share: float) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
