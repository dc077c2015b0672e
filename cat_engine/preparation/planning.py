"""Storing what was planned, each time with its act on record: one road for page, API and commands.

Every function works inside the caller's transaction for writing: the change and the act that tells
of it are durable together or not at all.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

from cat_engine.preparation import exam_plan, roster
from cat_engine.preparation.entries import BadEntry
from cat_engine.preparation.exam_plan import BadExamPlan, Board, ExamPlan, Late, PlannedSession
from cat_engine.preparation.fault import Fault
from cat_engine.reserved_names import is_reserved
from exam_sessions import administration, agencies, journal, profile_reach, profiles, sites, store
from exam_sessions.agencies import Agency, Formation
from exam_sessions.profiles import Profile
from exam_sessions.refused import Refused
from exam_sessions.sites import Site, SiteRoom
from exam_sessions.store import AlreadyThere, Enrolment
from question_bank.blueprint import BadBlueprint, Blueprint
from question_bank.blueprint import read as read_blueprint


@dataclass(frozen=True, slots=True)
class Signature:
    """Who acts, and when (milliseconds since the epoch)."""

    by: str
    now: int


@dataclass(frozen=True, slots=True)
class RosterSource:
    """The file that a roster came from."""

    name: str
    content: bytes


def plan_ground(
    db: Connection,
    board: Board,
    late: Late,
    *,
    folder: Path | None = None,
    blueprints: Mapping[str, str] | None = None,
) -> exam_plan.Ground:
    """What an exam.yaml is read against: the sites in the database, and blueprints beside it."""
    return exam_plan.Ground(
        board=board,
        late=late,
        find_room=lambda site, room: sites.get_site_room(db, site, room),
        folder=folder,
        blueprints=blueprints or {},
    )


def create_exam(db: Connection, planned: ExamPlan, signed: Signature) -> None:
    """Store an exam with its sessions.

    Raises:
        BadExamPlan: its blueprint cannot be used, there is an exam of this name, or a page stands
            where it would.
    """
    exam = planned.exam
    try:
        read_blueprint(exam.blueprint)
    except BadBlueprint as bad:
        faults = [Fault("bad_blueprint", {"why": why}, key="blueprint") for why in bad.problems]
        raise BadExamPlan(faults) from bad
    _check_name("exam", exam.id, key="exam")
    try:
        store.add_exam(db, exam)
    except AlreadyThere as there:
        raise BadExamPlan([Fault("exists", {"what": exam.id}, key="exam")]) from there
    details = {
        "title": exam.title,
        "bank": exam.bank,
        "seed": exam.seed,
        "approved_only": exam.approved_only,
        "blueprint_sha256": hashlib.sha256(exam.blueprint.encode()).hexdigest(),
    }
    record(db, "exam_created", exam.id, signed, **details)
    add_sessions(db, planned.sessions, signed)


def add_sessions(db: Connection, planned: Iterable[PlannedSession], signed: Signature) -> None:
    """Store exam sessions with their rooms.

    Raises:
        BadExamPlan: there is one of this name, or a page stands where it would.
    """
    for plan, rooms in planned:
        _check_name("exam_session", plan.id, key="id")
        try:
            store.add_session(db, plan, rooms)
        except AlreadyThere as there:
            raise BadExamPlan([Fault("exists", {"what": plan.id}, key="id")]) from there
        details = {
            "title": plan.title,
            "starts_at": plan.starts_at,
            "seats_drawn": plan.seats_drawn,
            "late_answers": plan.late_answers,
            "late_within_s": plan.late_within_s,
            "rooms": {
                room.id: {"seats": room.seat_count, "site": room.site, "site_room": room.site_room}
                for room in rooms
            },
        }
        record(db, "exam_session_planned", plan.id, signed, **details)


def formation_types(blueprint: Blueprint) -> frozenset[str]:
    """The formation types that a blueprint names, in thresholds or accommodations; empty: any."""
    if not blueprint.thresholds:
        return frozenset()
    accommodated = (one.formation_type for part in blueprint.parts for one in part.accommodations)
    return frozenset(blueprint.thresholds).union(accommodated)


def roster_ground(db: Connection, plan: store.SessionPlan) -> roster.Ground:
    """What a roster of an exam session is checked against."""
    exam = store.get_exam(db, plan.exam)
    assert exam is not None, "the foreign key holds"
    rooms = store.list_rooms(db, plan.id)
    planned = {
        room.id: sites.get_site_room(db, room.site, room.site_room) for room in rooms if room.site
    }
    return roster.Ground(
        rooms=rooms,
        formation_types=formation_types(read_blueprint(exam.blueprint)),
        enrolled=store.list_enrolments(db, plan.id),
        seats_drawn=plan.seats_drawn,
        seat_names={
            room: frozenset(seat.name for seat in found.plan.usable)
            for room, found in planned.items()
            if found is not None
        },
        profiles=lambda persons: profiles.newest_profiles(db, persons),
    )


def enrol_all(
    db: Connection, enrolments: Sequence[Enrolment], source: RosterSource, signed: Signature
) -> None:
    """Store the enrolments of a roster of one exam session."""
    assert enrolments, "a roster has candidates"
    store.add_enrolments(db, enrolments)
    details = {
        "enrolled": len(enrolments),
        "file": source.name,
        "sha256": hashlib.sha256(source.content).hexdigest(),
        "with_profile": sum(1 for one in enrolments if one.accommodation),
    }
    record(db, "roster_imported", enrolments[0].exam_session, signed, **details)


def who_gets_pins(
    db: Connection, plan: store.SessionPlan, participant_no: str = ""
) -> list[Enrolment]:
    """Who may get a new PIN: this person, or with "" everybody who has not come in yet.

    Returns:
        Nobody when there is no such person.

    Raises:
        Refused: PINs of this session come from the door, it is closed, or everybody has come in.
    """
    if plan.seats_drawn:
        raise Refused("pins_at_door")
    if journal.has_entry(db, plan.id, None, "SessionClosed"):
        raise Refused("session_closed")
    enrolled = store.list_enrolments(db, plan.id)
    if participant_no:
        return [one for one in enrolled if one.participant_no == participant_no]
    came = journal.with_entry(db, plan.id, "Attached")
    waiting = [one for one in enrolled if one.participant_no not in came]
    if not waiting:
        raise Refused("nobody_left")
    return waiting


def replace_pins(
    db: Connection, exam_session: str, hashes: Mapping[str, str], signed: Signature, *, reason: str
) -> None:
    """Replace PINs, by participant number, for a reason that is put on record."""
    store.change_pins(db, exam_session, hashes)
    details = {"count": len(hashes), "reason": reason}
    details |= {"participant_no": next(iter(hashes))} if len(hashes) == 1 else {}
    record(db, "pins_replaced", exam_session, signed, **details)


def keep_agency(db: Connection, agency: Agency, signed: Signature, *, is_new: bool = False) -> None:
    """Store an agency, or rename it.

    Raises:
        BadEntry: it is to be new, and there is one of this identifier.
    """
    _check_new(agencies.get_agency(db, agency.id), agency.id, is_new=is_new)
    agencies.save_agency(db, agency)
    record(db, "agency_saved", agency.id, signed, name=agency.name)


def keep_formation(
    db: Connection, formation: Formation, signed: Signature, *, is_new: bool = False
) -> None:
    """Store a formation, or change it; refused as an agency is."""
    _check_new(agencies.get_formation(db, formation.id), formation.id, is_new=is_new)
    agencies.save_formation(db, formation)
    record(db, "formation_saved", formation.id, signed, **asdict(formation))


def keep_site(db: Connection, site: Site, signed: Signature, *, is_new: bool = False) -> None:
    """Store a site, or change it; refused as an agency is."""
    _check_new(sites.get_site(db, site.id), site.id, is_new=is_new)
    sites.save_site(db, site)
    record(db, "site_saved", site.id, signed, **asdict(site))


def keep_site_room(
    db: Connection, room: SiteRoom, signed: Signature, *, is_new: bool = False
) -> None:
    """Store a room with its seat plan, or change it.

    Raises:
        BadEntry: exam sessions use the room, and a seat of it would be gone or renamed; or it is
            to be new and is not.
    """
    before = sites.get_site_room(db, room.site, room.id)
    _check_new(before, room.id, is_new=is_new)
    if before is not None and not before.plan.by_name.keys() <= room.plan.by_name.keys():
        using = [
            exam_session
            for exam_session, rooms in store.list_all_rooms(db).items()
            if any((one.site, one.site_room) == (room.site, room.id) for one in rooms)
        ]
        if using:
            raise BadEntry([Fault("in_use", {"sessions": ", ".join(using[:5])}, key="rows")])
    sites.save_site_room(db, room)
    unusable = [seat.name for seat in room.plan.seats if not seat.is_usable]
    details = {"name": room.name, "seats": len(room.plan.seats), "unusable": unusable}
    accessible = [seat.name for seat in room.plan.seats if seat.is_accessible]
    details |= {"accessible": accessible} if accessible else {}
    record(db, "site_room_saved", f"{room.site}/{room.id}", signed, **details)


def keep_profile(db: Connection, profile: Profile, signed: Signature) -> list[profile_reach.Place]:
    """Record the next revision of a person's standing profile, and let it apply where it can.

    Returns:
        The person's places in exam sessions, with what became of the profile in each.
    """
    before = profiles.newest_profiles(db, [profile.person]).get(profile.person)
    profiles.record_profile(db, profile)
    places = profile_reach.reach(db, profile, before)
    told = [f"{one.exam_session}/{one.participant_no} {one.state}" for one in places]
    details = {"revision": profile.revision} | ({"places": ", ".join(told)} if told else {})
    record(db, "profile_recorded", profile.person, signed, **details)
    return places


def _check_name(what: str, name: str, *, key: str) -> None:
    if is_reserved(what, name):
        raise BadExamPlan([Fault("reserved", {"what": name}, key=key)])


def _check_new(present: object, what: str, *, is_new: bool) -> None:
    if is_new and present is not None:
        raise BadEntry([Fault("taken", {"what": what}, key="id")])


def record(db: Connection, kind: str, subject: str, signed: Signature, **details: object) -> None:
    """Put an act on record; `details` hold no PIN and no text of an item."""
    administration.record(db, kind, subject, by=signed.by, now=signed.now, details=details)
