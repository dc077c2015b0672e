"""Zip files of strangers: everything odd is refused before anything is unpacked."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.safe_zip import BadZip, open_zip

MALFORMED = Path(__file__).parents[4] / "shared" / "data" / "bad-input" / "zip-malformed-yauzl"


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


SOUND = _zip({"imsmanifest.xml": b"<manifest/>", "a/b.png": b"x" * 500})


def test_sound_archive_is_read() -> None:
    archive = open_zip(SOUND)

    assert ["imsmanifest.xml", "a/b.png"] == list(archive.entries)
    assert b"x" * 500 == archive.read("a/b.png")
    assert archive.read("other") is None


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_changed_content_is_seen(method: int) -> None:
    raw = _zip({"a": b"hello world, hello world"}, method)
    place = raw.index(b"a") + 1 + 3

    changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]

    with pytest.raises(BadZip):
        open_zip(changed).read("a")


def _link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def _overlapping() -> bytes:
    """Two directory entries of one file, as bombs without nesting are built."""
    raw = _zip({"aa": b"0" * 100, "bb": b"1" * 100})
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    offset = second + 42
    return raw[:offset] + b"\0\0\0\0" + raw[offset + 4 :]


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: b"", "no zip file"),
        (lambda: SOUND[:-10], "no zip file"),
        (lambda: SOUND + b"more", "behind its end"),
        (lambda: _zip({"../a": b""}), "leads out"),
        (lambda: _zip({"/a": b""}), "absolute"),
        (lambda: _zip({"C:/a": b""}), "absolute"),
        (lambda: _zip({"a\\b": b""}), "backslash"),
        (lambda: _zip({"a\x01": b""}), "control"),
        (lambda: _zip({"Aa": b"", "aA": b""}), "twice"),
        (lambda: _zip({"a": bytes(70 * 1024 * 1024)}), "more than 64 MB"),
        (lambda: _zip({"a": bytes(9 * 1024 * 1024)}), "a bomb"),
        (_link, "a link"),
        (_overlapping, "two names"),
    ],
)
def test_odd_archive_is_refused(build: Callable[[], bytes], why: str) -> None:
    with pytest.raises(BadZip, match=why):
        open_zip(build())


@pytest.mark.skipif(not MALFORMED.is_dir(), reason="the files lie beside the project")
def test_every_malformed_archive_of_yauzl_is_refused() -> None:
    files = sorted(MALFORMED.glob("*.zip"))
    taken = []

    for file in files:
        try:
            archive = open_zip(file.read_bytes())
            for name in archive.entries:
                archive.read(name)
            taken.append(file.name)
        except BadZip:
            continue

    assert [] == taken
    assert len(files) == 12
