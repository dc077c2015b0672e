"""One seed, one exam day: clients, a lossy network, a crashing disk, proctors and a clock.

The engine under test is the real one, with the real decide and evolve. Simulated are what it
stands on: the disk keeps or loses the entries of a crash, the network loses, doubles, delays and
reorders messages, candidates change workstations. Time and chance come from the seed alone, so a
failure is repeated by its number.
"""

import contextlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from exam_sessions import commands, views
from exam_sessions.commands import Act
from exam_sessions.decide import Refused
from exam_sessions.engine import Engine, Plumbing
from exam_sessions.events import canonical
from exam_sessions.journal import Lease
from exam_sessions.live_session import NoLock
from exam_sessions.own_break import Break
from exam_sessions.sitting import Sitting
from scoring.response import Choice, Nothing, Response, to_json
from tests.cast import DEWI, EXAM_SESSION, ROOM
from tests.factories import STARTS_AT
from tests.simulation.client import RESEND_MS, Acknowledged, Client, TimeSeen
from tests.simulation.disk import (
    FORMS,
    PEOPLE,
    Crashed,
    Disk,
    Faults,
    Shelf,
)

STEP_COUNT = 160
STEP_MS = 6_000


@dataclass
class World:
    """Everything that happens under one seed."""

    seed: int
    faults: Faults = field(default_factory=Faults)
    now: int = STARTS_AT
    acknowledged: list[Acknowledged] = field(default_factory=list)
    times_seen: list[TimeSeen] = field(default_factory=list)
    crash_count: int = 0
    clicked: dict[tuple[str, int], int] = field(default_factory=dict)
    """When each answer was really given: what no page can change."""
    exchanged: dict[tuple[str, int], int | None] = field(default_factory=dict)
    """The last exchange of the page before it."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.disk = Disk(self.chance, self.faults)
        self.clients = {person: Client(person) for person in PEOPLE}
        self.epochs: dict[tuple[str, int], int] = {}
        self.heard: dict[tuple[str, int], int] = {}
        self.network: list[tuple[int, int, Callable[[], None]]] = []
        self.message_count = 0
        self.alive_at: int | None = None
        self.lease_epoch = 0
        self.unwatched: list[tuple[int, int]] = []
        self.engine = self.start_server()

    def clock(self) -> int:
        if self.faults.clock_jumps_back and self.chance.random() < 0.02:
            return self.now - 60_000
        return self.now

    def start_server(self) -> Engine:
        """A new process: replay, nothing else."""
        self.lease_epoch += 1
        plumbing = Plumbing(
            clock=self.clock, make_lock=NoLock, run_blocking=lambda work, *given: work(*given)
        )
        engine = Engine(Shelf(self.disk), self.disk, plumbing, grace_ms=self.faults.grace_ms)
        is_calm, self.disk.is_calm = self.disk.is_calm, True
        self.unwatched.append((self.alive_at or self.now, self.now))
        engine.recover(Lease(self.lease_epoch, self.alive_at))
        self.disk.is_calm = is_calm
        self.epochs.clear()
        for client in self.clients.values():
            client.is_entered = False
        return engine

    def ask(self, work: Callable[[], Any]) -> Any:
        """Let the server do something; a crash ends its process and starts another, later."""
        try:
            outcome = work()
        except Crashed:
            self.crash_count += 1
            self.now += self.chance.randrange(0, 30_000)
            self.engine = self.start_server()
            return None
        self.alive_at = self.now
        return outcome

    # --- the day ---

    def run(self) -> None:
        """The whole day, then calm until everybody is done."""
        self.disk.is_calm = True
        self.ask(lambda: self.engine.handle_hall(EXAM_SESSION, commands.OpenRoom(ROOM, DEWI)))
        self.ask(lambda: self.engine.handle_hall(EXAM_SESSION, commands.StartRoom(ROOM, DEWI)))
        self.disk.is_calm = False
        for _ in range(STEP_COUNT):
            self.step()
        self.disk.is_calm = True
        for _ in range(6):
            for client in self.clients.values():
                self.client_acts(client, is_calm=True)
            self.let_network_run(RESEND_MS * 3)
        self.ask(self.tick)

    def step(self) -> None:
        """A little time passes and somebody does something."""
        self.now += self.chance.randrange(1, STEP_MS)
        self.deliver_due()
        self.ask(self.tick)
        self.alive_at = self.now
        client = self.clients[self.chance.choice(PEOPLE)]
        if self.chance.random() < 0.08:
            self.staff_acts(client.person)
        elif self.chance.random() < 0.01:
            since, self.now = self.now, self.now + self.chance.randrange(60_000, 400_000)
            self.unwatched.append((since, self.now))  # everybody waits, the timers too
        elif self.chance.random() < 0.02:
            self.cut_line(client)
        else:
            self.client_acts(client, is_calm=False)

    def tick(self) -> None:
        self.engine.tick(lambda work, *given: work(*given))

    def staff_acts(self, person: str) -> None:
        """A proctor pauses, resumes, extends, releases, ends, or admits what was held."""
        act = Act(f"act-{self.chance.randrange(10**9)}", "citra", "technical")
        makers: list[Callable[[], commands.SittingCommand]] = [
            lambda: commands.Pause(act),
            lambda: commands.Resume(act),
            lambda: commands.Resume(act),
            lambda: commands.Extend(act, self.chance.randrange(1, 120_000)),
            lambda: commands.Release(act),
        ]
        if self.chance.random() < 0.2:
            makers = self.rare_acts(act, person)
        command = self.chance.choice(makers)()
        targets = list(PEOPLE) if self.chance.random() < 0.2 else [person]
        for _ in range(self.chance.choice((1, 1, 2))):  # the same act sent twice is one act
            self.ask_staff(targets, command)
        if self.chance.random() < 0.2:  # thought better of it
            undo = commands.Undo(replace(act, act_id=f"{act.act_id}-undo"), act.act_id)
            self.ask_staff(targets, undo)

    def ask_staff(self, targets: list[str], command: commands.SittingCommand) -> None:
        """One act, which may be refused as a whole."""
        with contextlib.suppress(Refused):  # a seat that is taken, or several to one seat
            self.ask(lambda: self.engine.act(EXAM_SESSION, targets, command))

    def rare_acts(self, act: Act, person: str) -> list[Callable[[], commands.SittingCommand]]:
        """What a proctor does once a day, and what two of them do together."""
        sitting = self.engine.cell(EXAM_SESSION, person).sitting
        proposal = sitting.care.proposal
        proposed = proposal.act_id if proposal else "none"
        latest = list(sitting.acts)[-1:] or ["none"]
        second = replace(act, by="dewi")
        hour_ms = 3_600_000
        if proposal and self.chance.random() < 0.7:
            return [
                lambda: commands.Confirm(self.chance.choice((act, second)), proposed),
                lambda: commands.Withdraw(second, proposed),
            ]
        return [
            lambda: commands.End(act),
            lambda: commands.AdmitHeld(act),
            lambda: commands.RefuseHeld(act),
            lambda: commands.Readmit(act, self.chance.choice((0, 60_000))),
            lambda: commands.Compensate(act),
            lambda: commands.Undo(act, latest[0]),
            lambda: commands.Move(act, ROOM, str(self.chance.randrange(50, 99))),
            lambda: commands.Message(act, "Mohon tenang"),
            lambda: commands.Message(act, "Waktu tinggal sedikit"),
            lambda: commands.Extend(act, hour_ms),
            lambda: commands.Confirm(self.chance.choice((act, second)), proposed),
            lambda: commands.Withdraw(second, proposed),
            lambda: self.chance.choice((commands.Void, commands.Disqualify))(act),
            lambda: commands.AnswerCall(act),
        ]

    def cut_line(self, client: Client) -> None:
        """A cable is pulled; the server notices after some seconds."""
        connection = client.connection
        client.offline_until = self.now + self.chance.choice((8_000, 30_000, 200_000, 700_000))
        client.is_entered = False

        def notice() -> None:
            epoch = self.epochs.get((client.person, connection))
            if epoch is not None:
                heard_at = self.heard.get((client.person, connection))
                lost = commands.LoseLine(epoch, heard_at)
                self.ask(lambda: self.engine.handle(EXAM_SESSION, client.person, lost))

        delay_ms = self.chance.choice((100, 9_000))
        heapq.heappush(self.network, (self.now + delay_ms, self.message_count, notice))
        self.message_count += 1

    def is_liar(self, person: str) -> bool:
        """One page says what it likes about its clocks."""
        return person == PEOPLE[-1]

    def evidence(self, client: Client, client_seq: int) -> dict[str, int | None]:
        """What the page says of when an answer was given."""
        clicked_at = self.clicked[client.person, client_seq]
        if self.is_liar(client.person):
            pretended = self.chance.choice((clicked_at, self.now - self.chance.randrange(900_000)))
            return {"held_ms": self.now - pretended, "ack_at": pretended - 10, "since_ack_ms": 10}
        exchanged_at = self.exchanged[client.person, client_seq]
        since_ack_ms = clicked_at - exchanged_at if exchanged_at is not None else 0
        return {
            "held_ms": self.now - clicked_at,
            "ack_at": exchanged_at,
            "since_ack_ms": since_ack_ms,
        }

    def client_acts(self, client: Client, *, is_calm: bool) -> None:
        """The page of a candidate does what it does next."""
        roll = self.chance.random()
        if self.now < client.offline_until and not is_calm:
            if client.working:
                self.click(client)
        elif not client.is_entered or (roll < 0.04 and not is_calm):
            self.connect(client)
        elif client.pending and self.now - client.sent_at > RESEND_MS:
            for client_seq in sorted(client.pending):
                self.send_response(client, client_seq)
        elif not client.working:
            self.send(client, commands.Begin, self.on_state)
        elif roll < 0.07 and not is_calm:
            client.seq += 1
            seq = client.seq
            self.send(client, lambda epoch: commands.EndPart(epoch, seq), self.on_state)
        elif roll < 0.1 and not is_calm:
            self.speak(client)
        elif roll < 0.16 and not is_calm:
            starts = roll < 0.13
            self.send(client, lambda epoch: Break(epoch, starts=starts), self.on_state)
        elif not is_calm:
            self.respond(client)

    def speak(self, client: Client) -> None:
        """Read what staff said, or call somebody."""
        client.seq += 1
        seq, count = client.seq, self.chance.choice((1, 1, 2))
        make: Callable[[int], commands.SittingCommand] = self.chance.choice(
            (
                lambda epoch: commands.Call(epoch, seq, "technical"),
                lambda epoch: commands.ReadMessages(epoch, seq, count),
            )
        )
        self.send(client, make, self.on_state)

    def respond(self, client: Client) -> None:
        """Give a response and send it."""
        self.click(client)
        self.send_response(client, client.seq)

    def click(self, client: Client) -> None:
        """Choose, change or clear the response to some item."""
        client.seq += 1
        response: Response = Choice(self.chance.choice("ABCDE"))
        if self.chance.random() < 0.1:
            response = Nothing()
        slots = [slot.item_no for part in FORMS[client.person].parts for slot in part.slots]
        client.pending[client.seq] = (self.chance.choice(slots), response)
        self.clicked[client.person, client.seq] = self.now
        self.exchanged[client.person, client.seq] = client.exchanged_at

    def send_response(self, client: Client, client_seq: int) -> None:
        item_no, response = client.pending[client_seq]
        client.sent_at = self.now
        evidence: dict[str, Any] = self.evidence(client, client_seq)

        def make(epoch: int) -> commands.SittingCommand:
            return commands.Respond(epoch, client_seq, item_no, response, **evidence)

        def on_reply(target: Client, outcome: object) -> None:
            if isinstance(outcome, str):
                if outcome in ("late_held", "part_over", "conflict", "not_working", "finished"):
                    target.pending.pop(client_seq, None)
                return
            if target.pending.pop(client_seq, None) is not None:
                shown = canonical(to_json(response))
                self.acknowledged.append(Acknowledged(target.person, client_seq, item_no, shown))

        self.send(client, make, on_reply)

    def connect(self, client: Client) -> None:
        """A new connection, perhaps from another workstation; the old one may speak on."""
        client.connection += 1
        connection = client.connection

        def enter() -> None:
            after = self.ask(
                lambda: self.engine.handle(EXAM_SESSION, client.person, commands.Enter("pc"))
            )
            if after is None:
                return
            self.epochs[client.person, connection] = after.epoch

            def entered() -> None:
                if client.connection == connection:
                    client.is_entered = True
                    client.seq = max(client.seq, after.epoch * 100_000)
                    client.working = after.clock is not None
                    client.exchanged_at = self.now

            self.transmit(entered)

        self.transmit(enter)

    def send(
        self,
        client: Client,
        make: Callable[[int], commands.SittingCommand],
        on_reply: Callable[[Client, object], None],
    ) -> None:
        """Send a message over the current connection; its reply comes back over the network."""
        connection = client.connection

        def arrive() -> None:
            epoch = self.epochs.get((client.person, connection), 0)
            self.heard[client.person, connection] = self.now
            with contextlib.suppress(KeyError):
                outcome = self.ask(lambda: self.handle(client.person, make(epoch)))
                if outcome is not None:
                    self.transmit(lambda: on_reply(client, outcome))
                if outcome == "taken_over" and client.connection == connection:
                    client.is_entered = False

        self.transmit(arrive)

    def handle(self, person: str, command: commands.SittingCommand) -> object:
        try:
            after = self.put_through(person, command)
        except Refused as refusal:
            return refusal.code
        if any(held.client_seq == getattr(command, "client_seq", 0) for held in after.held):
            return "late_held"
        now = self.clock()
        left = views.time_left_ms(after, now)
        if left is not None:
            seen = TimeSeen(person, now, after.part_index, left, len(self.disk.entries))
            self.times_seen.append(seen)
        return after

    def put_through(self, person: str, command: commands.SittingCommand) -> Sitting:
        """By either way to the engine: the one that waits and the one that is told."""
        if getattr(command, "client_seq", 0) % 2 == 0:
            return self.engine.handle(EXAM_SESSION, person, command)
        told: list[Sitting | Exception] = []
        if not self.engine.start(EXAM_SESSION, person, command, then=told.append):
            return self.engine.handle(EXAM_SESSION, person, command)
        (outcome,) = told
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def on_state(self, client: Client, outcome: object) -> None:
        client.working = (
            not isinstance(outcome, str) and getattr(outcome, "clock", None) is not None
        )

    # --- the network ---

    def transmit(self, work: Callable[[], None]) -> None:
        """Lose, double, delay and reorder."""
        if not self.disk.is_calm and self.chance.random() < 0.12:
            return
        copies = 2 if self.chance.random() < 0.06 else 1
        for _ in range(copies):
            self.message_count += 1
            delay_ms = self.chance.choice((1, 5, 20, 300, 2_500))
            heapq.heappush(self.network, (self.now + delay_ms, self.message_count, work))

    def deliver_due(self) -> None:
        while self.network and self.network[0][0] <= self.now:
            heapq.heappop(self.network)[2]()

    def let_network_run(self, duration_ms: int) -> None:
        until = self.now + duration_ms
        while self.network and self.network[0][0] <= until:
            self.now = max(self.now, self.network[0][0])
            self.deliver_due()
        self.now = until
        self.ask(self.tick)
