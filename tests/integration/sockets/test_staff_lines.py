"""Lines of staff end with their login, and follow their rights."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cat_engine.accounts import store as accounts
from cat_engine.accounts.user import Role
from cat_engine.rehearsal.line import LineDown
from tests.cast import CITRA, EXAM_SESSION
from tests.integration.server import ServerProcess, add_staff
from tests.integration.sockets.hall import act_message, prepare, proctor_line, repeat, run

TRIES = 5_000
EAGER = (
    "-c",
    """
from cat_engine import app
app.LOGIN_RECHECK_S = 0.1
from cat_engine.cli import main
main()
""",
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[ServerProcess]:
    """A hall whose server looks at the logins of staff all the time."""
    config = tmp_path / "config.yaml"
    config.write_text("line:\n  message_rate_per_s: 100000\n")
    server = ServerProcess(tmp_path / "data", config=config, program=EAGER)
    server.start()
    yield prepare(server)
    server.stop()


def test_the_line_of_a_proctor_who_is_removed_is_closed(hall: ServerProcess) -> None:
    async def story() -> None:
        async with proctor_line(hall.url) as citra:
            await citra.call("watch", {"exam_session": EXAM_SESSION})
            database = hall.database()
            with database.begin() as db:
                accounts.delete_staff(db, CITRA)
            database.dispose()

            with pytest.raises(LineDown):
                await repeat(TRIES, lambda: citra.call("watch", {"exam_session": EXAM_SESSION}))

    run(story)


def test_a_proctor_who_loses_a_room_cannot_act_there_any_more(hall: ServerProcess) -> None:
    async def story() -> None:
        async with proctor_line(hall.url) as citra:
            database = hall.database()
            add_staff(database, CITRA, Role.PROCTOR, frozenset({(EXAM_SESSION, "elsewhere")}))
            database.dispose()
            codes: set[str] = set()

            for number in range(TRIES):
                message = act_message("pause", {"room": "A"}, act_id=str(number))
                reply = await citra.call("act", message)
                codes.add(reply.get("code", "ok"))
                if "forbidden" in codes:
                    break

            assert "forbidden" in codes

    run(story)
