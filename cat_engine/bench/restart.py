"""Kill -9 in the middle of an exam: how soon answers are taken again, and everybody is back."""

import threading

from cat_engine.bench.fleet import share_out, start_fleet
from cat_engine.bench.row import Figure, Figures, Known, Setting, Unsound
from cat_engine.bench.server import Server, start_exam, started
from cat_engine.bench.site import EXAM_SESSION, ROOM, Site, make_site
from cat_engine.clock import monotonic_s, wall_now
from exam_sessions import commands, events, journal
from exam_sessions.decide import decide
from exam_sessions.journal import Draft, Head
from exam_sessions.live_session import load_plan_and_grounds, seated
from exam_sessions.sitting import Sitting, evolve, seat
from exam_sessions.store import list_enrolments
from scoring.response import Choice

PEOPLE_COUNT, QUICK_PEOPLE_COUNT = 1_000, 60
ENTRY_COUNT, QUICK_ENTRY_COUNT = 100_000, 3_000
BEFORE_S = 15
"""Long enough for everybody to be in and answering."""
AFTER_S, QUICK_AFTER_S = 22, 8
FIRST_LIMIT_S, ALL_LIMIT_S = 5, 15
SETTINGS = "exam: {grace_s: 2}\n"
STAFF = "bench"
LETTERS = "ABCD"


def measure(setting: Setting) -> Figures:
    """Answering people, a full journal, a kill, and a new start at once on the same port."""
    count = setting.choose(PEOPLE_COUNT, QUICK_PEOPLE_COUNT)
    site = make_site(setting.folder, count)
    entry_count = _fill(site, setting.choose(ENTRY_COUNT, QUICK_ENTRY_COUNT))
    after_s = setting.choose(AFTER_S, QUICK_AFTER_S)
    with started(start_exam(setting.folder, settings=SETTINGS)) as first:
        pattern = {"name": "answer", "duration_s": BEFORE_S + after_s}
        jobs = [
            {"port": first.port, "people": people, "pattern": pattern}
            for people in share_out(site.people)
        ]
        fleet = start_fleet(jobs, module="cat_engine.bench.crowd")
        servers: list[Server] = []
        times: list[float] = []

        def kill_and_start() -> None:
            threading.Event().wait(BEFORE_S)
            first.kill()
            times.append(monotonic_s())
            again = ("--port", str(first.port))
            servers.append(start_exam(setting.folder, settings=SETTINGS, options=again))
            times.append(monotonic_s())

        try:
            work = fleet.go(kill_and_start)
        finally:
            fleet.end()
            for server in servers:
                server.kill()
    work.check()
    site.audit(work.stories)
    killed_at, ready_at = times
    resumed = sorted(
        one["resumed_at"] - killed_at for one in work.people if one["resumed_at"] is not None
    )
    if len(resumed) < count:
        raise Unsound(f"{count - len(resumed)} of {count} people did not come back")
    return [
        Figure("server ready after", ready_at - killed_at, "s"),
        Figure("first answer after", resumed[0], "s"),
        Figure("half are back after", resumed[len(resumed) // 2], "s"),
        Figure("all are back after", resumed[-1], "s"),
        Figure("entries replayed", entry_count, ""),
    ]


def is_reached(known: Known) -> bool | None:
    """Whether answers were taken again, and everybody was back, in time."""
    row = known["restart"]
    return row["first answer after"] <= FIRST_LIMIT_S and row["all are back after"] <= ALL_LIMIT_S


def _fill(site: Site, entry_count: int) -> int:
    """Let everybody begin and answer until the journal is as long as it shall be; its length."""
    now = wall_now()
    with site.database.begin() as db:
        live, grounds = load_plan_and_grounds(db, EXAM_SESSION)
        hall = (events.RoomOpened(ROOM, STAFF), events.RoomStarted(ROOM, STAFF))
        drafts = [Draft(EXAM_SESSION, None, now, event) for event in hall]
        sittings: dict[str, Sitting] = {}
        for enrolment in list_enrolments(db, EXAM_SESSION):
            number = enrolment.participant_no
            placed = seated(live.blueprint, enrolment, grounds[number])
            sittings[number] = seat(EXAM_SESSION, number, placed)
            drafts.append(Draft(EXAM_SESSION, number, now, placed))
        turn = 0
        while len(drafts) < entry_count:
            for number, before in sittings.items():
                command = _command(turn)
                for event in decide(before, command, grounds[number], now, room="started"):
                    sittings[number] = evolve(before, event, now)
                    drafts.append(Draft(EXAM_SESSION, number, now, event))
            turn += 1
        epoch = journal.take_lease(db, now=now).epoch
        heads: dict[str, Head] = {}
        journal.append(db, drafts, heads, epoch=epoch, now=wall_now())
    return len(drafts)


def _command(turn: int) -> commands.SittingCommand:
    """What everybody does in turn: enter, begin, then answer item after item."""
    if turn == 0:
        return commands.Enter("bench")
    if turn == 1:
        return commands.Begin(1)
    item_no = 1 + (turn - 2) % 110
    letter = LETTERS[turn % len(LETTERS)]
    return commands.Respond(1, 100_000 + turn, item_no, Choice(letter))
