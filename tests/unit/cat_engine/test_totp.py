"""Codes of a second factor: the vectors of the standard, steps used once, sealed secrets."""

import pytest

from cat_engine.accounts import totp

SECRET = b"12345678901234567890"
"""The secret of RFC 6238, appendix B, and RFC 4226, appendix D."""
STEP_MS = totp.STEP_MS


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(at_s: int, code: str) -> None:
    """RFC 6238 gives eight digits; six are their end."""
    assert code == totp.code_at(SECRET, at_s // 30)


def test_codes_by_count_are_those_of_the_standard() -> None:
    assert ["755224", "287082", "359152"] == [totp.code_at(SECRET, count) for count in range(3)]


@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_a_code_is_right_for_its_step_and_the_ones_beside_it(steps: int) -> None:
    now = 50 * STEP_MS + 12_345

    found = totp.step_of(SECRET, totp.code_at(SECRET, 50 + steps), now=now, last_step=totp.NEVER)

    assert found == (50 + steps if abs(steps) <= 1 else None)


def test_a_step_that_was_used_is_refused_and_so_are_older_ones() -> None:
    now = 50 * STEP_MS
    codes = [totp.code_at(SECRET, step) for step in (49, 50, 51)]

    assert [None, None, 51] == [totp.step_of(SECRET, c, now=now, last_step=50) for c in codes]


def test_wrong_codes_are_refused() -> None:
    for code in ("", "000000", "28708", "2870822", "abcdef", "٢٨٧٠٨٢"):
        assert totp.step_of(SECRET, code, now=59_000, last_step=totp.NEVER) is None


def test_a_sealed_secret_opens_for_its_name_and_server_alone() -> None:
    sealed = totp.seal(SECRET, username="dewi", server_secret=b"k" * 32)

    assert SECRET not in sealed
    assert SECRET == totp.unseal(sealed, username="dewi", server_secret=b"k" * 32)
    for broken, name, key in (
        (sealed, "citra", b"k" * 32),
        (sealed, "dewi", b"l" * 32),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "dewi", b"k" * 32),
        (b"", "dewi", b"k" * 32),
    ):
        with pytest.raises(totp.SealBroken):
            totp.unseal(broken, username=name, server_secret=key)


def test_the_same_secret_is_never_sealed_alike() -> None:
    first, second = (totp.seal(SECRET, username="d", server_secret=b"k" * 32) for _ in range(2))

    assert first != second


def test_apps_read_issuer_name_and_secret() -> None:
    address = totp.address(SECRET, username="dewi", issuer="Ujian CAT")

    assert address == (
        "otpauth://totp/Ujian%20CAT%3Adewi?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Ujian%20CAT"
    )
    assert totp.as_text(SECRET).startswith("GEZD GNBV ")


def test_ten_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = totp.new_recovery_codes()

    assert len(set(codes)) == 10
    assert totp.plain_code(codes[0]) == totp.plain_code(f" {codes[0].upper().replace('-', ' ')} ")
