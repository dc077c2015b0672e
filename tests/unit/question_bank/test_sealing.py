"""Sealing: windows, shares, changed bytes, and a second reader written from docs/sealing.md."""

import base64
import hashlib
import hmac
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Signature import eddsa
from hypothesis import given
from hypothesis import strategies as st

from question_bank import sealing, shares
from question_bank.item import Image, Option, Stimulus, dump, item_to_json, load
from question_bank.sealing import BadSeal, SealClosed, Terms, WrongShares
from question_bank.shares import BadShare, Share
from question_bank.vault import Vault
from scoring.mark import highest, mark
from scoring.response import Choice, Nothing
from scoring.rule import ContentSealed
from tests.factories import get_bank, get_item
from tests.unit.question_bank.kinds import IMAGE, items_of_every_kind

VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "sealing.json").read_text(encoding="utf-8")
)
OPENS_AT, CLOSES_AT = 1_000, 2_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
PICTURE = Image(hashlib.sha256(SVG).hexdigest(), "svg", "Segitiga")
SEED = bytes(32)


def entropy() -> Any:
    numbers = itertools.count()
    return lambda length: hashlib.shake_128(f"test {next(numbers)}".encode()).digest(length)


def sealed(*items: Any, threshold: int = 2, count: int = 3) -> Any:
    listed = items or [get_item("twk", 1, image=PICTURE), get_item("tkp", 2)]
    terms = Terms("small", "Naskah", OPENS_AT, CLOSES_AT, threshold, count)
    return sealing.seal(
        listed, {PICTURE.name: SVG}, terms, signing_seed=SEED, now=1, entropy=entropy()
    )


def test_what_was_sealed_is_opened_again_by_any_shares_that_are_enough() -> None:
    package, divided = sealed()
    read = sealing.from_text(sealing.to_text(package))

    for pair in itertools.combinations(divided, 2):
        opened = sealing.open_package(read, pair, now=OPENS_AT)
        assert [get_item("tkp", 2), get_item("twk", 1, image=PICTURE)] == list(opened.items)
        assert {PICTURE.name: SVG} == opened.pictures


def test_items_of_every_kind_come_out_as_they_went_in_and_their_outlines_say_nothing() -> None:
    content = b"png"
    own = hashlib.sha256(content).hexdigest()
    written = [dump(item) for item, _ in items_of_every_kind().values()]
    listed = [load(text.replace(IMAGE.digest, own)) for text in written]
    terms = Terms("small", "Semua jenis", OPENS_AT, CLOSES_AT, 2, 2)
    package, divided = sealing.seal(
        listed, {f"{own}.png": content}, terms, signing_seed=SEED, now=1, entropy=entropy()
    )

    opened = sealing.open_package(package, divided, now=OPENS_AT)

    assert sorted(listed, key=lambda item: item.ref) == list(opened.items)
    for item in package.outlines:
        assert "" == item.stem == item.explanation
        every = [*item.options, *item.targets]
        every += [o for one in item.interactions for o in (*one.options, *one.targets)]
        assert all(option.text == "" and option.image is None for option in every)


def test_an_outline_tells_what_can_be_earned_and_marks_nothing() -> None:
    item = get_item(
        "twk",
        1,
        stimulus=Stimulus("s1", "Bacaan", PICTURE),
        explanation="rahasia",
        image=PICTURE,
        options=tuple(Option(name, f"teks {name}", PICTURE) for name in "abcde"),
    )

    shown = sealing.outline(item)

    assert "rahasia" not in repr(shown)
    assert "teks" not in repr(shown)
    assert PICTURE.digest not in repr(shown)
    assert "s1" == shown.stimulus.id if shown.stimulus else False
    assert highest(item.rule) == highest(shown.rule)
    for response in (Choice("a"), Nothing()):
        with pytest.raises(ContentSealed):
            mark(shown.rule, response)


@pytest.mark.parametrize(
    ("now", "code"),
    [(OPENS_AT - 1, "seal_too_early"), (CLOSES_AT, "seal_too_late")],
)
def test_outside_the_window_nothing_opens_whatever_the_shares(now: int, code: str) -> None:
    package, divided = sealed()

    with pytest.raises(SealClosed) as closed:
        sealing.open_package(package, divided, now=now)
    with pytest.raises(SealClosed):
        Vault().give(package, divided[0], now=now)

    assert code == closed.value.code
    assert sealing.open_package(package, divided, now=min(max(now, OPENS_AT), CLOSES_AT - 1)).items


def test_too_few_doubled_foreign_and_made_up_shares_do_not_open() -> None:
    package, divided = sealed(threshold=3, count=5)
    _, foreign = sealed(get_item("twk", 9), threshold=3, count=5)
    made_up = replace(divided[2], value=bytes(32))
    foreign = [replace(share, seal_prefix=b"\1\2\3\4") for share in foreign]

    for given_shares in (
        divided[:2],
        [divided[0], divided[0], divided[1]],
        [*divided[:2], foreign[2]],
        [*divided[:2], made_up],
        [*divided[:2], replace(divided[2], index=6)],
    ):
        with pytest.raises(WrongShares):
            sealing.open_package(package, given_shares, now=OPENS_AT)
    assert sealing.open_package(package, divided[:3], now=OPENS_AT).items


def test_every_changed_byte_of_a_package_is_refused() -> None:
    package, _ = sealed(get_item("twk", 1))
    text = sealing.to_text(package)
    step = max(1, len(text) // 400)
    sealing.from_text(text)

    for position in range(0, len(text), step):
        changed = "A" if text[position] != "A" else "B"
        with pytest.raises(BadSeal):
            sealing.from_text(text[:position] + changed + text[position + 1 :])
    for cut in (text[:-1], text[: len(text) // 2], "", "\n", text + "QUJD\n"):
        with pytest.raises(BadSeal):
            sealing.from_text(cut)


def test_an_envelope_in_another_place_does_not_open() -> None:
    package, divided = sealed()
    first, second, *rest = package.envelopes
    swapped = (
        replace(first, content=second.content),
        replace(second, content=first.content),
        *rest,
    )

    with pytest.raises(BadSeal, match="does not open"):
        sealing.open_package(replace(package, envelopes=swapped), divided, now=OPENS_AT)


def test_a_signer_who_promises_other_outlines_is_found_at_the_opening() -> None:
    package, divided = sealed(get_item("twk", 1))
    header = dict(package.header)
    header["items"] = [header["items"][0] | {"difficulty": "hard"}]

    with pytest.raises(BadSeal, match="outlines"):
        sealing.open_package(replace(package, header=header), divided, now=OPENS_AT)


def test_the_length_of_an_envelope_tells_little() -> None:
    package, _ = sealed(get_item("twk", 1), get_item("twk", 2, stem="x" * 300))

    assert 1 == len({len(envelope.content) for envelope in package.envelopes})


def test_a_vault_opens_with_the_last_share_needed_and_forgets_wrong_ones() -> None:
    package, divided = sealed()
    vault = Vault()
    made_up = replace(divided[0], value=bytes(32))

    vault.give(package, made_up, now=OPENS_AT)
    with pytest.raises(WrongShares):
        vault.give(package, divided[1], now=OPENS_AT)
    assert 0 == vault.progress(package).given
    assert not vault.items("small")
    again = [vault.give(package, share, now=OPENS_AT) for share in (divided[0], divided[0])]
    opened = vault.give(package, divided[2], now=OPENS_AT)

    assert [1, 1] == [progress.given for progress in again]
    assert opened.is_open
    assert (1, 3) == vault.indices(package.seal)
    assert get_item("tkp", 2) == vault.items("small")["tkp-002", 1]
    assert SVG == vault.picture(PICTURE.name)
    assert "Soal" not in repr(vault)


# --- shares ---


@given(st.binary(min_size=32, max_size=32), st.integers(1, 16), st.integers(2, 16))
def test_shares_survive_paper_and_typing(value: bytes, index: int, threshold: int) -> None:
    share = Share(b"\0\1\2\xff", threshold, index, value)
    text = shares.to_text(share)
    typed = text.lower().replace("O", "0").replace("\n", " - ").replace("i", "1").replace("b", "8")

    assert share == shares.from_text(text) == shares.from_text(typed)


@given(st.integers(0, 77), st.sampled_from(shares.ALPHABET))
def test_a_mistyped_letter_is_found_and_nearly_always_its_row(place: int, letter: str) -> None:
    text = "".join(shares.to_text(Share(b"abcd", 2, 1, bytes(range(32)))).split())
    typed = text[:place] + letter + text[place + 1 :]
    if typed == text:
        return

    with pytest.raises(BadShare) as bad:
        shares.from_text(typed)

    assert bad.value.row in (0, place // 13 + 1)


def test_rows_in_another_order_are_no_share() -> None:
    rows = shares.to_text(Share(b"abcd", 2, 1, bytes(range(32)))).split("\n")

    with pytest.raises(BadShare):
        shares.from_text("\n".join([rows[1], rows[0], *rows[2:]]))


@pytest.mark.parametrize(("threshold", "count"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_a_seal_needs_two_custodians_and_has_at_most_sixteen(threshold: int, count: int) -> None:
    with pytest.raises(ValueError, match="2 or more"):
        shares.split(bytes(32), seal=bytes(16), threshold=threshold, count=count)


def test_a_share_never_prints_its_value() -> None:
    assert "value" not in repr(Share(b"abcd", 2, 1, bytes(range(32))))


# --- vectors, and a reader that shares nothing with the program but AES and Ed25519 ---


def test_the_program_opens_the_published_package() -> None:
    package = sealing.from_text("\n".join(VECTORS["package"]) + "\n")
    given_shares = [shares.from_text("\n".join(rows)) for rows in VECTORS["shares"][1:4]]

    opened = sealing.open_package(package, given_shares, now=package.header["opens_at"])

    assert VECTORS["items"] == [item_to_json(item) for item in opened.items]
    assert VECTORS["media"] == {name: c.decode() for name, c in opened.pictures.items()}


@pytest.mark.parametrize("chosen", list(itertools.combinations(range(5), 3)))
def test_a_second_reader_opens_the_published_package(chosen: tuple[int, ...]) -> None:
    rows = [VECTORS["shares"][i] for i in chosen]

    items, media = read_by_the_document(VECTORS["package"], rows)

    assert VECTORS["items"] == items
    assert VECTORS["media"] == media


def read_by_the_document(package: list[str], slips: list[list[str]]) -> tuple[Any, Any]:
    """Open a package as docs/sealing.md says."""
    header, envelopes = json.loads(package[0]), [base64.b64decode(one) for one in package[2:]]
    signer = eddsa.import_public_key(bytes.fromhex(header["signer"]))
    signed = b"cat-engine/seal/v1\n" + package[0].encode()
    eddsa.new(signer, "rfc8032").verify(signed, base64.b64decode(package[1]))
    points = [_slip(rows, header) for rows in slips]
    key = b"".join(
        _at_zero([(index, value[start : start + 16]) for index, value in points]).to_bytes(
            16, "big"
        )
        for start in (0, 16)
    )
    assert VECTORS["key"] == key.hex()
    seal = bytes.fromhex(header["seal"])
    assert header["key_check"] == _hkdf(key, seal, "cat-engine/seal/v1/key-check").hex()
    items, media = [], {}
    for named, envelope in zip(header["envelopes"], envelopes, strict=True):
        assert named["sha256"] == hashlib.sha256(envelope).hexdigest()
        own = _hkdf(key, seal, f"cat-engine/seal/v1/envelope/{named['name']}")
        cipher = AES.new(own, AES.MODE_GCM, nonce=envelope[:12])
        cipher.update(f'["cat-engine/seal/v1","{header["seal"]}","{named["name"]}"]'.encode())
        content = cipher.decrypt_and_verify(envelope[12:-16], envelope[-16:])
        if named["name"].startswith("item/"):
            items.append(json.loads(content))
        else:
            head, _, rest = content.partition(b"\n")
            described = json.loads(head)
            media[described["name"]] = rest[: described["size"]].decode()
    return items, media


def _slip(rows: list[str], header: dict[str, Any]) -> tuple[int, bytes]:
    letters = ""
    for number, row in enumerate(rows, start=1):
        row_letters = row.replace(" ", "")
        checked = f"cat-engine/share/v1\n{number} {row_letters[:12]}".encode()
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[hashlib.sha256(checked).digest()[0] >> 3]
        assert letter == row_letters[12]
        letters += row_letters[:12]
    content = base64.b32decode(letters)
    check = hashlib.sha256(b"cat-engine/share/v1\n" + content[:39]).digest()[:6]
    assert check == content[39:]
    assert b"\1" + bytes.fromhex(header["seal"])[:4] == content[:5]
    assert header["threshold"] == content[5]
    return content[6], content[7:39]


def _hkdf(key: bytes, salt: bytes, info: str) -> bytes:
    secret = hmac.digest(salt, key, "sha256")
    return hmac.digest(secret, info.encode() + b"\1", "sha256")


def _at_zero(points: list[tuple[int, bytes]]) -> int:
    """Lagrange's interpolation at 0 in GF(2^128)."""
    total = 0
    for x, value in points:
        factor = 1
        for other, _ in points:
            if other != x:
                factor = _times(factor, _times(other, _inverse(x ^ other)))
        total ^= _times(int.from_bytes(value, "big"), factor)
    return total


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a >> 128:
            a ^= (1 << 128) | 0b10000111
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """By Fermat: a to the power of 2^128 - 2."""
    result, square = 1, a
    for _ in range(127):
        square = _times(square, square)
        result = _times(result, square)
    return result


def test_the_bank_of_the_tests_can_be_sealed_whole() -> None:
    package, divided = sealed(*get_bank())

    assert len(get_bank()) == len(sealing.open_package(package, divided, now=OPENS_AT).items)
