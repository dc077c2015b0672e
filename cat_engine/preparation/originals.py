"""Keeping the files that items were imported from, as they came."""

import hashlib
from pathlib import Path, PurePath

FOLDER = "imports"


def digest_of(content: bytes) -> str:
    """SHA-256 of a file, by which the bank's journal names it."""
    return hashlib.sha256(content).hexdigest()


def keep(data_dir: Path, name: str, content: bytes) -> Path:
    """Keep a file under its SHA-256 and its ending, readable by its owner only; once is enough.

    Raises:
        OSError: it cannot be written.
    """
    ending = PurePath(name).suffix.lower()
    plain = ending if ending[1:].isalnum() and len(ending) <= 8 else ""
    path = data_dir / FOLDER / f"{digest_of(content)}{plain}"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
    return path
