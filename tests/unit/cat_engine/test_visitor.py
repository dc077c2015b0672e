"""The visitor's address behind proxies is what our proxies saw, never what the visitor says."""

from typing import Any

import pytest

from cat_engine.visitor import behind_proxies, limited_as, visitor_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("count", "header", "address"),
    [
        (0, "203.0.113.9", PEER),
        (1, "", PEER),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9, 10.0.0.5", "10.0.0.5"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        (2, "203.0.113.9", PEER),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "unknown", PEER),
        (1, "203.0.113.9:5000", PEER),
        (1, "203.0.113.9,", PEER),
        (1, "<script>", PEER),
    ],
)
def test_only_what_trusted_proxies_added_counts(count: int, header: str, address: str) -> None:
    environ = {"REMOTE_ADDR": PEER} | ({"HTTP_X_FORWARDED_FOR": header} if header else {})

    assert visitor_address(environ, count) == address


def test_without_trusted_proxies_the_request_is_left_alone() -> None:
    def app(environ: dict[str, Any], _start_response: Any) -> str:
        return str(environ["REMOTE_ADDR"])

    environ = {"REMOTE_ADDR": PEER, "HTTP_X_FORWARDED_FOR": "203.0.113.9"}

    assert behind_proxies(app, 0) is app
    assert behind_proxies(app, 1)(environ, None) == "203.0.113.9"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("a socket", "a socket"),
    ],
)
def test_attempts_are_counted_by_address_and_in_ipv6_by_network(address: str, name: str) -> None:
    assert limited_as(address) == name
