"""An exam session that really runs from sealed content, through a crash and to published marks."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, delete, update
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError

from exam_sessions import commands, deadlines
from exam_sessions.commands import SERVER
from exam_sessions.decide import Refused
from exam_sessions.live_session import DatabaseLibrary, highest_points
from exam_sessions.verify import verify_session
from question_bank import acts, custody, enemies, life, seal_store, sealing, store, tables
from question_bank.custody import Provenance
from question_bank.life import ActRefused
from question_bank.sealing import BadSeal, Package, Terms, is_sealed
from question_bank.store import ItemChanged
from question_bank.vault import Vault
from scoring.response import Choice, Text
from scoring.rule import ContentSealed
from tests.cast import ANI, BUDI, DEWI, EXAM_SESSION, ROOM
from tests.factories import STARTS_AT, FakeClock, RunningEngine, get_item, start_engine
from tests.integration.sealed_hall import CANARIES, DAY_MS, Sealed, plan_session, seal_canaries


@pytest.fixture
def sealed() -> Sealed:
    return seal_canaries(opens_at=STARTS_AT, closes_at=STARTS_AT + DAY_MS)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def running(database: Database, clock: FakeClock, sealed: Sealed) -> Iterator[RunningEngine]:
    plan_session(database, sealed.package)
    running = start_engine(database, clock)
    running.engine.handle_hall(EXAM_SESSION, commands.OpenRoom(ROOM, DEWI))
    yield running
    running.stop()


def open_seal(running: RunningEngine, sealed: Sealed, now: int = STARTS_AT) -> None:
    """As the server does with the last share needed."""
    vault = Vault()
    for share in sealed.shares[:2]:
        vault.give(sealed.package, share, now=now)
    running.engine.take_opened("small", vault.items("small"))


def begin(running: RunningEngine, participant_no: str = ANI) -> int:
    after = running.engine.handle(EXAM_SESSION, participant_no, commands.Enter("pc"))
    running.engine.handle(EXAM_SESSION, participant_no, commands.Begin(after.epoch))
    return after.epoch


def answer_part(running: RunningEngine, epoch: int, part: int) -> None:
    cell = running.engine.cell(EXAM_SESSION, ANI)
    for slot in cell.ground.form.parts[part].slots:
        item = cell.ground.item(slot.item_no)
        a = "ABCDE"[slot.option_order.index("a")] if slot.option_order else ""
        response = Choice(a) if item.kind == "choice" else Text(CANARIES["key"])
        command = commands.Respond(epoch, epoch * 100_000 + slot.item_no, slot.item_no, response)
        running.engine.handle(EXAM_SESSION, ANI, command)


def test_a_sealed_session_waits_for_the_custodians_and_then_runs_to_its_score(
    running: RunningEngine, database: Database, sealed: Sealed
) -> None:
    with pytest.raises(Refused) as refusal:
        running.engine.handle_hall(EXAM_SESSION, commands.StartRoom(ROOM, DEWI))
    assert "sealed" == refusal.value.code
    assert {"twk": "10", "tkp": "10", "interview": "10"} == highest_points(database, EXAM_SESSION)

    open_seal(running, sealed)
    running.engine.handle_hall(EXAM_SESSION, commands.StartRoom(ROOM, DEWI))
    epoch = begin(running)
    for part in (0, 1):
        answer_part(running, epoch, part)
        end = commands.EndPart(epoch, epoch * 100_000 + 50 + part)
        after = running.engine.handle(EXAM_SESSION, ANI, end)
        if part == 0:
            running.engine.handle(EXAM_SESSION, ANI, commands.Begin(epoch))

    assert after.finished is not None
    assert "30" == after.finished.total
    running.stop()
    with pytest.raises(ContentSealed):
        verify_session(database, EXAM_SESSION)
    opened = sealing.open_package(sealed.package, sealed.shares, now=STARTS_AT)
    with database.begin() as db:
        assert len(sealed.items) == seal_store.publish(
            db, sealed.package.seal, opened, by="rini", reason="selesai", now=STARTS_AT
        )
        assert 0 == seal_store.publish(
            db, sealed.package.seal, opened, by="rini", reason="selesai", now=STARTS_AT
        )
    assert [] == verify_session(database, EXAM_SESSION).findings
    with database.connect() as db:
        assert sorted(sealed.items, key=lambda item: item.ref) == store.list_versions(db, "small")


def test_after_a_crash_running_sittings_pause_until_the_seal_is_open_again(
    running: RunningEngine, database: Database, clock: FakeClock, sealed: Sealed
) -> None:
    open_seal(running, sealed)
    running.engine.handle_hall(EXAM_SESSION, commands.StartRoom(ROOM, DEWI))
    begin(running)
    clock.advance(60_000)
    running.stop()  # as far as the journal goes, the same as kill -9

    for _ in range(2):  # a second crash while it waits changes nothing
        clock.advance(30_000)
        running = start_engine(database, clock)
        waiting = running.engine.cell(EXAM_SESSION, ANI).sitting
        assert waiting.paused
        assert SERVER == waiting.paused.by
        epoch = running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc")).epoch
        for command in (
            commands.Respond(epoch, epoch * 100_000 + 1, 1, Text("x")),
            commands.Resume(commands.Act("a1", DEWI, "technical")),
            commands.End(commands.Act("a2", DEWI, "technical")),
        ):
            with pytest.raises(Refused) as refusal:
                running.engine.handle(EXAM_SESSION, ANI, command)
            assert "sealed" == refusal.value.code
        clock.advance(3_600_000)
        running.engine.tick(lambda work, *given: work(*given))
        running.stop()

    running = start_engine(database, clock)
    open_seal(running, sealed, clock.now)
    resumed = running.engine.cell(EXAM_SESSION, ANI).sitting
    assert not resumed.paused
    assert resumed.clock is not None
    used_ms = 60_000  # of ten minutes; nothing while the server was away or waited
    left_ms = resumed.clock.allotment_ms - used_ms
    assert left_ms <= deadlines.time_left_ms(resumed.clock, clock.now)
    epoch = running.engine.handle(EXAM_SESSION, ANI, commands.Enter("pc")).epoch
    answer_part(running, epoch, 0)
    running.stop()


def test_only_the_named_signer_is_received_and_twice_is_once(
    database: Database, sealed: Sealed
) -> None:
    package = sealed.package

    def receive(signer: str) -> int:
        with database.begin() as db:
            return seal_store.receive(
                db, package, signer=signer, by="rini", reason="naskah", now=STARTS_AT
            )

    with pytest.raises(ActRefused) as refusal:
        receive("00" * 32)
    assert "unknown_signer" == refusal.value.code
    assert (
        len(sealed.items)
        == receive(package.header["signer"])
        == receive(package.header["signer"].upper())
    )
    with database.connect() as db:
        assert 1 + len(sealed.items) == len(list(acts.read_all(db, "small")))
        assert all(map(is_sealed, store.list_versions(db, "small")))
        standings = custody.standings_of(db, "small")
    assert {life.APPROVED} == {standing.state for standing in standings.values()}


def test_the_same_items_can_come_in_a_second_seal_with_another_window(
    database: Database, sealed: Sealed
) -> None:
    later = seal_canaries(opens_at=STARTS_AT + DAY_MS, closes_at=STARTS_AT + 2 * DAY_MS)
    with database.begin() as db:
        for package in (sealed.package, later.package):
            seal_store.receive(
                db,
                package,
                signer=package.header["signer"],
                by="rini",
                reason="x",
                now=STARTS_AT,
            )
    vault = Vault()
    for share in later.shares[1:]:
        vault.give(later.package, share, now=STARTS_AT + DAY_MS)

    with database.connect() as db:
        assert [sealed.package.seal, later.package.seal] == [
            one.id for one in seal_store.list_seals(db)
        ]
    assert len(sealed.items) == len(vault.items("small"))


def test_an_installation_that_has_the_items_in_clear_receives_no_seal_of_them(
    database: Database, sealed: Sealed
) -> None:
    with database.begin() as db:
        custody.take_in(
            db,
            sealed.items,
            sealing.open_package(sealed.package, sealed.shares, now=STARTS_AT).pictures,
            Provenance("ani", "ani", "impor"),
            now=STARTS_AT,
        )

    with pytest.raises(ItemChanged), database.begin() as db:
        seal_store.receive(
            db,
            sealed.package,
            signer=sealed.package.header["signer"],
            by="rini",
            reason="x",
            now=STARTS_AT,
        )


def test_a_seal_changed_in_the_database_is_refused(sqlite: Database, sealed: Sealed) -> None:
    plan_session(sqlite, sealed.package)
    envelopes = tables.seal_envelopes
    for change in (update(envelopes).values(content=b"x"), delete(envelopes)):
        with pytest.raises(DBAPIError, match="never changed"), sqlite.begin() as db:
            db.execute(change)
    with sqlite.begin() as db:
        db.exec_driver_sql("DROP TRIGGER seal_envelopes_no_update")
        db.execute(update(envelopes).where(envelopes.c.position == 0).values(content=b"x"))

    with sqlite.connect() as db, pytest.raises(BadSeal):
        seal_store.get_package(db, sealed.package.seal)


def test_a_session_planned_after_the_opening_has_the_opened_items(
    database: Database, sealed: Sealed
) -> None:
    plan_session(database, sealed.package)
    vault = Vault()
    for share in sealed.shares[:2]:
        vault.give(sealed.package, share, now=STARTS_AT)
    library = DatabaseLibrary(database, lambda: None, 0, vault)  # type: ignore[arg-type,return-value]

    live = library.load(EXAM_SESSION)

    assert live is not None
    assert not any(map(is_sealed, live.items.values()))
    assert BUDI in live.enrolments


def apart(pairs: list[tuple[str, str]]) -> Package:
    terms = Terms("small", "Naskah", STARTS_AT, STARTS_AT + 1, 2, 3)
    items = [get_item("twk", number) for number in (1, 2, 3)]
    package, _ = sealing.seal(
        items, {}, terms, signing_seed=bytes(32), now=1, entropy=secrets.token_bytes, enemies=pairs
    )
    return sealing.from_text(sealing.to_text(package))


def receive(db: Connection, package: Package) -> None:
    signer = str(package.header["signer"])
    seal_store.receive(db, package, signer=signer, by="rini", reason="naskah", now=STARTS_AT)


def test_items_kept_apart_are_kept_apart_where_the_seal_is_received(sqlite: Database) -> None:
    pair = ("twk-001", "twk-003")

    with sqlite.begin() as db:
        receive(db, apart([pair]))
        receive(db, apart([pair]))  # once more in another seal: declared once

    with sqlite.connect() as db:
        assert {pair: "rini"} == {
            one: act.person for one, act in enemies.standing(db, "small").items()
        }
        parted = [one for one in acts.read_all(db, "small") if one.kind == life.PARTED]
    assert 1 == len(parted)
    assert "enemies" not in apart([]).header


def test_a_seal_whose_enemies_are_not_its_items_is_refused_whole(sqlite: Database) -> None:
    with pytest.raises(BadSeal, match="an enemy is not among the items"), sqlite.begin() as db:
        receive(db, apart([("twk-001", "twk-009")]))

    with sqlite.connect() as db:
        assert [] == store.list_versions(db, "small")
