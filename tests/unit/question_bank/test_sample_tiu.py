"""The sample TIU items: complete, even, safe to show, and right by construction."""

from collections import Counter
from fractions import Fraction
from xml.etree.ElementTree import Element, fromstring

import pytest

from question_bank.importers import ImportReport, read
from question_bank.importers.pictures import read_picture
from question_bank.item import Image, Item
from question_bank.samples import FOLDER
from question_bank.samples.make_tiu import make
from question_bank.samples.tiu.arithmetic import value_of
from question_bank.samples.tiu.comparisons import RELATIONS, relation
from question_bank.samples.tiu.draft import show_number
from question_bank.samples.tiu.entailment import Claim, follows
from question_bank.samples.tiu.number_series import continuations
from scoring.response import Choice
from scoring.rule import KeyRule

TOPICS = (
    "verbal-analogi", "verbal-silogisme", "verbal-analitis",
    "numerik-berhitung", "numerik-deret", "numerik-perbandingan", "numerik-cerita",
    "figural-analogi", "figural-ketidaksamaan", "figural-serial",
)  # fmt: skip
PER_TOPIC = {"easy": 3, "medium": 4, "hard": 2}
PICTURE_LIMIT_BYTES = 6 * 1024
DRAWN = frozenset({"svg", "g", "rect", "circle", "line", "polygon"})
SOME_AB, SOME_BC = Claim("some", "a", "b"), Claim("some", "b", "c")
ALL_AB, ALL_BC, ALL_AC = Claim("all", "a", "b"), Claim("all", "b", "c"), Claim("all", "a", "c")


@pytest.fixture(scope="module")
def report() -> ImportReport:
    return read(FOLDER / "tiu.yaml")


@pytest.fixture(scope="module")
def items(report: ImportReport) -> tuple[Item, ...]:
    return report.items


def test_every_item_is_taken_without_a_problem(report: ImportReport) -> None:
    assert report.problems == ()
    assert len(TOPICS) * sum(PER_TOPIC.values()) == len(report.items)


def test_every_topic_has_its_easy_medium_and_hard_items(items: tuple[Item, ...]) -> None:
    expected = {(topic, level): count for topic in TOPICS for level, count in PER_TOPIC.items()}

    counts = Counter((item.topic, item.difficulty) for item in items)

    assert expected == counts
    assert {"tiu"} == {item.section for item in items}


def test_no_two_items_show_the_same(items: tuple[Item, ...]) -> None:
    worded = [item.stem for item in items if not item.topic.startswith("figural")]

    assert len({item.id for item in items}) == len(items)
    assert len({(item.stem, item.image, item.options) for item in items}) == len(items)
    assert len(set(worded)) == len(worded)


def test_every_item_has_five_different_options_one_of_them_the_key(
    items: tuple[Item, ...],
) -> None:
    for item in items:
        shown = {(option.text, option.image and option.image.alt) for option in item.options}
        assert len(shown) == 5, item.id
        assert _key(item) in {option.id for option in item.options}, item.id
        assert item.explanation, item.id


def test_keys_are_spread_evenly_over_the_places(items: tuple[Item, ...]) -> None:
    counts = Counter(_key(item) for item in items)

    assert dict.fromkeys("abcde", len(items) // 5) == counts


def test_only_comparisons_keep_the_order_of_their_options(items: tuple[Item, ...]) -> None:
    for item in items:
        is_comparison = tuple(option.text for option in item.options) == RELATIONS
        assert is_comparison != item.shuffle, item.id


def test_generator_gives_the_committed_files(report: ImportReport) -> None:
    made = make()

    committed = {name: (FOLDER / name).read_text(encoding="utf-8") for name in made}
    pictures = {f"images/{path.name}" for path in FOLDER.glob("images/tiu-*")}

    assert committed == made
    assert {"tiu.yaml", *pictures} == set(made)


def test_pictures_are_small_drawings_without_text_or_anything_active() -> None:
    for path in FOLDER.glob("images/tiu-*"):
        read_picture(FOLDER, f"images/{path.name}")
        root = fromstring(path.read_bytes())  # noqa: S314 - our own files
        assert {_plain(element.tag) for element in root.iter()} <= DRAWN, path.name
        assert path.stat().st_size <= PICTURE_LIMIT_BYTES, path.name
        assert root.get("viewBox"), path.name


def test_figural_items_are_pictures_with_words_for_those_who_cannot_see(
    items: tuple[Item, ...],
) -> None:
    for item in items:
        images = [option.image for option in item.options if option.image]
        is_figural = item.topic.startswith("figural")
        assert (5 if is_figural else 0) == len(images), item.id
        assert (item.image is not None) == (item.topic in ("figural-analogi", "figural-serial"))
        assert all(len(image.alt) > 15 for image in images), item.id


def test_options_are_drawn_differently(items: tuple[Item, ...], report: ImportReport) -> None:
    for item in items:
        drawings = [
            _canonical(fromstring(_content(report, option.image)))  # noqa: S314 - our own files
            for option in item.options
            if option.image
        ]
        assert len(set(drawings)) == len(drawings), item.id


def test_the_same_words_stand_for_the_same_drawing(items: tuple[Item, ...]) -> None:
    images = {option.image for item in items for option in item.options if option.image}

    assert len({image.alt for image in images}) == len({image.digest for image in images})


@pytest.mark.parametrize(
    ("premises", "conclusion", "expected"),
    [
        ([ALL_AB, ALL_BC], ALL_AC, (True, True)),
        ([ALL_AB, ALL_BC], Claim("all", "c", "a"), (False, False)),
        ([ALL_AB, ALL_BC], Claim("some", "a", "c"), (False, True)),
        ([ALL_AB, Claim("is", "", "-b")], Claim("is", "", "-a"), (True, True)),
        ([ALL_AB, Claim("is", "", "b")], Claim("is", "", "a"), (False, False)),
        ([Claim("no", "a", "b")], Claim("no", "b", "a"), (True, True)),
        ([SOME_AB, SOME_BC], Claim("some", "a", "c"), (False, False)),
        ([ALL_AB], Claim("all", "-b", "-a"), (True, True)),
        ([ALL_AB], Claim("all", "-a", "-b"), (False, False)),
    ],
)  # fmt: skip
def test_trying_every_model_tells_valid_conclusions_from_others(
    premises: list[Claim], conclusion: Claim, expected: tuple[bool, bool]
) -> None:
    got = tuple(follows(premises, conclusion, classes_have_members=have) for have in (False, True))

    assert expected == got


def test_a_sum_is_worth_what_its_text_says() -> None:
    assert Fraction(3, 4) == value_of("2/3 : 4/9 × 1/2")
    assert Fraction(83, 10) == value_of("√(0,64) + 1,2² : 0,18 − 0,5")
    assert 105 == value_of("25% × 360 + 15")


def test_a_series_that_can_go_on_in_two_ways_is_found_out() -> None:
    both = continuations(tuple(map(Fraction, (1, 2, 3))))
    one = continuations(tuple(map(Fraction, (1, 2, 3, 4))))

    assert {Fraction(4), Fraction(5)} == both
    assert {Fraction(5)} == one


def test_exactly_one_relation_holds_between_two_quantities() -> None:
    pairs = {(1, 2): 0, (2, 2): 1, (3, 2): 2, (4, 2): 3, (5, 2): 3}

    for (x, y), expected in pairs.items():
        assert expected == relation(Fraction(x), Fraction(y))


def test_numbers_are_written_the_indonesian_way() -> None:
    values = (Fraction(12_500), Fraction(3, 40), Fraction(-9, 2), Fraction(19, 12))

    assert ["12.500", "0,075", "−4,5", "19/12"] == [show_number(value) for value in values]


def _key(item: Item) -> str:
    assert isinstance(item.rule, KeyRule)
    assert isinstance(item.rule.key, Choice)
    return item.rule.key.option


def _content(report: ImportReport, image: Image) -> bytes:
    return report.pictures[f"{image.digest}.{image.extension}"]


def _canonical(element: Element) -> tuple[object, ...]:
    """The drawing without what does not change how it looks: order of attributes and corners."""
    attributes = dict(element.attrib)
    points = sorted(attributes.pop("points", "").split())
    inside = sorted((_canonical(child) for child in element), key=repr)
    return (_plain(element.tag), tuple(sorted(attributes.items())), tuple(points), tuple(inside))


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]
