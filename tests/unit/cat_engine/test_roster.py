"""Rosters: all rows or none, and every problem with its line and column."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from cat_engine.preparation import planning, roster
from cat_engine.preparation.fault import sentence
from cat_engine.preparation.roster import Ground, RosterRow
from cat_engine.preparation.roster_file import BadRoster
from exam_sessions.accommodation import Accommodation, from_text
from exam_sessions.profiles import Profile
from exam_sessions.store import Room
from question_bank.blueprint import read as read_blueprint
from question_bank.samples import blueprint_path
from tests.cast import ANI
from tests.factories import get_enrolment

ROOMS = (Room("pagi", "A", "Ruang A", 2), Room("pagi", "B", "Ruang B", 1))
HEAD = "participant_no,name,room,seat,formation,formation_type,disability,pin\n"


def read(tmp_path: Path, text: str | bytes, **given: object) -> list[RosterRow]:
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    ground = Ground(ROOMS, formation_types=frozenset(["general", "disability"]))
    return roster.read_file(path, replace(ground, **given))  # type: ignore[arg-type]


def test_a_row_is_read_with_its_defaults(tmp_path: Path) -> None:
    rows = read(tmp_path, "name;participant_no;seat;room\nAni Lestari;1;3;A\n\n")

    assert [RosterRow(2, "1", "Ani Lestari", "A", "3", "", "general", "", "")] == rows


def test_a_sheet_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + (HEAD + '1,"Lestari, Ani",A,1,,,,\r\n').encode()

    assert read(tmp_path, text)[0].name == "Lestari, Ani"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (",Ani,A,1,,,,", "line 2, column participant_no: is empty"),
        ("1,,A,1,,,,", "line 2, column name: is empty"),
        ("1,Ani,C,1,,,,", "line 2, column room: 'C' is not one of A, B"),
        ("1,Ani,A,1,,kepala,,", "line 2, column formation_type: 'kepala' is not one of"),
        ("1,Ani,A,1,,,blind,", "line 2, column disability: 'blind' is not one of visual"),
        ("1,Ani,A,1,,,,123", "line 2, column pin: a PIN has at least 6 digits"),
        ("1,Ani,A,1,,,,١٢٣٤٥٦", "line 2, column pin"),
        ("1,Ani,A,1,,,,\n1,Budi,A,2,,,,", "line 3, column participant_no: 1 is also on line 2"),
        ("1,Ani,A,1,,,,\n2,Budi,A,1,,,,", "line 3, column seat: A-1 is also on line 2"),
        ("1,Ani,B,1,,,,\n2,Budi,B,2,,,,", "line 3, column room: room B has 1 seats"),
        ("1,Ani,A,1,,,,,,", "line 2: more values than columns"),
        (f"1,{'x' * 121},A,1,,,,", "line 2, column name: longer than 120"),
        ("1,A\x07ni,A,1,,,,", "line 2, column name: holds an unprintable"),
        ('1,"Ani,A,1,,,,', "not CSV"),
        ("", "no candidates"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, rows: str, problem: str) -> None:
    with pytest.raises(BadRoster) as bad:
        read(tmp_path, HEAD + rows + "\n")

    assert problem in str(bad.value)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadRoster) as bad:
        read(tmp_path, HEAD + ",Ani,A,1,,,,\n2,,Z,2,,,,\n")

    assert len(bad.value.faults) == 3


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("participant_no,name,room\n", "column seat: this column is missing"),
        ("participant_no,name,room,seat,nik\n", "column nik: unknown column"),
        ("participant_no,name,room,seat,name\n", "a column stands twice"),
        ("", "column participant_no: this column is missing"),
    ],
)
def test_a_bad_heading_is_named(tmp_path: Path, head: str, problem: str) -> None:
    with pytest.raises(BadRoster, match="line 1") as bad:
        read(tmp_path, head + "1,Ani,A,1,5\n" if head else "")

    assert problem in str(bad.value)


def test_somebody_enrolled_already_is_refused_by_number_and_seat(tmp_path: Path) -> None:
    with pytest.raises(BadRoster) as bad:
        read(tmp_path, HEAD + f"{ANI},Ani,A,1,,,,\n", enrolled=[get_enrolment(ANI, "1")])

    assert "already enrolled" in str(bad.value)
    assert "already taken" in str(bad.value)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadRoster, match="line 2: not UTF-8"):
        read(tmp_path, HEAD.encode() + "1,Renée,A,1,,,,\n".encode("latin-1"))


def test_a_pin_that_is_left_out_is_made_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    row = read(tmp_path, HEAD + "1,Ani,A,1,,,,\n")[0]

    enrolment, pin = roster.enrol(row, "pagi", lambda given: f"hash of {given}")

    assert len(pin) == roster.PIN_DIGITS
    assert pin.isdigit()
    assert enrolment.pin_hash == f"hash of {pin}"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_a_csv_file_is(tmp_path: Path) -> None:
    content = workbook(
        ("participant_no", "name", "room", "seat"), (7, "Ani", "A", 3), (), (8, "Budi", "B", "=1+1")
    )

    with pytest.raises(BadRoster, match="line 4, column seat: this cell holds no text"):
        read(tmp_path, content)
    fine = workbook(("participant_no", "name", "room", "seat"), (7, "Ani", "A", 3))
    assert [RosterRow(2, "7", "Ani", "A", "3", "", "general", "", "")] == read(tmp_path, fine)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    content = workbook(("participant_no", "name", "room", "seat"))

    with pytest.raises(BadRoster, match="not a workbook"):
        read(tmp_path, content[:-9])
    with pytest.raises(BadRoster, match="not a workbook"):
        read(tmp_path, content + b"more")


def test_where_seats_are_drawn_the_roster_gives_none(tmp_path: Path) -> None:
    rows = read(tmp_path, "participant_no,name,room\n1,Ani,A\n2,Budi,\n", seats_drawn=True)

    assert [("A", ""), ("", "")] == [(row.room, row.seat) for row in rows]
    enrolment, pin = roster.enrol(rows[1], "pagi", str, needs_pin=False)
    assert ("", "", "") == (enrolment.room, enrolment.pin_hash, pin)
    with pytest.raises(BadRoster, match="column seat: this exam session draws seats"):
        read(tmp_path, HEAD + "1,Ani,A,1,,,,\n", seats_drawn=True)
    with pytest.raises(BadRoster, match="this exam session has 3 seats"):
        read(
            tmp_path,
            "participant_no,name\n" + "".join(f"{n},x\n" for n in range(4)),
            seats_drawn=True,
        )


def test_a_seat_must_stand_in_the_plan_of_its_room(tmp_path: Path) -> None:
    plan = {"A": frozenset(["A1", "A2"])}

    assert read(tmp_path, HEAD + "1,Ani,A,A2,,,,\n2,Budi,B,9,,,,\n", seat_names=plan)
    with pytest.raises(BadRoster, match="room A has no seat A3"):
        read(tmp_path, HEAD + "1,Ani,A,A3,,,,\n", seat_names=plan)


def test_a_standing_profile_follows_its_person(tmp_path: Path) -> None:
    profile = Profile("jiwa-1", 2, "visual", "large", "high", "request", 15, "surat", "dewi", 0)
    text = "participant_no,name,room,seat,person,disability\n1,Ani,A,1,jiwa-1,\n2,Budi,A,2,,\n"

    ani, budi = read(
        tmp_path,
        text,
        profiles=lambda persons: {"jiwa-1": profile} if "jiwa-1" in set(persons) else {},
    )

    enrolled, _ = roster.enrol(ani, "pagi", str)
    assert ("visual", "jiwa-1") == (enrolled.disability, enrolled.person)
    assert Accommodation("large", "high", "request", 15, 2) == from_text(enrolled.accommodation)
    assert ("", "") == (budi.disability, roster.enrol(budi, "pagi", str)[0].accommodation)
    other = text.replace("jiwa-1,\n", "jiwa-1,motor\n")
    with pytest.raises(BadRoster, match="'motor' here, 'visual' in the standing profile"):
        read(tmp_path, other, profiles=lambda persons: {"jiwa-1": profile})


def test_a_report_says_in_both_languages_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadRoster) as bad:
        read(tmp_path, HEAD + "1,,A,1,,,,\n")

    (fault,) = bad.value.faults
    assert "line 2, column name: is empty; fill it in" == sentence(fault)
    assert "baris 2, kolom name: kosong; isi" == sentence(fault, "id")


@pytest.mark.parametrize(
    ("blueprint", "expected"),
    [("tryout", {"general", "disability"}), ("pppk-2024", set())],
)
def test_whoever_gets_other_minutes_can_be_enrolled(blueprint: str, expected: set[str]) -> None:
    path = blueprint_path(blueprint)
    assert path is not None

    assert expected == planning.formation_types(read_blueprint(path.read_text("utf-8")))
