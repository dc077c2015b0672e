"""Where a request comes from: the visitor's address behind proxies, and whose page sends it."""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

HEADER = "HTTP_X_FORWARDED_FOR"
IPV6_PREFIX = 64
"""One household or hall has this much of IPv6 to itself."""


def behind_proxies(app: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Let `app` see the visitor's address when `count` proxies of ours stand before it.

    With 0 nothing is changed, and the header stays as the mark of a request that was passed on.
    """
    if count == 0:
        return app

    def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
        environ["REMOTE_ADDR"] = visitor_address(environ, count)
        return app(environ, start_response)

    return wsgi


def visitor_address(environ: Mapping[str, Any], count: int) -> str:
    """Give the address that the outermost of `count` trusted proxies saw.

    Each proxy adds the address it was reached from at the end; what stands before is a stranger's
    word. A header that is too short or no address leaves the address of the connection.
    """
    peer = str(environ.get("REMOTE_ADDR", ""))
    named = [part.strip() for part in str(environ.get(HEADER, "")).split(",")]
    if count == 0 or len(named) < count:
        return peer
    try:
        return str(ip_address(named[-count]))
    except ValueError:
        return peer


def limited_as(address: str) -> str:
    """Give the name under which attempts from an address are counted.

    Of IPv6 it is the network of 64 bits, because whoever has one address there has them all.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address or "unknown"
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def is_own_origin(origin: str | None, host: str, public_url: str) -> bool:
    """Say whether a page of ours asks; a program that is no browser names no origin.

    A proxy may speak TLS for us, so the scheme seen here need not be the visitor's.
    """
    if origin is None:
        return True
    try:
        named = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(named) and named in (host, urlsplit(public_url).netloc)
