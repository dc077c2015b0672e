"""Durable answers a second through the whole road, every one of them checked afterwards."""

from cat_engine.bench.closed import CONNECTION_COUNT, measure_closed
from cat_engine.bench.row import Figure, Figures, Setting
from cat_engine.bench.server import serve_exam
from cat_engine.bench.site import FAST_LINES, make_site

_COUNTED = ("cat_journal_entries", "cat_journal_commits")


def measure(setting: Setting) -> Figures:
    """Parse, access, decide, mark, commit with full synchronisation, evolve, acknowledge."""
    site = make_site(setting.folder, CONNECTION_COUNT)
    with serve_exam(setting.folder, settings=FAST_LINES) as server:
        site.open_and_start(server.url)
        before = [server.metric(name) for name in _COUNTED]
        work, figures = measure_closed(setting, server, kind="exam", people=site.people)
        work.check()
        entries, commits = (
            server.metric(name) - count for name, count in zip(_COUNTED, before, strict=True)
        )
    site.audit(work.stories)
    return [*figures, Figure("entries a commit", entries / max(1, commits), "")]
