"""The hash of a journal's entry, and what can be shown of an entry without showing all of it.

The hash covers the hash before it and two salted digests: of the entry's place (whose, when, what
kind) and of its body. Whoever has the digests can check every link. What is not shown cannot be
found by trying: most bodies have few possible values, such as five options and their points. The
salts come from the journal's key; showing some tells nothing of others. Source:
docs/algorithms/journal.md.
"""

import hashlib
import hmac
from functools import lru_cache

from exam_sessions.events import canonical
from question_bank import chain

KIND = "cat-engine/journal/v1"
QUOTED_LIMIT = 50_000
SALT_DIGITS = 32


def genesis(exam_session: str) -> str:
    """The hash that stands before an exam session's first entry."""
    return chain.genesis(KIND, exam_session)


def salts_of(key: str, position: int) -> tuple[str, str]:
    """What stands before place and body of an entry when their digests are taken: 32 digits each.

    Args:
        key: of the journal, 64 hexadecimal digits.
        position: of the entry.
    """
    both = hmac.digest(key.encode(), b"%d" % position, "sha256").hex()
    return both[:SALT_DIGITS], both[SALT_DIGITS:]


def digest_of(salt: str, text: str) -> str:
    """The digest of a place or a body; it tells nothing of them without the salt."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def place_text(place: tuple[str, int, str | None], at: int, kind: str) -> str:
    """Canonical JSON of exam session, position, participant number or None, time, kind of event."""
    exam_session, position, participant_no = place
    # Put together from its parts: they come again and again.
    who = "null" if participant_no is None else _quoted(participant_no)
    return f"[{_quoted(exam_session)},{position},{who},{at},{_quoted(kind)}]"


def link(previous: str, place: str, body: str) -> str:
    """The hash of an entry.

    Args:
        previous: the hash before it.
        place: digest of the place; the place itself in a journal without a key.
        body: digest of the body; the body itself in a journal without a key.
    """
    return hashlib.sha256(f"{previous}\n{place}\n{body}".encode()).hexdigest()


def hash_entry(
    key: str | None,
    previous: str,
    *,
    place: tuple[str, int, str | None],
    at: int,
    kind: str,
    body: str,
) -> str:
    """The hash of an entry from all that it holds.

    Args:
        key: of the journal; None: it was begun before there were keys.
        previous: the hash before it.
        place: exam session, position, participant number or None.
        at: server time in ms since the epoch.
        kind: name of the event.
        body: the event's fields as canonical JSON, as it is stored.
    """
    shown = place_text(place, at, kind)
    if key is None:
        return link(previous, shown, body)
    of_place, of_body = salts_of(key, place[1])
    return link(previous, digest_of(of_place, shown), digest_of(of_body, body))


@lru_cache(maxsize=QUOTED_LIMIT)
def _quoted(text: str) -> str:
    return canonical(text)
