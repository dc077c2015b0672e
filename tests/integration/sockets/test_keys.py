"""No key leaves the server: every route and event is walked as every role."""

from cat_engine.rehearsal.http import log_in, log_in_staff
from cat_engine.rehearsal.line import Line, open_line
from tests.cast import ANI, CITRA, DEWI, EXAM_SESSION, PASSWORD, PIN
from tests.integration.server import ServerProcess
from tests.integration.sockets.hall import CANARY, run
from tests.integration.sockets.walk import as_bytes, every_path, fetch


def test_no_key_leaves_the_server_by_any_route_or_event_for_any_role(
    hall: ServerProcess,
) -> None:
    """A canary stands in every item's name, topic, option names, key and explanation."""

    async def story() -> None:
        seen: list[bytes] = []
        cookies = {
            "public": "",
            "candidate": await log_in(hall.url, participant_no=ANI, pin=PIN),
            "proctor": await log_in_staff(hall.url, username=CITRA, password=PASSWORD),
            "administrator": await log_in_staff(hall.url, username=DEWI, password=PASSWORD),
        }
        line = await open_line(hall.url, "/candidate", cookies["candidate"])
        seen += await _whole_sitting(line)
        for role, cookie in cookies.items():
            # Administrators read the bank with its keys on the bank's own pages.
            paths = [p for p in every_path() if role != "administrator" or "/bank" not in p]
            seen += [fetch(hall, path, cookie) for path in paths]
        citra = await open_line(hall.url, "/proctor", cookies["proctor"])
        seen.append(as_bytes(await citra.call("watch", {"exam_session": EXAM_SESSION})))
        await citra.close()
        await line.close()

        assert any(b"Soal twk" in body for body in seen), "the walk saw items"
        assert [] == [body[:300] for body in seen if CANARY.encode() in body]

    run(story)


async def _whole_sitting(line: Line) -> list[bytes]:
    seen = [await line.call("enter", {"station": "pc"}), await line.call("beat", {})]
    seq = seen[0]["seq_base"]
    while seen[-1].get("status") != "finished":
        begun = await line.call("begin", {})
        for item in begun["items"]:
            seq += 3
            place = {"item_no": item["item_no"]}
            seen.append(await line.call("view", {"client_seq": seq - 2} | place))
            seen.append(await line.call("flag", {"client_seq": seq - 1, "flagged": True} | place))
            given = {"client_seq": seq, "response": {"choice": "B"}}
            seen.append(await line.call("respond", given | place))
        seen.append(begun)
        seen.append(await line.call("view_sitting", {}))
        seq += 1
        seen.append(await line.call("end_part", {"client_seq": seq}))
    return [as_bytes(one) for one in seen]
