"""Every row of the benchmark, in the order of the table. A row is one module with `measure`."""

from collections.abc import Mapping

from cat_engine.bench import (
    board,
    console,
    growth,
    herd,
    latency,
    ours,
    raw,
    restart,
    stock,
    wide,
)
from cat_engine.bench.row import Known, Plan

OURS_OVER_STOCK = 1.6
AIM_OF_RAW = 0.5
LONG_LIMIT_S = 1_800
"""For rows that measure at several sizes, one after the other."""


def _share(known: Known, of: str) -> float | None:
    """How many times `of`'s rate our rate is, when both were measured."""
    if "ours" not in known or of not in known:
        return None
    return known["ours"]["rate"] / known[of]["rate"]


def _is_ours_reached(known: Known) -> bool | None:
    times = _share(known, "stock")
    return None if times is None else times >= OURS_OVER_STOCK


def _ours_note(known: Known) -> str:
    stock_share, raw_share = _share(known, "stock"), _share(known, "raw")
    parts = [f"{stock_share:.2f} x stock"] if stock_share is not None else []
    parts += [f"{raw_share:.0%} of raw (aim {AIM_OF_RAW:.0%})"] if raw_share is not None else []
    return "; ".join(parts)


def _stock_note(known: Known) -> str:
    if "raw" not in known:
        return ""
    return f"{known['stock']['rate'] / known['raw']['rate']:.0%} of raw"


_ALL = (
    Plan(
        name="raw",
        what="echo of a same-size frame by the websockets library, 100 connections, closed loop",
        target="the scale's 100 %",
        measure=raw.measure,
        is_reached=lambda _known: None,
    ),
    Plan(
        name="stock",
        what="Flask-SocketIO + eventlet echo with acknowledgement, as documented",
        target="reference",
        measure=stock.measure,
        is_reached=lambda _known: None,
        note=_stock_note,
    ),
    Plan(
        name="ours",
        what="durable answers through the whole road, one process, 100 connections, closed loop",
        target=f"at least {OURS_OVER_STOCK} x stock; aim {AIM_OF_RAW:.0%} of raw",
        measure=ours.measure,
        is_reached=_is_ours_reached,
        note=_ours_note,
    ),
    Plan(
        name="latency",
        what="1,000 candidates answer 280/s for a minute, twice 2,800/s for 5 s; acknowledgements",
        target=f"p99 <= {latency.P99_LIMIT_MS} ms in the steady state",
        measure=latency.measure,
        is_reached=latency.is_reached,
    ),
    Plan(
        name="herd",
        what="1,000 candidates log in, connect and see their first item, let go at one instant",
        target=f"all within {herd.ALL_LIMIT_S} s, none refused without a wait, no clock lost",
        measure=herd.measure,
        is_reached=herd.is_reached,
    ),
    Plan(
        name="wide",
        what="5,000 connected candidates in one process: memory of each over the idle server",
        target=f"at most {wide.LIMIT_KB} KB each",
        measure=wide.measure,
        is_reached=wide.is_reached,
    ),
    Plan(
        name="board",
        what="readers of the public board in a process of its own, 500 rows, versions told to all",
        target="10,000 readers p99 <= 1 s, 30 KB each; 3,000 at 10/s <= 250 ms; exam p99 < 1.2 x",
        measure=board.measure,
        is_reached=board.is_reached,
        limit_s=LONG_LIMIT_S,
    ),
    Plan(
        name="console",
        what="500 candidates answer; acts on one and on all, until a second console shows them",
        target=f"p99 <= {console.LIMIT_MS} ms",
        measure=console.measure,
        is_reached=console.is_reached,
    ),
    Plan(
        name="restart",
        what="kill -9 with 1,000 sittings and 100,000 entries, a new start at once",
        target=f"first answer <= {restart.FIRST_LIMIT_S} s, all back <= {restart.ALL_LIMIT_S} s",
        measure=restart.measure,
        is_reached=restart.is_reached,
    ),
    Plan(
        name="growth",
        what="replay, board and ranking at 10^3 to 10^6 candidates; a nation ranked and re-marked",
        target="slopes <= 1.15; 4,000,000 ranked <= 1 s; 1,000,000 x 110 re-marked <= 3 s",
        measure=growth.measure,
        is_reached=growth.is_reached,
        limit_s=LONG_LIMIT_S,
    ),
)

PLANS: Mapping[str, Plan] = {plan.name: plan for plan in _ALL}
