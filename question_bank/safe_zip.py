"""Zip files from strangers, read safely: the directory is checked whole before any unpacking.

Python's zipfile opens many files that are no sound archives (a name that climbs out, two entries
of one name, a wrong count of disks). Here every field is read and compared; whatever is odd ends
in a refusal. Nothing is ever written to disk. Contents are unpacked one by one, never beyond the
size that the directory declares, and checked against their CRC.
"""

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass

ENTRY_LIMIT = 50_000
FILE_LIMIT_BYTES = 64 * 1024 * 1024
TOTAL_LIMIT_BYTES = 512 * 1024 * 1024
RATIO_LIMIT = 200
RATIO_FREE_BYTES = 2 * 1024 * 1024
"""Below this size a high ratio is harmless: a page of spaces shrinks a thousandfold."""

_END = struct.Struct("<4s4H2IH")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_COMMENT_LIMIT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_UTF8_NAME = 0x0800
_UNIX, _LINK, _KIND = 3, 0o120000, 0o170000
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BadZip(ValueError):
    """No zip file that is read; the message says why."""

    code = "bad_zip"


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One file of an archive, as its directory describes it."""

    name: str
    method: int
    crc: int
    packed_bytes: int
    size_bytes: int
    start: int


@dataclass(frozen=True, slots=True)
class SafeZip:
    """An archive whose directory is sound; `read` unpacks one file."""

    content: bytes
    entries: dict[str, ZipEntry]

    def read(self, name: str) -> bytes | None:
        """The content of a file; None where there is none of this name.

        Raises:
            BadZip: it does not unpack to what the directory says.
        """
        entry = self.entries.get(name)
        if entry is None:
            return None
        packed = self.content[entry.start : entry.start + entry.packed_bytes]
        found = packed if entry.method == _STORED else _inflated(packed, entry)
        if len(found) != entry.size_bytes or zlib.crc32(found) != entry.crc:
            raise BadZip(f"{name[:100]} is damaged: its size or checksum is another")
        return found


def open_zip(content: bytes) -> SafeZip:
    """Check an archive's directory whole.

    Raises:
        BadZip: it is damaged, encrypted, too large, in several pieces, or has a name that is odd.
    """
    count, size, offset = _end(content)
    entries: dict[str, ZipEntry] = {}
    folded: set[str] = set()
    position, end = offset, offset + size
    ranges = []
    total = 0
    for _ in range(count):
        entry, position = _entry(content, position, end)
        total += entry.size_bytes
        if total > TOTAL_LIMIT_BYTES:
            raise BadZip(f"unpacks to more than {TOTAL_LIMIT_BYTES // 2**20} MB")
        key = unicodedata.normalize("NFC", entry.name).casefold()
        if key in folded:
            raise BadZip(f"holds {entry.name[:100]} twice")
        folded.add(key)
        ranges.append((entry.start, entry.start + entry.packed_bytes))
        if not entry.name.endswith("/"):
            entries[entry.name] = entry
    if position != end:
        raise BadZip("is damaged: its directory has another length")
    _check_apart(ranges, offset)
    return SafeZip(content, entries)


def _end(content: bytes) -> tuple[int, int, int]:
    """Count, size and place of the directory."""
    last = len(content) - _END.size
    start = content.rfind(b"PK\x05\x06", max(0, last - _COMMENT_LIMIT), last + 4)
    if last < 0 or start < 0:
        raise BadZip("is no zip file, or only a part of one")
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(content, start)
    if start + _END.size + comment != len(content):
        raise BadZip("is damaged: something stands behind its end")
    if disk or first_disk or here != count:
        raise BadZip("is one of several pieces; join them")
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, offset):
        raise BadZip("is a zip64 file, which is larger than any package may be")
    if count > ENTRY_LIMIT:
        raise BadZip(f"holds more than {ENTRY_LIMIT} files")
    if offset + size > start:
        raise BadZip("is damaged: its directory lies elsewhere")
    return count, size, offset


def _entry(content: bytes, position: int, end: int) -> tuple[ZipEntry, int]:
    """One entry of the directory, and where the next begins."""
    if position + _ENTRY.size > end:
        raise BadZip("is damaged: its directory ends too early")
    found = _ENTRY.unpack_from(content, position)
    signature, made_by, _, flags, method, _, _, crc, packed, size = found[:10]
    name_length, extra_length, comment_length, disk, _, attributes, offset = found[10:]
    after = position + _ENTRY.size + name_length + extra_length + comment_length
    if signature != b"PK\x01\x02" or after > end:
        raise BadZip("is damaged: its directory cannot be read")
    raw = content[position + _ENTRY.size : position + _ENTRY.size + name_length]
    name = _name(raw, is_utf8=bool(flags & _UTF8_NAME))
    extra_start = position + _ENTRY.size + name_length
    _check_extra(content[extra_start : extra_start + extra_length])
    if disk:
        raise BadZip("is one of several pieces; join them")
    if flags & _ENCRYPTED:
        raise BadZip(f"{name[:100]} is encrypted")
    if method not in (_STORED, _DEFLATED):
        raise BadZip(f"{name[:100]} is packed by method {method}, which is not read")
    if made_by >> 8 == _UNIX and (attributes >> 16) & _KIND == _LINK:
        raise BadZip(f"{name[:100]} is a link")
    if 0xFFFFFFFF in (packed, size, offset):
        raise BadZip("is a zip64 file, which is larger than any package may be")
    _check_size(name, packed, size, method)
    start = _start(content, offset, raw)
    if start + packed > len(content):
        raise BadZip(f"{name[:100]} ends too early")
    return ZipEntry(name, method, crc, packed, size, start), after


def _name(raw: bytes, *, is_utf8: bool) -> str:
    try:
        name = raw.decode("utf-8" if is_utf8 or raw.isascii() else "cp437")
    except UnicodeDecodeError as error:
        raise BadZip("holds a name that is no text") from error
    if _CONTROL.search(name) or not name:
        raise BadZip("holds a name with control characters, or none")
    if "\\" in name:
        raise BadZip(f"holds the name {name[:100]!r} with a backslash")
    if name.startswith("/") or _DRIVE.match(name):
        raise BadZip(f"holds the absolute path {name[:100]}")
    if ".." in name.split("/"):
        raise BadZip(f"holds the path {name[:100]}, which leads out of it")
    return name


def _check_extra(extra: bytes) -> None:
    """Extra fields must fill their room: each says its own length."""
    position = 0
    while position + 4 <= len(extra):
        identifier, length = struct.unpack_from("<2H", extra, position)
        position += 4 + length
        if position > len(extra):
            raise BadZip("is damaged: an extra field is longer than its room")
        if identifier == 0x0001:
            raise BadZip("is a zip64 file, which is larger than any package may be")


def _check_size(name: str, packed: int, size: int, method: int) -> None:
    if size > FILE_LIMIT_BYTES:
        raise BadZip(f"{name[:100]} unpacks to more than {FILE_LIMIT_BYTES // 2**20} MB")
    if method == _STORED and packed != size:
        raise BadZip(f"{name[:100]} is damaged: its two sizes differ")
    if size > RATIO_FREE_BYTES and size > RATIO_LIMIT * max(packed, 1):
        raise BadZip(f"{name[:100]} grows more than {RATIO_LIMIT} times: a bomb")


def _start(content: bytes, offset: int, raw_name: bytes) -> int:
    """Where the packed bytes begin; the header there must name the same file."""
    if offset + _LOCAL.size > len(content):
        raise BadZip("is damaged: a file lies outside")
    signature, *_, name_length, extra_length = _LOCAL.unpack_from(content, offset)
    name_start = offset + _LOCAL.size
    if signature != b"PK\x03\x04":
        raise BadZip("is damaged: a file has no header")
    if content[name_start : name_start + name_length] != raw_name:
        raise BadZip("is damaged: a file has two names")
    return name_start + int(name_length) + int(extra_length)


def _check_apart(ranges: list[tuple[int, int]], directory: int) -> None:
    """Files that overlap are a bomb: the same bytes unpacked again and again."""
    end = 0
    for start, stop in sorted(ranges):
        if start < end or stop > directory:
            raise BadZip("is damaged: its files overlap")
        end = stop


def _inflated(packed: bytes, entry: ZipEntry) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(packed, entry.size_bytes + 1)
    except zlib.error as error:
        raise BadZip(f"{entry.name[:100]} is damaged: it does not unpack") from error
    if not unpacker.eof and len(found) <= entry.size_bytes:
        raise BadZip(f"{entry.name[:100]} ends too early")
    return found
