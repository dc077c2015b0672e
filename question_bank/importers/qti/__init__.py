"""QTI 2.1, 2.2 and 3.0: items, tests and packages. docs/qti.md says what is taken and how."""

from pathlib import Path

from question_bank.importers.naming import identifier_from
from question_bank.importers.qti.collected import Collected
from question_bank.importers.qti.item import Place
from question_bank.importers.qti.media import Media, folder
from question_bank.importers.qti.names import is_qti, normalised
from question_bank.importers.report import ImportReport
from question_bank.safe_xml import XmlElement


def read_root(path: Path, root: XmlElement) -> ImportReport:
    """Read an item or a test by its root element, with the files beside it."""
    collected = Collected(Media(folder(path.parent)), Place(identifier_from(path.stem) or "qti"))
    collected.document(path.name, normalised(root))
    return collected.report()


__all__ = ["is_qti", "read_root"]
