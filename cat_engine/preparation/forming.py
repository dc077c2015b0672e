"""From chosen items to stored forms: order, options, check, text; on every processor when many.

Only the choice of items depends on the forms before; the rest of the work, half of it, is done by
other processes while this one goes on choosing. What comes out is the same either way.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from exam_sessions.store import StoredForm
from question_bank.form import form_to_json, verify_content
from question_bank.session_draw import Chosen, SessionDraw, choose_items, lay_out

PARALLEL_FROM = 2_000
CHUNK_SIZE = 100
WAITING_LIMIT = 16

_ASKED: list[SessionDraw] = []
"""In a process of the pool: what it works for."""


class FormFaulty(Exception):
    """A form failed its check after the draw; nothing was stored."""

    code = "form_faulty"


def form_all(
    asked: SessionDraw, parallel_from: int = PARALLEL_FROM
) -> Iterator[tuple[Chosen, StoredForm]]:
    """Every form with its choice, in the order of the draw.

    Raises:
        CannotAssemble: naming the constraint that cannot be met, and by how many items.
        FormFaulty: a form is not what the blueprint asks for.
    """
    chosen = choose_items(asked)
    if len(asked.places) < parallel_from:
        make = _maker(asked)
        for one in chosen:
            yield one, make(one)
        return
    # Started anew rather than forked: a copy of a process with threads may hang.
    with ProcessPoolExecutor(
        max_workers=max(1, (os.cpu_count() or 1) - 1),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(asked,),
    ) as workers:
        waiting: deque[tuple[list[Chosen], Future[list[StoredForm]]]] = deque()
        while chunk := list(islice(chosen, CHUNK_SIZE)):
            waiting.append((chunk, workers.submit(_formed_elsewhere, chunk)))
            if len(waiting) > WAITING_LIMIT:
                yield from _pairs(*waiting.popleft())
        while waiting:
            yield from _pairs(*waiting.popleft())


def _pairs(
    chunk: Iterable[Chosen], forms: Future[list[StoredForm]]
) -> Iterator[tuple[Chosen, StoredForm]]:
    return zip(chunk, forms.result(), strict=True)


def _begin(asked: SessionDraw) -> None:
    _ASKED.append(asked)


def _formed_elsewhere(chunk: Sequence[Chosen]) -> list[StoredForm]:
    return list(map(_maker(_ASKED[0]), chunk))


def _maker(asked: SessionDraw) -> Callable[[Chosen], StoredForm]:
    by_id = {item.id: item for item in asked.items}
    by_ref = {item.ref: item for item in asked.items}

    def make(chosen: Chosen) -> StoredForm:
        form = lay_out(asked, by_id, chosen)
        faults = verify_content(form, asked.blueprint, by_ref)
        if faults:
            raise FormFaulty(f"the form of {chosen.participant_no}: {'; '.join(faults)}")
        return StoredForm(
            asked.exam_session, chosen.participant_no, form.digest, form_to_json(form)
        )

    return make
