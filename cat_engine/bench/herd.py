"""A hall that arrives at one instant: log in, connect, see the first item."""

from cat_engine.bench.fleet import run_fleet, share_out
from cat_engine.bench.row import Figure, Figures, Known, Setting, Unsound
from cat_engine.bench.server import serve_exam
from cat_engine.bench.site import EXAM_SESSION, PIN, Site, make_site
from exam_sessions import events, journal

PEOPLE_COUNT, QUICK_PEOPLE_COUNT = 1_000, 100
ALL_LIMIT_S = 15
CLOCK_LOST_LIMIT_MS = 1_000


def measure(setting: Setting) -> Figures:
    """Everybody is let go at once; until the last one sees an item."""
    count = setting.choose(PEOPLE_COUNT, QUICK_PEOPLE_COUNT)
    site = make_site(setting.folder, count)
    with serve_exam(setting.folder) as server:
        site.open_and_start(server.url)
        people = [(number, PIN) for number, _cookie in site.people]
        jobs = [
            {"port": server.port, "people": share, "pattern": {"name": "herd"}}
            for share in share_out(people)
        ]
        work, cpu_s = run_fleet(server, jobs, module="cat_engine.bench.crowd")
    work.check()
    arrived = [one for one in work.people if one["first_item_s"] is not None]
    _check_clocks(site, {one["participant_no"] for one in arrived})
    times = sorted(one["first_item_s"] for one in arrived)
    return [
        Figure("half see an item after", times[len(times) // 2], "s"),
        Figure("all see an item after", times[-1], "s"),
        Figure("told to wait", sum(one["waits"] for one in work.people), ""),
        Figure("clock lost, most", max(one["clock_lost_ms"] for one in arrived), "ms"),
        Figure("first item asked for, most", max(one["begin_s"] for one in arrived), "s"),
        Figure("server CPU", cpu_s / count * 1e3, "ms each"),
        Figure("load CPU", work.cpu_s / count * 1e3, "ms each"),
    ]


def is_reached(known: Known) -> bool | None:
    """Whether all were in time and nobody's clock ran before the first item was handed out."""
    row = known["herd"]
    return (
        row["all see an item after"] <= ALL_LIMIT_S
        and row["clock lost, most"] <= CLOCK_LOST_LIMIT_MS
    )


def _check_clocks(site: Site, arrived: set[str]) -> None:
    """A clock has started for exactly those who have been handed an item."""
    with site.database.connect() as db:
        started = {
            entry.participant_no
            for entry in journal.read_all(db, EXAM_SESSION)
            if isinstance(entry.event, events.PartBegun)
        }
    if started != arrived:
        raise Unsound(f"{len(started - arrived)} clocks started for nobody")
