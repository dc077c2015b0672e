"""Keeping the files that items were imported from, as they came, with the reports of imports."""

import hashlib
import json
from pathlib import Path, PurePath

from question_bank.importers import ImportReport
from question_bank.item import digest

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


def keep_report(original: Path, report: ImportReport, *, name: str, by: str, now: int) -> Path:
    """Keep what an import said beside the file it read, as JSON; each import has its own.

    Args:
        original: the kept file.
        report: of its import.
        name: under which the file came.
        by: who imported it.
        now: milliseconds since 1970.
    """
    told = {
        "file": name,
        "kept_as": original.name,
        "by": by,
        "at_ms": now,
        "items": [
            {"id": item.id, "version": item.version, "sha256": digest(item)}
            for item in report.storable
        ],
        "problems": [
            {
                "place": one.place,
                "severity": one.severity,
                "message": one.message,
                "advice": one.advice,
            }
            for one in report.problems
        ],
    }
    path = original.with_name(f"{original.stem}.{now}.report.json")
    path.touch(mode=0o600)
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
