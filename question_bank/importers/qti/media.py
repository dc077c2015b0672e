"""Files that an item refers to: pictures and recordings, from a folder or from a package."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from question_bank.importers.pictures import BadPicture, Picture, checked
from question_bank.importers.recordings import BadRecording, checked_recording
from question_bank.importers.report import CannotTake

FILE_LIMIT_BYTES = 20 * 1024 * 1024
RECORDINGS = frozenset({"mp3", "ogg", "wav", "m4a"})

_OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


class MissingFile(CannotTake):
    """A file that the item shows and that is not there, or where nothing is read."""

    code = "missing_file"


@dataclass(slots=True)
class Media:
    """The files beside one document, and what was taken of them so far.

    Args of the kind:
        read: gives the content of a file by its path from the top of the package, or None.
        base: the folder of the document in the package.
        names: every file of the package, where they are known.
        taken: content by "digest.extension", shared by all documents of an import.
    """

    read: Callable[[str], bytes | None]
    base: str = ""
    names: tuple[str, ...] = ()
    taken: dict[str, bytes] = field(default_factory=dict)

    def at(self, base: str) -> "Media":
        """The same files as a document in another folder sees them."""
        return Media(self.read, base, self.names, self.taken)

    def ending(self, path: str) -> str | None:
        """The one file of the package whose path ends so, for references that leave folders out."""
        found = [name for name in self.names if name.endswith(f"/{path}")]
        return found[0] if len(found) == 1 else None

    def take(self, name: str) -> Picture:
        """A picture or recording: digest, extension, content.

        Raises:
            MissingFile: there is no such file.
            CannotTake: it is of another host, or must not be in an item.
        """
        path = self.path(name)
        content = self.read(path)
        if content is None:
            message = f"the file {path[:100]} is not there"
            raise MissingFile(message, "import the whole package, or put the file beside the item")
        try:
            if path.rpartition(".")[2].lower() in RECORDINGS:
                found = checked_recording(path, content)
            else:
                found = checked(path, content)
        except (BadPicture, BadRecording) as error:
            advice = "save it as a plain SVG, PNG, JPEG, MP3, OGG or WAV"
            raise CannotTake(str(error), advice) from error
        digest, extension, content = found
        self.taken[f"{digest}.{extension}"] = content
        return found

    def path(self, name: str) -> str:
        """The path of a file from the top of the package.

        Raises:
            MissingFile: it lies outside the package.
            CannotTake: an address of another host.
        """
        if _OUTSIDE.match(name):
            message = f"{name[:100]} is not part of the package"
            raise CannotTake(message, "put the file into the package; nothing is fetched")
        plain = unquote(name.partition("#")[0].partition("?")[0]).replace("\\", "/").strip()
        path = posixpath.normpath(posixpath.join(self.base, plain))
        if path.startswith(("../", "/")) or path in ("..", ".") or "\0" in path:
            message = f"{name[:100]} lies outside the package"
            raise MissingFile(message, "import the whole package, or put the file inside")
        return path


def folder(top: Path) -> Callable[[str], bytes | None]:
    """Reads the files below a folder; links that lead out of it are not followed."""

    def read(name: str) -> bytes | None:
        try:
            path = (top / name).resolve()
            if not path.is_relative_to(top.resolve()) or not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(FILE_LIMIT_BYTES)
        except (OSError, ValueError, RuntimeError):
            return None

    return read
