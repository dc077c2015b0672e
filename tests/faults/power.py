"""What a disk may hold after the power is lost: from a recorded run, every allowed state.

A write that was not synchronised before the power went may be there, missing, or there up to some
sector; any mixture, in any order. A write that was synchronised is there. States are drawn by a
seed, so that a failure is repeated by its number.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SECTOR_BYTES = 512
STRACE_OPTIONS = ("-y", "-xx", "-s", "70000")
"""Paths of descriptors, and every byte of every write, as strace shows them."""

CALL = re.compile(r"^\d+ +(pwrite64|fsync|fdatasync|ftruncate|write)\(\d+<([^>]*)>(.*)\) = \d+")
DATA = re.compile(r', "((?:\\x[0-9a-f]{2})*)", \d+(?:, (\d+))?$')


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes on their way to a file; `data` None: cut the file to this length."""

    file: str
    offset: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Sync:
    """Everything written to the file before is on disk."""

    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """So many entries had been acknowledged."""

    count: int


Operation = Write | Sync | Told


def read_operations(log: Path) -> list[Operation]:
    """The operations of a recorded run, in order; the shared-memory index is no file on disk."""
    return [
        found
        for line in log.read_text().splitlines()
        if (found := _operation(line)) is not None
        and not getattr(found, "file", "").endswith("shm")
    ]


def _operation(line: str) -> Operation | None:
    match = CALL.match(line)
    if match is None:
        assert not line.split(maxsplit=1)[1].startswith(("pwrite64(", "fsync(")), line[:200]
        return None
    name, path, rest = match.groups()
    path = bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
    if name in ("fsync", "fdatasync"):
        return Sync(path)
    if name == "ftruncate":
        return Write(path, int(rest.removeprefix(", ")), None)
    data = DATA.search(rest)
    assert data is not None, line[:200]
    content = bytes.fromhex(data[1].replace("\\x", ""))
    if name == "write":
        return Told(int(content))
    return Write(path, int(data[2]), content)


@dataclass(slots=True)
class Disk:
    """Files as they are safely stored, and the writes that are not safe yet."""

    files: dict[str, bytearray]
    pending: list[Write]
    told: int = 0

    def apply(self, operation: Operation) -> None:
        """Let one operation of the run happen."""
        match operation:
            case Told(count):
                self.told = count
            case Sync(file):
                for write in self.pending:
                    if write.file == file:
                        _put(self.files, write)
                self.pending = [write for write in self.pending if write.file != file]
            case Write():
                self.pending.append(operation)

    def after_power_loss(self, chance: random.Random) -> dict[str, bytearray]:
        """One state that the disk may be in if the power goes now."""
        files = {name: bytearray(content) for name, content in self.files.items()}
        style = chance.random()
        for write in self.pending:
            roll = chance.random()
            if roll < style:
                _put(files, write)
            elif roll < style + 0.1 and write.data is not None:
                kept = chance.randrange(0, len(write.data) + 1) // SECTOR_BYTES * SECTOR_BYTES
                _put(files, Write(write.file, write.offset, write.data[:kept]))
        return files


def _put(files: dict[str, bytearray], write: Write) -> None:
    content = files.setdefault(write.file, bytearray())
    if write.data is None:
        del content[write.offset :]
        return
    end = write.offset + len(write.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[write.offset : end] = write.data


def states(
    operations: Sequence[Operation], base: dict[str, bytearray], *, per_point: int, every: int = 1
) -> Iterator[tuple[int, dict[str, bytearray], int]]:
    """After operations of a run, some states that the disk may be in, and what was acknowledged.

    Yields:
        The state's number, its files, and how many entries had been acknowledged.
    """
    disk = Disk({name: bytearray(content) for name, content in base.items()}, [])
    number = 0
    for index, operation in enumerate(operations):
        disk.apply(operation)
        if index % every:
            continue
        for _ in range(per_point):
            number += 1
            yield number, disk.after_power_loss(random.Random(number)), disk.told
