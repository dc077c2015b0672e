"""Rosters: all rows or none, and every problem with its line and column."""

from pathlib import Path

import pytest

from cat_engine.preparation import roster
from cat_engine.preparation.roster import BadRoster, RosterRow
from exam_sessions.store import Room
from tests.cast import ANI
from tests.factories import get_enrolment

ROOMS = (Room("pagi", "A", "Ruang A", 2), Room("pagi", "B", "Ruang B", 1))
HEAD = "participant_no,name,room,seat,formation,formation_type,disability,pin\n"


def read(tmp_path: Path, text: str | bytes, **given: object) -> list[RosterRow]:
    path = tmp_path / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return roster.read(path, rooms=ROOMS, formation_types=("general", "disability"), **given)  # type: ignore[arg-type]


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
        ("1,Ani,A,1,,,,\n2,Budi,A,1,,,,", "line 3, column seat: 1 in room A is also on line 2"),
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

    assert len(bad.value.problems) == 3


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("participant_no,name,room\n", "column seat is missing"),
        ("participant_no,name,room,seat,nik\n", "unknown columns nik"),
        ("participant_no,name,room,seat,name\n", "a column stands twice"),
        ("", "column participant_no is missing"),
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
