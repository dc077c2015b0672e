"""The fairness of an exam session's forms as stored, whatever version of the draw made them."""

from typing import Any

from sqlalchemy import Connection

from cat_engine.hints import no_session
from cat_engine.preparation.fair_assembly import exam_of, list_forms, places_of
from exam_sessions import form_draws, store
from question_bank import draw_record, statistics_store
from question_bank import store as bank_store
from question_bank.blueprint import Blueprint
from question_bank.blueprint import read as read_blueprint
from question_bank.fairness import Batch, Fairness, Spread, judge, targets_of
from question_bank.form import Form, form_from_json
from question_bank.item import Item
from question_bank.item_statistics import THOUSANDTHS
from question_bank.pool import make_pool, name_of
from question_bank.seating import Place
from question_bank.session_draw import with_targets

Json = dict[str, Any]


class NoForms(Exception):
    """The exam session has no forms, or does not exist."""

    code = "no_forms"


def judge_session(db: Connection, exam_session: str) -> Fairness:
    """How fair the forms of an exam session are.

    Raises:
        NoForms: there is nothing to judge.
        OtherInputs: the bank or the blueprint is not what the forms were drawn from.
    """
    if store.get_session(db, exam_session) is None:
        raise NoForms(no_session(exam_session))
    exam = exam_of(db, exam_session)
    blueprint = read_blueprint(exam.blueprint)
    places = {place.participant_no: place for place in places_of(db, exam_session)}
    forms = {
        places[number]: form_from_json(stored.document)
        for number, stored in list_forms(db, exam_session).items()
    }
    if not forms:
        raise NoForms(f"exam session {exam_session} has no forms; run: cat-engine forms assemble")
    items = {item.ref: item for item in bank_store.list_versions(db, exam.bank)}
    batches = [
        _batch(document, blueprint, exam.blueprint, items=items, forms=forms)
        for document in form_draws.list_draws(db, exam_session)
    ]
    drawn = {place for batch in batches for place in batch.forms}
    if forms.keys() - drawn:
        rest = {place: form for place, form in forms.items() if place not in drawn}
        known = statistics_store.list_statistics(db, exam.bank)
        batches.append(Batch(rest, list(items.values()), known))
    return judge(blueprint, batches)


def to_json(fairness: Fairness) -> Json:
    """The report for machines; measures in points and units of information."""
    overlap = fairness.overlap
    return {
        "forms": fairness.form_count,
        "is_fair": not fairness.broken,
        "broken": list(fairness.broken),
        "measures": [_spread(one) for one in fairness.spreads],
        "neighbours": {
            "pairs": sum(overlap.pair_counts.values()),
            "shared_mean": float(overlap.mean),
            "shared_most": max(overlap.pair_counts, default=0),
            "least_possible": overlap.least_possible,
            "pairs_by_shared": {
                str(shared): overlap.pair_counts[shared] for shared in sorted(overlap.pair_counts)
            },
        },
        "exposure_limit": fairness.limit,
        "exposure": [
            {
                "item": one.item_id,
                "section": one.section,
                "role": one.role,
                "forms": one.form_count,
            }
            for one in fairness.exposures
        ],
        "seen_before": dict(sorted(fairness.seen.items())),
    }


def _spread(one: Spread) -> Json:
    return {
        "measure": name_of(one.section, one.ability),
        "section": one.section or None,
        "ability": None if one.ability is None else float(one.ability),
        "least": min(one.values) / THOUSANDTHS,
        "mean": one.mean / THOUSANDTHS,
        "most": max(one.values) / THOUSANDTHS,
        "target": None if one.target is None else one.target / THOUSANDTHS,
        "within": None if one.within is None else one.within / THOUSANDTHS,
        "outside": len(one.outside),
    }


def _batch(
    document: str,
    blueprint: Blueprint,
    blueprint_text: str,
    *,
    items: dict[tuple[str, int], Item],
    forms: dict[Place, Form],
) -> Batch:
    asked = draw_record.load(document, blueprint, blueprint_text, items)
    pool = make_pool(asked.blueprint, asked.items, asked.statistics)
    by_number = {place.participant_no: place for place in forms}
    places = [
        by_number[place.participant_no]
        for place in asked.places
        if place.participant_no in by_number
    ]
    return Batch(
        forms={place: forms[place] for place in places},
        items=asked.items,
        statistics=asked.statistics,
        targets=targets_of(with_targets(pool, asked.seed)),
        seen=asked.seen,
        enemies=asked.enemies,
    )
