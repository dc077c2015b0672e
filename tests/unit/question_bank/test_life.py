"""The life of an item: every act from every state, and two pairs of eyes."""

import pytest

from question_bank import life
from question_bank.life import ActRefused, Standing

ALLOWED = {
    (life.DRAFT, life.SUBMITTED): life.REVIEW,
    (life.DRAFT, life.RETIRED): life.RETIRED,
    (life.REVIEW, life.RETURNED): life.DRAFT,
    (life.REVIEW, life.APPROVED): life.APPROVED,
    (life.REVIEW, life.RETIRED): life.RETIRED,
    (life.APPROVED, life.USED): life.IN_USE,
    (life.APPROVED, life.RETIRED): life.RETIRED,
    (life.IN_USE, life.RETIRED): life.RETIRED,
}
STEPS = (life.SUBMITTED, life.RETURNED, life.APPROVED, life.USED, life.RETIRED)


@pytest.mark.parametrize("state", life.STATES)
@pytest.mark.parametrize("kind", STEPS)
def test_every_act_leads_where_the_table_says_or_is_refused(state: str, kind: str) -> None:
    before = Standing(state, "ani")

    if (state, kind) in ALLOWED:
        after = life.step(before, kind, by="citra", reason="ok")
        assert Standing(ALLOWED[state, kind], "ani") == after
    else:
        with pytest.raises(ActRefused) as refusal:
            life.step(before, kind, by="citra", reason="ok")
        assert "wrong_state" == refusal.value.code
    assert ((state, kind) in ALLOWED) == life.may_step(before, kind, "citra")


@pytest.mark.parametrize("by", ["ani", "ANI", " ani "])
def test_nobody_approves_what_they_wrote(by: str) -> None:
    reviewed = Standing(life.REVIEW, "ani")

    with pytest.raises(ActRefused) as refusal:
        life.step(reviewed, life.APPROVED, by=by, reason="bagus")
    assert "four_eyes" == refusal.value.code
    assert life.APPROVED == life.step(reviewed, life.APPROVED, by="budi", reason="bagus").state


def test_an_item_without_an_author_cannot_be_approved() -> None:
    with pytest.raises(ActRefused) as refusal:
        life.step(Standing(life.REVIEW, ""), life.APPROVED, by="budi", reason="bagus")

    assert "four_eyes" == refusal.value.code


def test_who_submits_an_item_without_an_author_answers_for_it() -> None:
    after = life.step(Standing(), life.SUBMITTED, by="ani", reason="siap")

    assert Standing(life.REVIEW, "ani") == after


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [("", "x", "person_missing"), ("ani", " ", "reason_missing"),
     ("ani", "x" * 2_001, "reason_too_long")],
)  # fmt: skip
def test_an_act_needs_a_person_and_a_reason(by: str, reason: str, code: str) -> None:
    with pytest.raises(ActRefused) as refusal:
        life.step(Standing(life.DRAFT, "ani"), life.SUBMITTED, by=by, reason=reason)

    assert code == refusal.value.code
