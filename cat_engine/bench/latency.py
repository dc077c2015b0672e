"""How long an answer waits for its acknowledgement while a thousand people work, and in a rush."""

from cat_engine.bench.fleet import PROCESS_COUNT, Work, run_fleet, share_out
from cat_engine.bench.row import Figure, Figures, Known, Setting
from cat_engine.bench.server import serve_exam
from cat_engine.bench.site import make_site

PEOPLE_COUNT, QUICK_PEOPLE_COUNT = 1_000, 100
STEADY_RATE, BURST_RATE = 280, 2_800
STEADY_S, QUICK_STEADY_S = 25, 3
BURST_S, QUICK_BURST_S = 5, 1
P99_LIMIT_MS = 100


def measure(setting: Setting) -> Figures:
    """A steady pace for a minute with two rushes in it, at instants fixed beforehand."""
    count = setting.choose(PEOPLE_COUNT, QUICK_PEOPLE_COUNT)
    site = make_site(setting.folder, count)
    with serve_exam(setting.folder) as server:
        site.open_and_start(server.url)
        jobs = [
            {"kind": "exam", "port": server.port, "people": people, "pattern": _pattern(setting)}
            for people in share_out(site.people)
        ]
        work, cpu_s = run_fleet(server, jobs)
    work.check()
    site.audit(work.stories)
    return [
        *_quantiles(work, "steady"),
        *_quantiles(work, "burst"),
        Figure("server CPU", cpu_s / work.count * 1e6, "us each"),
        Figure("load CPU", work.cpu_s / work.count * 1e6, "us each"),
    ]


def is_reached(known: Known) -> bool | None:
    """Whether the steady state keeps its promise."""
    return known["latency"]["steady p99"] <= P99_LIMIT_MS


def _pattern(setting: Setting) -> dict[str, object]:
    scale = setting.choose(1, 10) * PROCESS_COUNT
    steady = ("steady", setting.choose(STEADY_S, QUICK_STEADY_S), STEADY_RATE / scale)
    burst = ("burst", setting.choose(BURST_S, QUICK_BURST_S), BURST_RATE / scale)
    return {"name": "paced", "phases": [steady, burst, steady, burst]}


def _quantiles(work: Work, phase: str) -> list[Figure]:
    return [
        Figure(f"{phase} {name}", work.quantile_ms(phase, share), "ms")
        for name, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999))
    ]
