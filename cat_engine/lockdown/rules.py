"""What an exam session asks of its workstations: the newest revision counts, all are kept."""

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select

from cat_engine.lockdown import seb
from cat_engine.lockdown.tables import lockdown_rules

OFF, INDICATE, REQUIRE = "off", "indicate", "require"
MODES = (OFF, INDICATE, REQUIRE)
EXAM_KEY_LIMIT = 50


class BadRules(Exception):
    """Rules that cannot be kept; the message says what is wrong."""

    code = "bad_lockdown"


@dataclass(frozen=True, slots=True)
class Rules:
    """Whether Safe Exam Browser is off, indicated or required, and how it proves itself."""

    exam_session: str
    revision_no: int = 0
    """0: nobody has said anything yet."""
    mode: str = OFF
    challenge: str = ""
    exam_keys: tuple[str, ...] = ()
    changed_by: str = ""
    changed_at: int = 0

    @property
    def is_asked(self) -> bool:
        """Whether a proof is looked at."""
        return self.mode != OFF

    def settings(self, base_url: str) -> dict[str, object]:
        """The settings of SEB for this exam session."""
        assert self.challenge, "settings are made of stored rules"
        return seb.settings(base_url, self.exam_session, self.challenge)

    def judge(self, base_url: str, url: str, proof: seb.Proof) -> seb.Verdict:
        """What a proof that came with the page at `url` says."""
        key = seb.config_key(self.settings(base_url))
        return seb.judge(url, proof, key=key, exam_keys=self.exam_keys)


def current(db: Connection, exam_session: str) -> Rules:
    """The rules that hold now; without any SEB is off."""
    table = lockdown_rules.c
    row = db.execute(
        select(lockdown_rules)
        .where(table.exam_session == exam_session)
        .order_by(table.revision_no.desc())
        .limit(1)
    ).first()
    if row is None:
        return Rules(exam_session)
    values = dict(row._mapping)
    return Rules(**values | {"exam_keys": tuple(row.exam_keys.split())})


def change(
    db: Connection,
    rules: Rules,
    *,
    by: str,
    now: int,
    is_renewed: bool = False,
) -> Rules:
    """Store the rules as the next revision; the challenge stays unless it is renewed.

    Raises:
        BadRules: an unknown mode, or something that is no Browser Exam Key.
    """
    if rules.mode not in MODES:
        raise BadRules(f"the mode is one of {', '.join(MODES)}")
    if len(rules.exam_keys) > EXAM_KEY_LIMIT or not all(map(seb.is_key, rules.exam_keys)):
        raise BadRules("a Browser Exam Key is 64 digits 0-9 a-f; at most 50 of them")
    before = current(db, rules.exam_session)
    is_new = is_renewed or not before.challenge
    stored = replace(
        rules,
        revision_no=before.revision_no + 1,
        challenge=secrets.token_urlsafe(16) if is_new else before.challenge,
        changed_by=by,
        changed_at=now,
    )
    db.execute(
        insert(lockdown_rules).values(
            exam_session=stored.exam_session,
            revision_no=stored.revision_no,
            mode=stored.mode,
            challenge=stored.challenge,
            exam_keys="\n".join(stored.exam_keys),
            changed_by=stored.changed_by,
            changed_at=stored.changed_at,
        )
    )
    return stored
