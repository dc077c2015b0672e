"""The final board, as the server shows it and as the journal alone gives it."""

import asyncio
from collections.abc import Mapping

from sqlalchemy import Engine as Database

from cat_engine.live.publisher import Boards
from cat_engine.rehearsal.http import get_json
from scoring.board import ranks

Ranks = Mapping[str, tuple[str, int]]
WAIT_S = 30
POLL_S = 0.5


async def served_board(url: str, exam_session: str, finished_count: int) -> Ranks:
    """Total and rank of everybody, from the public snapshot, once all have finished."""
    rows: list[dict[str, object]] = []
    for _ in range(int(WAIT_S / POLL_S)):
        snapshot = await get_json(url, f"/api/v1/boards/{exam_session}")
        rows = snapshot.get("rows", [])
        if sum(row["status"] == "finished" for row in rows) >= finished_count:
            break
        await asyncio.sleep(POLL_S)
    found: dict[str, tuple[str, int]] = {}
    rank = 0
    for position, row in enumerate(rows, start=1):
        rank = rank if row["tied"] and rank else position
        found[str(row["id"])] = (str(row["total"]), rank)
    return found


def journal_board(database: Database, exam_session: str) -> Ranks:
    """The same, folded from the journal in this process."""
    boards = Boards(database, lambda: 2**53)
    boards.poll()
    board = boards.board(exam_session)
    assert board is not None, "the exam session is stored"
    places = ranks(board.rows)
    return {
        row.entrant.id: (str(row.standing.total), rank)
        for row, rank in zip(board.rows, places, strict=True)
    }


def compare_board(expected: Ranks, found: Ranks) -> list[str]:
    """Every difference between a known ranking and a board."""
    differences = [
        f"{person}: expected total {total} at rank {rank}, found {found.get(person)}"
        for person, (total, rank) in expected.items()
        if found.get(person) != (total, rank)
    ]
    return differences + [f"{person} is not expected" for person in found.keys() - expected.keys()]
