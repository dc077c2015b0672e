"""Sealed packages: an approved selection of items that k of n custodians open together.

Promised: without `threshold` shares nothing of an item but its outline can be read from a package;
a package that was changed in any byte is refused; `open_package` opens inside the window of the
signed header and at no other time. Not promised: custodians who bring their shares together on a
machine of their own can open a package whenever they like; the window binds this program.

Pure: the time and the source of random bytes are arguments. Format, vectors, and how to read a
package without this program: docs/sealing.md.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from question_bank import shares
from question_bank.chain import canonical
from question_bank.item import (
    Interaction,
    Item,
    Option,
    Stimulus,
    dump,
    item_from_json,
    item_to_json,
    load,
    media_of,
)
from question_bank.shares import KEY_LENGTH, Share
from scoring.mark import highest, lowest
from scoring.rule import SealedRule

FORMAT = "cat-engine/seal/v1"
SEAL_LENGTH = 16
NONCE_LENGTH = 12
TAG_LENGTH = 16
ITEM_PADDING = 1024
MEDIA_PADDING = 4096

Entropy = Callable[[int], bytes]


class BadSeal(Exception):
    """A package that is refused: changed, cut short, or none at all."""

    code = "bad_seal"


class SealClosed(Exception):
    """A package is asked to open outside its window; `code` says on which side."""

    def __init__(self, code: str, message: str, *, at: int) -> None:
        super().__init__(message)
        self.code = code
        self.at = at


class WrongShares(Exception):
    """The shares are of another seal, too few, or do not give the key."""

    code = "wrong_shares"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a seal is made for: its window in milliseconds since the epoch, and its custodians."""

    bank: str
    title: str
    opens_at: int
    closes_at: int
    threshold: int
    share_count: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """One encrypted item or picture."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """A sealed package as it is kept: header and signature exactly as they were signed."""

    header_text: str
    signature: bytes
    header: Mapping[str, Any]
    envelopes: tuple[Envelope, ...]

    @property
    def seal(self) -> str:
        """The seal's identifier, 32 hexadecimal digits."""
        return str(self.header["seal"])

    @property
    def outlines(self) -> list[Item]:
        """What may be known of the items before the seal is opened."""
        return [item_from_json(one) for one in self.header["items"]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What was in a package."""

    items: tuple[Item, ...]
    pictures: Mapping[str, bytes]


def outline(item: Item) -> Item:
    """What may be known of an item while it is sealed: enough to draw forms, nothing to read.

    Built from named fields, so that a new field of items stays sealed until somebody decides.
    """
    return Item(
        bank=item.bank,
        id=item.id,
        version=item.version,
        section=item.section,
        topic=item.topic,
        difficulty=item.difficulty,
        kind=item.kind,
        stem="",
        options=_names(item.options),
        targets=_names(item.targets),
        rule=SealedRule(highest(item.rule), lowest(item.rule)),
        shuffle=item.shuffle,
        stimulus=None if item.stimulus is None else Stimulus(item.stimulus.id, ""),
        interactions=tuple(
            Interaction(
                name=one.name,
                kind=one.kind,
                options=_names(one.options),
                targets=_names(one.targets),
                shuffle=one.shuffle,
            )
            for one in item.interactions
        ),
    )


def is_sealed(item: Item) -> bool:
    """Whether this is an outline only."""
    return isinstance(item.rule, SealedRule)


def seal(
    items: Iterable[Item],
    pictures: Mapping[str, bytes],
    terms: Terms,
    *,
    signing_seed: bytes,
    now: int,
    entropy: Entropy,
    enemies: Sequence[tuple[str, str]] = (),
) -> tuple[Package, list[Share]]:
    """Make a package and the shares of its key.

    Args:
        items: to seal, of one bank, each with its rule.
        pictures: content by "digest.extension"; every picture and recording that the items need.
        terms: window and custodians.
        signing_seed: the 32 bytes of the Ed25519 key that vouches for the package.
        now: noted in the header.
        entropy: gives that many random bytes; the shares draw their own inside the library.
        enemies: pairs of these items that never meet on a form; forms are drawn while sealed.

    Raises:
        ValueError: no item, an item that is sealed already, or terms that make no sense.
        KeyError: a picture is missing.
    """
    listed = sorted(items, key=lambda item: item.ref)
    if not listed or any(is_sealed(item) for item in listed):
        raise ValueError("there must be items, and none of them sealed already")
    if not terms.opens_at < terms.closes_at:
        raise ValueError("the window must open before it closes")
    seal_id, key = entropy(SEAL_LENGTH), entropy(KEY_LENGTH)
    divided = shares.split(key, seal=seal_id, threshold=terms.threshold, count=terms.share_count)
    envelopes = tuple(
        Envelope(name, _encrypt(key, seal_id, name, content, nonce=entropy(NONCE_LENGTH)))
        for name, content in _contents(listed, pictures)
    )
    signer = ECC.construct(curve="Ed25519", seed=signing_seed)
    header = {
        "format": FORMAT,
        "seal": seal_id.hex(),
        "bank": terms.bank,
        "title": terms.title,
        "sealed_at": now,
        "opens_at": terms.opens_at,
        "closes_at": terms.closes_at,
        "threshold": terms.threshold,
        "shares": terms.share_count,
        "key_check": _derive(key, seal_id, "key-check").hex(),
        "signer": signer.public_key().export_key(format="raw").hex(),
        "items": [item_to_json(outline(item)) for item in listed],
        "envelopes": [
            {"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()}
            for one in envelopes
        ],
    }
    if enemies:
        header["enemies"] = [list(pair) for pair in sorted(enemies)]
    text = canonical(header)
    signature = eddsa.new(signer, "rfc8032").sign(_signed(text))
    return Package(text, signature, header, envelopes), divided


def to_text(package: Package) -> str:
    """The package as a file: header, signature, then one envelope a line."""
    lines = [package.header_text, base64.b64encode(package.signature).decode()]
    lines += [base64.b64encode(one.content).decode() for one in package.envelopes]
    return "\n".join(lines) + "\n"


def from_text(text: str) -> Package:
    """Read a package file and check it; whether to trust the signer is the caller's question.

    Raises:
        BadSeal: saying what does not fit.
    """
    if not text.endswith("\n"):
        raise BadSeal("the file is cut short")
    header_text, *lines = text[:-1].split("\n")
    try:
        signature, *contents = [base64.b64decode(line, validate=True) for line in lines]
    except (ValueError, binascii.Error) as error:
        raise BadSeal("this is no sealed package") from error
    return assemble(header_text, signature, contents)


def assemble(header_text: str, signature: bytes, contents: Sequence[bytes]) -> Package:
    """A package of its parts, checked: format, signature, and every envelope against the header.

    Raises:
        BadSeal: saying what does not fit.
    """
    try:
        header = json.loads(header_text)
        if header["format"] != FORMAT:
            raise BadSeal(f"the format is not {FORMAT}")
        key = eddsa.import_public_key(bytes.fromhex(header["signer"]))
        eddsa.new(key, "rfc8032").verify(_signed(header_text), signature)
        named = [(one["name"], one["sha256"]) for one in header["envelopes"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BadSeal("the signature does not fit the header") from error
    if [digest for _, digest in named] != [hashlib.sha256(one).hexdigest() for one in contents]:
        raise BadSeal("an envelope is missing or was changed")
    envelopes = tuple(
        Envelope(name, content) for (name, _), content in zip(named, contents, strict=True)
    )
    return Package(header_text, signature, header, envelopes)


def read_header(header_text: str) -> Mapping[str, Any]:
    """A header that was checked when its package was read."""
    header: Mapping[str, Any] = json.loads(header_text)
    return header


def check_share(package: Package, share: Share) -> None:
    """Refuse a share of another seal.

    Raises:
        WrongShares: it is.
    """
    own = bytes.fromhex(package.seal)[: len(share.seal_prefix)]
    if share.seal_prefix != own or share.threshold != package.header["threshold"]:
        raise WrongShares("this share belongs to another seal")
    if share.index > package.header["shares"]:
        raise WrongShares("this seal has no share of that number")


def check_window(package: Package, now: int) -> None:
    """Refuse to open outside the window.

    Raises:
        SealClosed: `seal_too_early` or `seal_too_late`.
    """
    opens_at, closes_at = package.header["opens_at"], package.header["closes_at"]
    if now < opens_at:
        raise SealClosed("seal_too_early", "the seal does not open yet", at=opens_at)
    if now >= closes_at:
        raise SealClosed("seal_too_late", "the seal does not open any more", at=closes_at)


def open_package(package: Package, given: Sequence[Share], *, now: int) -> Opened:
    """Open a package inside its window, and check that it holds what its outlines promise.

    Raises:
        SealClosed: outside the window, whatever the shares are.
        WrongShares: too few, of another seal, or made up.
        BadSeal: the content does not fit the outlines.
    """
    check_window(package, now)
    for share in given:
        check_share(package, share)
    different = {share.index: share for share in given}
    if len(different) < package.header["threshold"]:
        raise WrongShares(f"{package.header['threshold']} different shares are needed")
    key = shares.combine(list(different.values()))
    seal_id = bytes.fromhex(package.seal)
    if _derive(key, seal_id, "key-check").hex() != package.header["key_check"]:
        raise WrongShares("these shares do not give the key")
    items: list[Item] = []
    pictures: dict[str, bytes] = {}
    for envelope in package.envelopes:
        content = _decrypt(key, seal_id, envelope)
        if envelope.name.startswith("item/"):
            items.append(load(content.decode()))
        else:
            name, picture = _read_media(content)
            pictures[name] = picture
    if [outline(item) for item in items] != package.outlines:
        raise BadSeal("the content does not fit the outlines")
    return Opened(tuple(items), pictures)


# --- envelopes ---


def _contents(items: Sequence[Item], pictures: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """What goes into envelopes, by name: the items, then all that they show or play."""
    for item in items:
        yield f"item/{item.id}/{item.version}", _item_content(item)
    for number, name in enumerate(sorted({name for item in items for name in media_of(item)})):
        yield f"media/{number}", _media_content(name, pictures[name])


def _encrypt(key: bytes, seal_id: bytes, name: str, content: bytes, *, nonce: bytes) -> bytes:
    cipher = AES.new(_derive(key, seal_id, f"envelope/{name}"), AES.MODE_GCM, nonce=nonce)
    cipher.update(_bound(seal_id, name))
    encrypted, tag = cipher.encrypt_and_digest(content)
    return nonce + encrypted + tag


def _decrypt(key: bytes, seal_id: bytes, envelope: Envelope) -> bytes:
    nonce, rest = envelope.content[:NONCE_LENGTH], envelope.content[NONCE_LENGTH:]
    own = _derive(key, seal_id, f"envelope/{envelope.name}")
    cipher = AES.new(own, AES.MODE_GCM, nonce=nonce)
    cipher.update(_bound(seal_id, envelope.name))
    try:
        return cipher.decrypt_and_verify(rest[:-TAG_LENGTH], rest[-TAG_LENGTH:])
    except ValueError as error:
        raise BadSeal(f"the envelope {envelope.name} does not open") from error


def _derive(key: bytes, seal_id: bytes, purpose: str) -> bytes:
    """HKDF-SHA-256: a key of its own for every envelope, and the value that recognises the key."""
    context = f"{FORMAT}/{purpose}".encode()
    derived = HKDF(key, KEY_LENGTH, seal_id, SHA256, context=context)
    assert isinstance(derived, bytes), "one key was asked for"
    return derived


def _bound(seal_id: bytes, name: str) -> bytes:
    """What an envelope is bound to besides its key, so that two cannot change places."""
    return canonical([FORMAT, seal_id.hex(), name]).encode()


def _item_content(item: Item) -> bytes:
    """The item's JSON, filled up with spaces so that its length tells little."""
    content = dump(item).encode()
    return content + b" " * (-len(content) % ITEM_PADDING)


def _names(options: Iterable[Option]) -> tuple[Option, ...]:
    return tuple(Option(one.id, "", fixed=one.fixed) for one in options)


def _media_content(name: str, picture: bytes) -> bytes:
    head = canonical({"name": name, "size": len(picture)}).encode() + b"\n"
    content = head + picture
    return content + b"\0" * (-len(content) % MEDIA_PADDING)


def _read_media(content: bytes) -> tuple[str, bytes]:
    head, _, rest = content.partition(b"\n")
    described = json.loads(head)
    picture = rest[: described["size"]]
    digest = hashlib.sha256(picture).hexdigest()
    if described["name"].partition(".")[0] != digest:
        raise BadSeal("a picture does not fit its name")
    return described["name"], picture


def _signed(header_text: str) -> bytes:
    return f"{FORMAT}\n{header_text}".encode()
