"""Safe Exam Browser: a configuration as a file, its Config Key, and the hashes a browser sends.

Pure. The Config Key is SHA-256 over the settings as "SEB-JSON": names sorted without regard to
case, no spaces, no escaping, empty dictionaries and the name of the program that wrote the file
left out, data as base64 and instants as ISO 8601. SEB computes the same from the file it was
started with, and sends SHA-256 over the address of a page and that key; the Browser Exam Key, which
depends on SEB's own build and can only be copied from SEB, goes the same way.

Source: https://safeexambrowser.org/developer/seb-config-key.html (Config Key, request hash,
JavaScript API) and seb-file-format.html (the file).
"""

import base64
import gzip
import hashlib
import hmac
import io
import plistlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, urldefrag, urlsplit
from xml.parsers.expat import ExpatError

CONFIG_KEY_HEADER = "X-SafeExamBrowser-ConfigKeyHash"
EXAM_KEY_HEADER = "X-SafeExamBrowser-RequestHash"
FILE_LIMIT_BYTES = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")
_PLAIN_PREFIX = b"plnd"
_GZIP_MAGIC = b"\x1f\x8b"
_LEFT_OUT = "originatorVersion"

Settings = Mapping[str, Any]
Verdict = Literal["verified", "missing", "wrong"]


class NoSebFile(Exception):
    """A file that holds no settings that can be read without a password."""

    code = "no_seb_file"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a browser sent for one address: hashes in lower-case hexadecimal, or nothing."""

    config_key_hash: str = ""
    exam_key_hash: str = ""


def settings(base_url: str, exam_session: str, challenge: str) -> dict[str, Any]:
    """The settings for the workstations of an exam session; nothing in them is secret.

    Args:
        base_url: the public address of the server, without a slash at the end.
        exam_session: whose exam is sat.
        challenge: random text in the start address; a new one makes every older file outdated.
    """
    place = urlsplit(base_url)
    return {
        "startURL": f"{base_url}/seb/{quote(exam_session, safe='')}/{challenge}",
        "quitURL": quit_url(base_url),
        "quitURLConfirm": False,
        "sendBrowserExamKey": True,
        "browserWindowWebView": 3,  # clients without headers answer through the JavaScript API
        "sebConfigPurpose": 0,  # starts an exam and changes nothing on the workstation
        "allowQuit": False,
        "allowPreferencesWindow": False,
        "allowBrowsingBackForward": False,
        "allowDownUploads": False,
        "allowDictionaryLookup": False,
        "allowSpellCheck": False,
        "allowScreenSharing": False,
        "allowVirtualMachine": False,
        "allowDisplayMirroring": False,
        "allowedDisplaysMaxNumber": 1,
        "allowSwitchToApplications": False,
        "browserViewMode": 1,  # the whole screen
        "browserWindowAllowReload": True,  # a page that hangs must be able to come back
        "showReloadButton": True,
        "showTaskBar": True,
        "enablePrintScreen": False,
        "enablePrivateClipboard": True,
        "enableZoomPage": True,
        "newBrowserWindowByLinkPolicy": 0,
        "newBrowserWindowByScriptPolicy": 0,
        "removeLocalStorage": False,  # responses that have not arrived wait there
        "URLFilterEnable": True,
        "URLFilterEnableContentFilter": False,
        "URLFilterRules": [
            {
                "action": 1,
                "active": True,
                "expression": f"{place.scheme}://{place.netloc}/*",
                "regex": False,
            }
        ],
    }


def quit_url(base_url: str) -> str:
    """The address at which SEB ends."""
    return f"{base_url}/seb/quit"


def write_xml(chosen: Settings) -> bytes:
    """A configuration file as plain property-list XML."""
    return plistlib.dumps(dict(chosen), fmt=plistlib.FMT_XML, sort_keys=True)


def write_gzip(chosen: Settings) -> bytes:
    """A configuration file as SEB itself writes it without a password; the same bytes each time."""
    inner = gzip.compress(write_xml(chosen), mtime=0)
    return gzip.compress(_PLAIN_PREFIX + inner, mtime=0)


def read_file(content: bytes) -> dict[str, Any]:
    """The settings of a configuration file that no password protects.

    Raises:
        NoSebFile: it is encrypted, too large, or no property list.
    """
    if content.startswith(_GZIP_MAGIC):
        content = _unpack(content)
        if not content.startswith(_PLAIN_PREFIX):
            raise NoSebFile("the file is encrypted")
        content = _unpack(content.removeprefix(_PLAIN_PREFIX))
    try:
        found = plistlib.loads(content[: FILE_LIMIT_BYTES + 1], fmt=plistlib.FMT_XML)
    except (ExpatError, ValueError, plistlib.InvalidFileException, AttributeError) as error:
        raise NoSebFile("the file is no property list") from error
    if not isinstance(found, dict):
        raise NoSebFile("the file holds no settings")
    return found


def _unpack(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            return file.read(FILE_LIMIT_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise NoSebFile("the file is damaged") from error


def config_key(chosen: Settings) -> str:
    """The Config Key of settings, 64 hexadecimal digits."""
    return hashlib.sha256(seb_json(chosen).encode()).hexdigest()


def seb_json(chosen: Settings) -> str:
    """Settings as the text over which the Config Key is computed."""
    return _json({name: value for name, value in chosen.items() if name != _LEFT_OUT})


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        kept = {name: one for name, one in value.items() if not _is_empty_dictionary(one)}
        names = sorted(kept, key=lambda name: (name.lower(), name.swapcase()))
        return "{" + ",".join(f'"{name}":{_json(kept[name])}' for name in names) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'  # as it stands: SEB escapes nothing here
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, datetime):
        return f'"{value.replace(tzinfo=UTC).isoformat()}"'
    if isinstance(value, Sequence):
        return "[" + ",".join(_json(one) for one in value) + "]"
    assert isinstance(value, int | float), f"no property-list value: {type(value).__name__}"
    return str(int(value)) if value == int(value) else repr(value)


def _is_empty_dictionary(value: Any) -> bool:
    return isinstance(value, Mapping) and not value


def request_hash(url: str, key: str) -> str:
    """What SEB sends for a page: SHA-256 over its address without fragment and the key."""
    return hashlib.sha256((urldefrag(url).url + key).encode()).hexdigest()


def judge(url: str, proof: Proof, *, key: str, exam_keys: Iterable[str]) -> Verdict:
    """Say whether a browser proved that it is SEB with these settings, and one of these builds.

    Args:
        url: the address as the browser has it, behind whatever proxies.
        proof: what came with the request, or from the JavaScript API.
        key: the Config Key of the settings.
        exam_keys: Browser Exam Keys that are let in; none: every build of SEB is.
    """
    if not proof.config_key_hash and not proof.exam_key_hash:
        return "missing"
    is_right = _is_same(proof.config_key_hash, request_hash(url, key))
    allowed = [request_hash(url, one) for one in exam_keys]
    # Every key is compared, so that the time tells nothing.
    matches = [_is_same(proof.exam_key_hash, one) for one in allowed]
    return "verified" if is_right and (any(matches) or not allowed) else "wrong"


def _is_same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def is_key(text: str) -> bool:
    """Whether this is a Browser Exam Key as SEB shows it."""
    return bool(_KEY.fullmatch(text))
