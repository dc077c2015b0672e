"""Where a database address leads, and whether the way there is proven and encrypted.

What crosses a network between this server and PostgreSQL is keys, names and answers. libpq's own
default takes an unencrypted line, or an encrypted one to anybody, without a word; only
`sslmode=verify-full` checks that the other end is the host that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PROVEN = "verify-full"


def is_way_proven(url: str, environment: Mapping[str, str]) -> bool:
    """Say whether a database is a file, on this machine, or reached by TLS that proves its host.

    Args:
        url: as SQLAlchemy takes it.
        environment: of this process; libpq takes from it what the address leaves open.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return True  # no address at all, as opening it will tell
    if parsed.get_backend_name() != "postgresql":
        return True
    query = {name: ",".join([value] if isinstance(value, str) else value)
             for name, value in parsed.query.items()}  # fmt: skip
    hosts = [parsed.host or "", query.get("host", ""), query.get("hostaddr", "")]
    if not any(hosts):
        hosts = [environment.get("PGHOST", "")]
    hosts.append(environment.get("PGHOSTADDR", ""))
    # A service is a name for anything at all, in a file that is not read here.
    is_elsewhere = "service" in query or "PGSERVICE" in environment
    is_elsewhere = is_elsewhere or not all(map(_is_here, ",".join(hosts).split(",")))
    return not is_elsewhere or query.get("sslmode") == PROVEN


def _is_here(host: str) -> bool:
    """Say whether this is a Unix socket or this machine's loopback; a part after % is a zone."""
    name = host.strip().strip("[]")
    # An abstract socket begins with "@"; the port of a host may follow it in a query.
    if not name or name[0] in "/@" or name.lower() == "localhost":
        return True
    for candidate in (name, name.rpartition(":")[0]):
        try:
            return ip_address(candidate).is_loopback
        except ValueError:
            continue
    return name.rpartition(":")[0].lower() == "localhost"
