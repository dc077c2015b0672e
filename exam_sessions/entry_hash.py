"""The hash of a journal's entry, and what may be shown of an entry without showing all of it.

The hash covers the hash before it, the entry's place, and a salted digest of its body. So every
link can be checked by whoever has the digests alone, and a body that is not shown cannot be found
by trying: most have few possible values, such as five options and their points. The salt of each
entry comes from the journal's key; showing one tells nothing of another. Source:
docs/algorithms/journal.md.
"""

import hashlib
import hmac
from functools import lru_cache

from exam_sessions.events import canonical
from question_bank import chain

KIND = "cat-engine/journal/v1"
QUOTED_LIMIT = 50_000


def genesis(exam_session: str) -> str:
    """The hash that stands before an exam session's first entry."""
    return chain.genesis(KIND, exam_session)


def salt_of(key: str, position: int) -> str:
    """What is put before a body when its digest is taken: 64 hexadecimal digits."""
    return hmac.digest(key.encode(), b"%d" % position, "sha256").hex()


def digest_of(salt: str, body: str) -> str:
    """The digest of a body, as hexadecimal text; without the salt it tells nothing of the body."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def content_of(key: str | None, position: int, body: str) -> str:
    """What the hash of an entry covers of its body.

    Args:
        key: of the journal; None: it was begun before there were keys, and the body itself counts.
        position: of the entry.
        body: the event's fields as canonical JSON, as it is stored.
    """
    return body if key is None else digest_of(salt_of(key, position), body)


def hash_entry(
    previous: str, *, place: tuple[str, int, str | None], at: int, kind: str, content: str
) -> str:
    """SHA-256 over the previous hash and the entry, as hexadecimal text.

    Args:
        previous: the hash before it.
        place: exam session, position, participant number or None.
        at: server time in ms since the epoch.
        kind: name of the event.
        content: as `content_of` gives it.
    """
    exam_session, position, participant_no = place
    # The canonical text of these five, put together from its parts: they come again and again.
    who = "null" if participant_no is None else _quoted(participant_no)
    line = f"[{_quoted(exam_session)},{position},{who},{at},{_quoted(kind)}]"
    return hashlib.sha256(f"{previous}\n{line}\n{content}".encode()).hexdigest()


@lru_cache(maxsize=QUOTED_LIMIT)
def _quoted(text: str) -> str:
    return canonical(text)
