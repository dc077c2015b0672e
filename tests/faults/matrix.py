"""The fault matrix: every row with its fault, and how the rows that ran are printed.

The numbers are those of the matrix in docs/faults.md, which says for each row whether it applies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FAULTS: Mapping[int, str] = {
    1: "killed at every write and synchronisation",
    2: "power lost: unsynchronised writes dropped, torn, reordered",
    3: "a synchronisation fails once",
    4: "a synchronisation takes 2 s",
    5: "disk full, in a commit and in recovery",
    6: "no file descriptors left",
    7: "out of memory: the kernel kills the server",
    8: "kill -9 between commit and acknowledgement",
    9: "PostgreSQL restarts; PostgreSQL is gone for a minute",
    10: "the database is locked by another program",
    11: "the journal is altered or cut",
    14: "the network of a room is cut",
    15: "a slow and uneven network",
    16: "a cable is pulled, the seat goes on elsewhere",
    17: "two stations on one sitting",
    18: "messages doubled, reordered, dropped across reconnects",
    19: "readers that never read",
    20: "slowloris: heads and bodies that never end",
    21: "junk frames",
    22: "a hall that logs in at one instant",
    23: "connection 1,025",
    24: "the wall clock jumps an hour",
    25: "the server is stopped for a while and goes on",
    26: "another time zone",
    27: "a workstation whose clock is wrong by days",
    28: "answers at the deadline; finish races an answer",
    29: "killed between finish, score and receipt",
    30: "a pause meets an answer under way",
    31: "the workstation is changed in the middle of an item",
    32: "a second server on one database or port",
    35: "log flood",
    36: "many threads log at once",
    37: "a wrong setting; a database of another version",
    38: "a backup is restored on another machine",
    39: "everything loses power, cold start",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One test of the matrix that ran."""

    row: int
    test: str
    bound: str
    result: str
    figure: str
    duration_s: float


def table(lines: Sequence[Line]) -> list[str]:
    """The matrix as text, one line for each test."""
    heading = ("row", "fault", "result", "figure", "bound", "test")
    cells = [heading, *map(_cells, sorted(lines, key=lambda line: (line.row, line.test)))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _cells(line: Line) -> tuple[str, ...]:
    measured = line.figure or f"{line.duration_s:.1f} s"
    return str(line.row), FAULTS[line.row], line.result, measured, line.bound, line.test
