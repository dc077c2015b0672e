"""The closed loop that the rows raw, stock and ours share, so that only the server differs."""

from collections.abc import Sequence

from cat_engine.bench.fleet import Work, run_fleet, share_out
from cat_engine.bench.row import Figure, Figures, Setting
from cat_engine.bench.server import Server

CONNECTION_COUNT = 100
DURATION_S, QUICK_DURATION_S = 8, 2
MICRO = 1_000_000


def measure_closed(
    setting: Setting, server: Server, *, kind: str, people: Sequence[tuple[str, str]]
) -> tuple[Work, Figures]:
    """Let every connection send as soon as it was answered; the rate and the cost."""
    duration_s = setting.choose(DURATION_S, QUICK_DURATION_S)
    pattern = {"name": "closed", "duration_s": duration_s}
    jobs = [
        {"kind": kind, "port": server.port, "people": share, "pattern": pattern}
        for share in share_out(people)
    ]
    work, cpu_s = run_fleet(server, jobs)
    return work, [
        Figure("rate", work.rate, "/s"),
        Figure("server CPU", cpu_s / work.count * MICRO, "us each"),
        Figure("load CPU", work.cpu_s / work.count * MICRO, "us each"),
        Figure("p50", work.quantile_ms("all", 0.5), "ms"),
        Figure("p99", work.quantile_ms("all", 0.99), "ms"),
    ]
