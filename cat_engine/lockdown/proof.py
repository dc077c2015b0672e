"""How a page proves once that it runs in Safe Exam Browser, and its live connection after it.

The address of a candidate's page holds a challenge made for this login a moment ago, so the hash
that SEB sends with it belongs to nobody else and is worth nothing later. A page whose request
proved itself carries a ticket for its connection; a client that sends no headers (WebKit) hands the
hashes of the same address to the connection, which checks them. Both are bound to the login: its
token is under the HMAC, so a copied ticket opens nothing without the cookie.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cat_engine.lockdown import seb
from cat_engine.lockdown.rules import Rules

FRESH_MS = 5 * 60_000
"""How long an address may be opened; a later reload gets a new challenge."""
TEXT_LIMIT = 128
_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Bond:
    """To whom a challenge is bound: the server's secret and the token of a login."""

    secret: bytes
    token: str

    def mac(self, what: str) -> str:
        """HMAC-SHA-256 over purpose and token, 128 bits as text."""
        said = f"seb\n{what}\n{self.token}".encode("utf-8", "surrogatepass")
        return hmac.new(self.secret, said, hashlib.sha256).hexdigest()[:_DIGITS]


def make_challenge(bond: Bond, now: int) -> str:
    """A challenge for the page that this login opens now."""
    return f"{now:x}-{bond.mac(f'challenge {now:x}')}"


def is_genuine(bond: Bond, challenge: str) -> bool:
    """Whether this challenge was made for this login."""
    made_at, _, _ = challenge.partition("-")
    expected = f"{made_at}-{bond.mac(f'challenge {made_at}')}"
    return hmac.compare_digest(challenge.encode(), expected.encode())


def is_fresh(bond: Bond, challenge: str, now: int) -> bool:
    """Whether it was made for this login within the last minutes."""
    if not is_genuine(bond, challenge):
        return False
    return 0 <= now - int(challenge.partition("-")[0], 16) <= FRESH_MS


def page_url(base_url: str, challenge: str) -> str:
    """The address over which SEB hashes its keys."""
    return f"{base_url}/exam?seb={challenge}"


def make_ticket(bond: Bond, challenge: str) -> str:
    """What the live connection of a page shows whose request was verified."""
    return bond.mac(f"ticket {challenge}")


def judge_connection(bond: Bond, rules: Rules, base_url: str, shown: object) -> seb.Verdict:
    """What a live connection proves by what its page handed to it."""
    if not isinstance(shown, Mapping):
        return "missing"
    challenge = _text(shown, "challenge")
    if not challenge or not is_genuine(bond, challenge):
        return "missing"
    ticket = _text(shown, "ticket")
    if ticket:
        expected = make_ticket(bond, challenge)
        return "verified" if hmac.compare_digest(ticket.encode(), expected.encode()) else "wrong"
    proof = seb.Proof(_text(shown, "config_key"), _text(shown, "exam_key"))
    return rules.judge(base_url, page_url(base_url, challenge), proof)


def _text(shown: Mapping[Any, Any], name: str) -> str:
    """A short ASCII text, or nothing."""
    value = shown.get(name)
    is_usable = isinstance(value, str) and len(value) <= TEXT_LIMIT and value.isascii()
    return str(value) if is_usable else ""
