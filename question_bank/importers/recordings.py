"""Recordings of items: MP3, Ogg, WAV and MP4 audio, known by their first bytes."""

import hashlib

SIZE_LIMIT_BYTES = 8 * 1024 * 1024


class BadRecording(Exception):
    """A recording that is not stored; the message says why."""

    code = "bad_recording"


def checked_recording(name: str, content: bytes) -> tuple[str, str, bytes]:
    """A recording by its content: its digest, extension and content.

    Raises:
        BadRecording: too large, or of another kind.
    """
    if len(content) > SIZE_LIMIT_BYTES:
        raise BadRecording(f"{name} is larger than {SIZE_LIMIT_BYTES // 2**20} MB")
    extension = _kind_of(content)
    if extension is None:
        raise BadRecording(f"{name} is no MP3, Ogg, WAV or MP4 audio")
    return hashlib.sha256(content).hexdigest(), extension, content


def _kind_of(content: bytes) -> str | None:
    if content.startswith(b"OggS"):
        return "ogg"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "wav"
    if content[4:11] == b"ftypM4A":
        return "m4a"
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2
    return "mp3" if content.startswith(b"ID3") or is_frame else None
