"""The fairness report as one HTML page without script and outside files, and its charts."""

from collections.abc import Mapping
from html import escape

from cat_engine.i18n import text
from cat_engine.preparation.chart_files import as_svg
from cat_engine.preparation.charts import Bound, Chart, Labels, bars, curve, histogram
from question_bank.fairness import Fairness, Spread
from question_bank.item_statistics import THOUSANDTHS
from scoring import display

BROKEN_LIMIT = 50
STYLE = (
    "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #bbb;padding:.3rem .6rem}"
    "tbody th{text-align:left;font-weight:normal}td.n{text-align:right}"
    "svg{max-width:100%;height:auto}.bad{color:#a1260d;font-weight:bold}"
)


def draw_charts(fairness: Fairness, language: str) -> dict[str, Chart]:
    """Every chart, by the name of its file without the ending."""
    charts: dict[str, Chart] = {}
    for number, spread in enumerate(fairness.spreads, 1):
        labels = Labels(
            title=spread_name(spread, language),
            across=text(
                "fairness.points" if spread.ability is None else "fairness.units", language
            ),
            up=text("fairness.forms", language),
        )
        bound = None
        if spread.target is not None and spread.within is not None:
            bound = Bound(spread.target / THOUSANDTHS, spread.within / THOUSANDTHS)
        values = [value / THOUSANDTHS for value in spread.values]
        charts[f"difficulty-{number}"] = histogram(values, labels, bound)
    if fairness.overlap.pair_counts:
        labels = Labels(
            title=text("fairness.neighbours", language),
            across=text("fairness.shared", language),
            up=text("fairness.pairs", language),
        )
        charts["neighbours"] = bars(sorted(fairness.overlap.pair_counts.items()), labels)
    labels = Labels(
        title=text("fairness.exposure", language),
        across=text("fairness.items", language),
        up=text("fairness.forms", language),
    )
    counts = [one.form_count for one in fairness.exposures]
    charts["exposure"] = curve(counts, labels, fairness.limit)
    return charts


def draw_page(
    exam_session: str, fairness: Fairness, charts: Mapping[str, Chart], language: str
) -> str:
    """The whole page."""
    title = escape(text("fairness.title", language, exam_session=exam_session))
    sections = [
        f"<h1>{title}</h1>",
        _verdict(fairness, language),
        f"<h2>{escape(text('fairness.difficulty', language))}</h2>",
        f"<p>{escape(text('fairness.difficulty.text', language))}</p>",
        _measures(fairness, language),
        *(as_svg(one) for name, one in charts.items() if name.startswith("difficulty")),
        f"<h2>{escape(text('fairness.neighbours', language))}</h2>",
        f"<p>{escape(_neighbours(fairness, language))}</p>",
        as_svg(charts["neighbours"]) if "neighbours" in charts else "",
        f"<h2>{escape(text('fairness.exposure', language))}</h2>",
        f"<p>{escape(_exposure(fairness, language))}</p>",
        as_svg(charts["exposure"]),
        f"<p>{escape(_seen(fairness, language))}</p>",
    ]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body><main>\n" + "\n".join(sections) + "\n</main></body>"
        "</html>\n"
    )


def spread_name(spread: Spread, language: str) -> str:
    """What a measure is called on the page."""
    scope = text("fairness.whole", language)
    if spread.section:
        scope = text("fairness.section", language, section=spread.section)
    if spread.ability is None:
        return text("fairness.expected", language, scope=scope)
    ability = f"{float(spread.ability):g}"
    return text("fairness.information", language, ability=ability, scope=scope)


def _verdict(fairness: Fairness, language: str) -> str:
    if not fairness.broken:
        return f"<p>{escape(text('fairness.fair', language, count=fairness.form_count))}</p>"
    listed = list(fairness.broken[:BROKEN_LIMIT])
    rest = len(fairness.broken) - len(listed)
    if rest:
        listed.append(text("fairness.more", language, count=rest))
    lines = "".join(f"<li>{escape(one)}</li>" for one in listed)
    heading = escape(text("fairness.broken", language, count=len(fairness.broken)))
    return f'<p class="bad">{heading}</p><ul>{lines}</ul>'


def _measures(fairness: Fairness, language: str) -> str:
    names = ("measure", "least", "mean", "most", "target", "within", "outside")
    heads = "".join(
        f'<th scope="col">{escape(text(f"fairness.{name}", language))}</th>' for name in names
    )
    rows = []
    for one in fairness.spreads:
        shown = [
            "" if value is None else f"{value / THOUSANDTHS:.3f}"
            for value in (min(one.values), one.mean, max(one.values), one.target, one.within)
        ]
        outside = str(len(one.outside)) if one.target is not None else ""
        cells = "".join(f'<td class="n">{value}</td>' for value in (*shown, outside))
        name = escape(spread_name(one, language))
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _neighbours(fairness: Fairness, language: str) -> str:
    overlap = fairness.overlap
    return text(
        "fairness.neighbours.text",
        language,
        pairs=sum(overlap.pair_counts.values()),
        mean=display(overlap.mean),
        most=max(overlap.pair_counts, default=0),
        least=overlap.least_possible,
    )


def _exposure(fairness: Fairness, language: str) -> str:
    counts = [one.form_count for one in fairness.exposures]
    sentence = text(
        "fairness.exposure.text",
        language,
        used=sum(1 for count in counts if count),
        count=len(counts),
        most=max(counts),
        share=f"{100 * max(counts) / fairness.form_count:.1f}",
    )
    if fairness.limit is None:
        return sentence
    return f"{sentence} {text('fairness.exposure.limit', language, limit=fairness.limit)}"


def _seen(fairness: Fairness, language: str) -> str:
    if not fairness.seen:
        return text("fairness.unseen", language)
    counts = list(fairness.seen.values())
    return text("fairness.seen", language, people=len(counts), most=max(counts))
