"""One process of the load generator: `python -m cat_engine.bench.load`.

Reads a job as one line of JSON, connects, prints "ready", waits for a line, works, and prints what
it did as one line of JSON. Two patterns: *closed* (each connection sends when its last message was
acknowledged) and *paced* (messages leave at instants fixed beforehand, however slowly the server
answers, and latency counts from that instant: a slow server cannot slow its own measurement down).
"""

import json
import os
import select
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from cat_engine.bench.connection import NAMESPACE, Connection, Gone, number_of
from cat_engine.clock import monotonic_s

Json = dict[str, Any]

LETTERS = ("A", "B", "C", "D")
WAIT_LIMIT_S = 20.0
"""After the last message: how long acknowledgements may still come."""
SOCKET_IO_PATH = "/socket.io/?EIO=4&transport=websocket"


@dataclass(slots=True)
class Person:
    """One connection, what it may answer next, and what it was told."""

    participant_no: str
    connection: Connection
    items: list[int]
    seq: int
    sent: deque[tuple[int, int, Json, float]] = field(default_factory=deque)
    """Not yet acknowledged: number, client_seq, message, instant."""
    acknowledged: dict[int, tuple[int, Json]] = field(default_factory=dict)
    turn: int = 0


@dataclass(slots=True)
class Tally:
    """What this process did."""

    count: int = 0
    window_count: int = 0
    """Acknowledged while everybody was sending."""
    window_s: float = 0.0
    latencies_us: dict[str, list[int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class Load:
    """The connections of one process, driven from one loop."""

    def __init__(self, job: Json) -> None:
        self._job = job
        self._is_exam: bool = job["kind"] == "exam"
        self._people: dict[int, Person] = {}
        self._poller = select.epoll()
        self.tally = Tally()
        self._phase = "all"
        for participant_no, cookie in job["people"]:
            self._add(participant_no, cookie)
            self._serve(0)  # those who are here already must answer signs of life

    def _add(self, participant_no: str, cookie: str) -> None:
        path = "/" if self._job["kind"] == "raw" else SOCKET_IO_PATH
        connection = Connection(self._job["port"], cookie=cookie, path=path)
        items, seq = list(range(1, 111)), 100_000
        if self._job["kind"] != "raw":
            connection.join()
        if self._is_exam:
            view = connection.call("enter", {"station": participant_no})
            if self._job.get("begins", True):
                view = connection.call("begin", {})
                items = [item["item_no"] for item in view["items"]]
            if not view["ok"]:
                raise Gone(f"refused: {view['code']}")
            seq = max(view["seq_base"], view["last_seq"])
        connection.stop_waiting()
        self._people[connection.fileno()] = Person(participant_no, connection, items, seq)
        self._poller.register(connection.fileno(), select.EPOLLIN)

    def run_closed(self, duration_s: float) -> None:
        """Every connection sends as soon as it was answered."""
        began = monotonic_s()
        for person in list(self._people.values()):
            self._send(person, monotonic_s())
        while monotonic_s() < began + duration_s:
            for person in self._serve(0.1):
                self._send(person, monotonic_s())
        self._close_window(began)
        self._await_rest()

    def run_paced(self, phases: list[tuple[str, float, float]]) -> None:
        """Messages at a fixed rate, phase after phase: name, seconds, messages a second."""
        people = list(self._people.values())
        began = due = monotonic_s()
        index = 0
        for name, duration_s, rate in phases:
            self._phase = name
            end = due + duration_s
            while due < end:
                self._serve(0)  # at least once: who falls behind must still hear what has come
                while monotonic_s() < due:
                    self._serve(max(0.0, min(0.05, due - monotonic_s())))
                self._send(people[index % len(people)], due)
                index += 1
                due += 1 / rate
        self._close_window(began)
        self._await_rest()

    def hold(self) -> None:
        """Keep the connections alive until another line comes."""
        self._poller.register(sys.stdin.fileno(), select.EPOLLIN)
        while not self._is_told():
            pass
        self._poller.unregister(sys.stdin.fileno())
        os.read(sys.stdin.fileno(), 1)  # one word; `readline` would keep the next one to itself

    def report(self, cpu_before_s: float) -> Json:
        """What was done and told."""
        return {
            "count": self.tally.count,
            "window_count": self.tally.window_count,
            "window_s": self.tally.window_s,
            "cpu_s": cpu_s() - cpu_before_s,
            "latencies_us": self.tally.latencies_us,
            "failures": self.tally.failures[:20],
            "failure_count": len(self.tally.failures),
            "acknowledged": {
                person.participant_no: person.acknowledged
                for person in self._people.values()
                if self._is_exam
            },
        }

    def _close_window(self, began: float) -> None:
        self.tally.window_count = self.tally.count
        self.tally.window_s = monotonic_s() - began

    def _is_told(self) -> bool:
        ready = {descriptor for descriptor, _ in self._poller.poll(0.2)}
        self._serve(0)
        return sys.stdin.fileno() in ready

    def _await_rest(self) -> None:
        until = monotonic_s() + WAIT_LIMIT_S
        while monotonic_s() < until and any(person.sent for person in self._people.values()):
            self._serve(0.1)
        for person in self._people.values():
            if person.sent:
                self.tally.failures.append(f"{person.participant_no}: no acknowledgement")

    def _send(self, person: Person, at: float) -> None:
        person.seq += 1
        item_no = person.items[person.turn % len(person.items)]
        letter = LETTERS[(person.turn // len(person.items) + person.turn) % len(LETTERS)]
        person.turn += 1
        number = person.connection.next_number()
        message = {"client_seq": person.seq, "item_no": item_no, "response": {"choice": letter}}
        person.sent.append((number, person.seq, message, at))
        # Written out by hand: `json.dumps` would cost as much as everything else here.
        text = (
            f'42{NAMESPACE},{number}["respond",{{"client_seq":{person.seq},'
            f'"item_no":{item_no},"response":{{"choice":"{letter}"}}}}]'
        )
        try:
            person.connection.send(text)
        except Gone as gone:
            self._lose(person, gone)

    def _serve(self, wait_s: float) -> list[Person]:
        """Take what has come; who has nothing outstanding any more."""
        free = []
        for descriptor, _ in self._poller.poll(wait_s):
            person = self._people.get(descriptor)
            if person is None:
                continue
            try:
                texts = person.connection.receive()
            except Gone as gone:
                self._lose(person, gone)
                continue
            was_busy = bool(person.sent)
            for text in texts:
                self._take(person, text)
            if was_busy and not person.sent:
                free.append(person)
        return free

    def _take(self, person: Person, text: str) -> None:
        if not person.sent or not text.startswith(("43", "42" if not self._is_exam else "43")):
            return
        number, seq, message, at = person.sent.popleft()
        if number_of(text) != number:
            self.tally.failures.append(f"{person.participant_no}: replies out of order")
            return
        if self._is_exam:
            if '"ok":true' not in text:
                self.tally.failures.append(f"{person.participant_no}: {text[:120]}")
                return
            person.acknowledged[seq] = (message["item_no"], message["response"])
        self.tally.count += 1
        taken = self.tally.latencies_us.setdefault(self._phase, [])
        taken.append(int((monotonic_s() - at) * 1_000_000))

    def _lose(self, person: Person, gone: Gone) -> None:
        self.tally.failures.append(f"{person.participant_no}: {gone}")
        self._people.pop(person.connection.fileno(), None)
        self._poller.unregister(person.connection.fileno())
        person.connection.close()
        person.sent.clear()


def cpu_s() -> float:
    """Seconds of CPU that this process has used."""
    times = os.times()
    return times.user + times.system


def main() -> None:
    """Work through one job."""
    job = json.loads(sys.stdin.readline())
    try:
        load = Load(job)
    except Gone as gone:
        sys.stdout.write(f"{gone}\n")
        return
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    load.hold()  # until the word comes, signs of life must be answered
    cpu_before_s = cpu_s()
    pattern = job["pattern"]
    if pattern["name"] == "closed":
        load.run_closed(pattern["duration_s"])
    elif pattern["name"] == "paced":
        load.run_paced(pattern["phases"])
    else:
        load.hold()
    sys.stdout.write(json.dumps(load.report(cpu_before_s)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
