"""Passwords and PINs are kept as Argon2id hashes."""

from cat_engine.accounts import passwords


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
