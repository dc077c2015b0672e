"""Passwords and PINs are kept as Argon2id hashes."""

import hashlib
import secrets
from pathlib import Path

import pytest

from cat_engine.accounts import leaked_passwords, passwords
from cat_engine.i18n import text
from tests.cast import PASSWORD

STAFF_DOCUMENT = Path(__file__).parents[3] / "docs" / "staff.md"


def test_only_the_right_secret_fits_a_hash() -> None:
    for make in (passwords.hash_password, passwords.hash_pin):
        stored = make("123456")

        assert passwords.verify(stored, "123456")
        assert not passwords.verify(stored, "123457")


def test_the_same_secret_never_has_the_same_hash() -> None:
    assert passwords.hash_pin("123456") != passwords.hash_pin("123456")


def test_staff_passwords_use_the_parameters_that_owasp_recommends() -> None:
    assert passwords.hash_password("rahasia").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_that_cannot_be_read_fits_nothing() -> None:
    assert not passwords.verify("", "123456")
    assert not passwords.verify("not a hash", "123456")


def test_a_new_pin_is_six_digits() -> None:
    pin = passwords.new_pin()

    assert len(pin) == 6
    assert pin.isdigit()


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery staple",
        "7483-2910-5561",
        "tiga ekor kucing belang",
        "Xq7#mN2$vL9@",
        "密碼很長而且很難猜到的一句話",
        secrets.token_urlsafe(12),
    ],
)
def test_long_passwords_of_any_kind_are_taken(password: str) -> None:
    assert passwords.weakness(password, "dewi") is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("sebelas huru", None),
        ("sebelas hur", "at least 12"),
        ("a1b2" * 65, "at most 256"),
        ("aaaaaaaaaaaa", "different characters"),
        ("ababab121212", "different characters"),
        ("Password12345", "guessed first"),
        ("P@ssword-2026!", "guessed too soon"),
        ("admin-admin-2026", "guessed first"),
        ("katasandi1234", "guessed first"),
        ("Rahasia!!2026", "guessed first"),
        ("indonesia1945", "guessed first"),
        ("CAT-Engine-2026", "guessed first"),
        ("dewi.lestari.1", "guessed first"),
        ("Lestari-12345", "guessed first"),
        ("123456789012", "digits"),
        ("098765432109", "digits"),
        ("abcdefghijklm", "alphabet"),
        ("qwertyuiopasdf", "keyboard"),
        ("1q2w3e4r5t6y", "guessed first"),
        ("mju7nhy6bgt5", "keyboard"),
    ],
)
def test_what_guessers_try_first_is_refused(password: str, words: str | None) -> None:
    weakness = passwords.weakness(password, "dewi.lestari")

    assert (words is None) == (weakness is None), weakness
    assert words is None or (weakness and words in text(f"weak.{weakness.value}", "en"))


@pytest.mark.parametrize(
    "password",
    ["michael123456", "iloveyou12345", "footballfootball", "sunshine2020!", "liverpool1892fc",
     "manchesterunited", "samsung galaxy", "drowssap drowssap", "15-08-1990-jakarta"],
)  # fmt: skip
def test_passwords_like_those_that_were_made_public_are_refused(password: str) -> None:
    assert passwords.weakness(password, "dewi") is not None


@pytest.mark.parametrize(
    "password", ["badiman28200", "6215mila6215", "23WKoa0FP78dk", "NICK1234-rem936", "BADIMAN28200"]
)
def test_a_password_that_was_made_public_is_refused_and_told_why(password: str) -> None:
    """No pattern finds these, and they are among the 3,000 that were found most often."""
    weakness = passwords.weakness(password, "dewi")

    assert passwords.Weakness.LEAKED == weakness
    assert "made public" in text(f"weak.{weakness.value}", "en")
    assert passwords.weakness(f"{password}-kuda", "dewi") is None


def test_the_list_of_leaked_passwords_is_the_documented_one() -> None:
    digests = leaked_passwords.FILE.read_bytes()
    size = leaked_passwords.DIGEST_SIZE
    entries = [digests[at : at + size] for at in range(0, len(digests), size)]

    assert 43_940 == len(entries) == len(set(entries))
    assert sorted(entries) == entries
    assert hashlib.sha256(digests).hexdigest() in STAFF_DOCUMENT.read_text()


def test_new_random_passwords_are_in_no_list() -> None:
    assert not any(leaked_passwords.is_leaked(passwords.readable_secret()) for _ in range(200))


def test_a_list_holds_what_it_was_built_from_and_nothing_short() -> None:
    listed = [f"kata sandi no {number}" for number in range(300)]
    digests = leaked_passwords.build([*listed, "pendek", listed[0].upper()])

    assert len(listed) * leaked_passwords.DIGEST_SIZE == len(digests)
    assert all(leaked_passwords.contains(digests, one) for one in listed)
    assert not leaked_passwords.contains(digests, "pendek")
    assert not leaked_passwords.contains(b"", listed[0])


def test_words_of_the_context_are_no_secret() -> None:
    password = "sukolilo-7731-x"

    assert passwords.weakness(password, "dewi") is None
    assert passwords.weakness(password, "dewi", context=["BKD Sukolilo"]) is not None


def test_a_very_long_password_is_judged_at_once() -> None:
    assert passwords.weakness("tiga ekor kucing belang " * 10, "dewi") is None


def test_every_weakness_has_its_sentence_in_both_languages() -> None:
    for weakness in passwords.Weakness:
        for language in ("id", "en"):
            assert text(f"weak.{weakness.value}", language)
