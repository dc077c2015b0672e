"""Config Keys as SEB computes them, and what a browser's proof is worth."""

import gzip
import hashlib

import pytest

from cat_engine.lockdown import proof, seb
from cat_engine.lockdown.rules import Rules
from tests.unit.cat_engine.seb_settings import WINDOWS_CONFIG_KEY, windows_settings

ADDRESS = "https://cat.example.go.id"
RULES = Rules("skd-pagi", mode="require", challenge="c0ffee")
KEY = seb.config_key(RULES.settings(ADDRESS))
EXAM_KEY = "ab" * 32
NOW = 1_795_482_300_000
ANI, BUDI = proof.Bond(b"0" * 32, "token-of-ani"), proof.Bond(b"0" * 32, "token-of-budi")


# --- the key ---


def test_the_config_key_of_a_real_file_is_what_seb_for_windows_shows() -> None:
    assert WINDOWS_CONFIG_KEY == seb.config_key(windows_settings())


def test_one_setting_more_or_less_is_another_key() -> None:
    changed = windows_settings() | {"allowQuit": False}

    assert WINDOWS_CONFIG_KEY != seb.config_key(changed)


def test_seb_json_is_sorted_without_case_and_escapes_nothing() -> None:
    chosen = {
        "originatorVersion": "SEB_Win_3.4",
        "URLFilterRules": [{"regex": True, "expression": r"a\b/c"}],
        "urlFilterRegex": True,
        "empty": {},
        "salt": b"\x00\xff",
        "count": 3,
        "share": 0.1,
    }
    expected = (
        r'{"count":3,"salt":"AP8=","share":0.1,"urlFilterRegex":true,'
        r'"URLFilterRules":[{"expression":"a\b/c","regex":true}]}'
    )

    assert expected == seb.seb_json(chosen)


@pytest.mark.parametrize("write", [seb.write_xml, seb.write_gzip])
def test_a_written_file_has_the_key_of_its_settings(write: object) -> None:
    content = write(RULES.settings(ADDRESS))  # type: ignore[operator]

    assert KEY == seb.config_key(seb.read_file(content))
    assert content == write(RULES.settings(ADDRESS))  # type: ignore[operator]


def test_a_gzip_file_is_laid_out_as_specified() -> None:
    opened = gzip.decompress(seb.write_gzip(RULES.settings(ADDRESS)))

    assert opened.startswith(b"plnd")
    assert gzip.decompress(opened[4:]) == seb.write_xml(RULES.settings(ADDRESS))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<?xml version='1.0'?><plist><array/></plist>",
        b"\x1f\x8b not gzip",
        gzip.compress(b"pswd and then what a password protects"),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><plist><dict><key>&a;</key><true/></dict></plist>",
    ],
)
def test_what_is_no_open_file_is_refused(content: bytes) -> None:
    with pytest.raises(seb.NoSebFile):
        seb.read_file(content)


def test_the_settings_hold_no_secret_and_stay_at_the_server() -> None:
    chosen = RULES.settings(ADDRESS)

    assert f"{ADDRESS}/seb/skd-pagi/c0ffee" == chosen["startURL"]
    assert f"{ADDRESS}/*" == chosen["URLFilterRules"][0]["expression"]  # type: ignore[index]
    assert [] == [name for name in chosen if "assword" in name or "Salt" in name]


# --- what a browser sends ---


def _proof(url: str, *, key: str = KEY, exam_key: str = "") -> seb.Proof:
    return seb.Proof(
        seb.request_hash(url, key), seb.request_hash(url, exam_key) if exam_key else ""
    )


def test_the_request_hash_is_over_the_address_without_fragment_and_the_key() -> None:
    expected = hashlib.sha256(f"{ADDRESS}/exam?seb=1{KEY}".encode()).hexdigest()

    assert expected == seb.request_hash(f"{ADDRESS}/exam?seb=1#content", KEY)


def test_only_the_right_key_for_the_right_address_is_verified() -> None:
    url = proof.page_url(ADDRESS, proof.make_challenge(ANI, NOW))
    other = proof.page_url(ADDRESS, proof.make_challenge(BUDI, NOW))
    inside = proof.page_url("http://10.0.0.5:8080", proof.make_challenge(ANI, NOW))

    assert "verified" == RULES.judge(ADDRESS, url, _proof(url))
    assert "missing" == RULES.judge(ADDRESS, url, seb.Proof())
    assert "wrong" == RULES.judge(ADDRESS, url, _proof(other))
    assert "wrong" == RULES.judge(ADDRESS, url, _proof(inside))
    assert "wrong" == RULES.judge(ADDRESS, url, _proof(url, key=WINDOWS_CONFIG_KEY))


def test_allowed_browser_exam_keys_must_come_with_it() -> None:
    rules = Rules("skd-pagi", mode="require", challenge="c0ffee", exam_keys=("cd" * 32, EXAM_KEY))
    url = proof.page_url(ADDRESS, proof.make_challenge(ANI, NOW))

    assert "verified" == rules.judge(ADDRESS, url, _proof(url, exam_key=EXAM_KEY))
    assert "wrong" == rules.judge(ADDRESS, url, _proof(url))
    assert "wrong" == rules.judge(ADDRESS, url, _proof(url, exam_key="ef" * 32))


def test_a_challenge_belongs_to_one_login_and_a_few_minutes() -> None:
    challenge = proof.make_challenge(ANI, NOW)

    assert proof.is_fresh(ANI, challenge, NOW)
    assert proof.is_fresh(ANI, challenge, NOW + proof.FRESH_MS)
    assert not proof.is_fresh(ANI, challenge, NOW + proof.FRESH_MS + 1)
    assert not proof.is_fresh(ANI, challenge, NOW - 1)
    assert not proof.is_fresh(BUDI, challenge, NOW)
    assert not proof.is_fresh(ANI, f"{NOW + 1:x}-{challenge.partition('-')[2]}", NOW)
    assert not proof.is_fresh(ANI, "", NOW)


# --- the live connection ---


def _shown(bond: proof.Bond, **changes: object) -> dict[str, object]:
    challenge = proof.make_challenge(bond, NOW)
    found = _proof(proof.page_url(ADDRESS, challenge))
    return {"challenge": challenge, "config_key": found.config_key_hash} | changes


def test_a_connection_is_proven_by_ticket_or_by_the_javascript_api() -> None:
    challenge = proof.make_challenge(ANI, NOW)
    ticket = {"challenge": challenge, "ticket": proof.make_ticket(ANI, challenge)}

    assert "verified" == proof.judge_connection(ANI, RULES, ADDRESS, ticket)
    assert "verified" == proof.judge_connection(ANI, RULES, ADDRESS, _shown(ANI))


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("missing", None),
        ("missing", {}),
        ("missing", {"challenge": proof.make_challenge(ANI, NOW)}),
        ("missing", {"challenge": 7, "ticket": 7}),
        ("missing", _shown(BUDI)),
        ("missing", _shown(ANI, config_key="a" * 500)),
        ("wrong", _shown(ANI, config_key="a" * 64)),
        ("wrong", _shown(ANI, ticket="a" * 32)),
        ("wrong", _shown(ANI, ticket=proof.make_ticket(BUDI, "1-a"))),
    ],
)
def test_everything_else_proves_nothing(expected: str, shown: object) -> None:
    assert expected == proof.judge_connection(ANI, RULES, ADDRESS, shown)
