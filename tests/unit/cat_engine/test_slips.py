"""PIN slips and seat labels: every candidate's, in order, and nothing from a file that is none."""

import re
import subprocess
import zlib
from pathlib import Path

import pytest

from cat_engine.papers.slips import BadSlips, Slip, read_slips, slips_pdf

HEAD = "exam_session,participant_no,name,room,seat,pin\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pins.csv"
    path.write_text(text, encoding="utf-8")
    return path


def get_slips(count: int) -> list[Slip]:
    return [
        Slip("Sesi 1", f"24-{n:04}", f"Peserta {n}", "A", str(n), f"{n:06}") for n in range(count)
    ]


def test_the_file_of_pins_becomes_slips(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "pagi,24-1,Ani Lestari,A,1,271828\n")

    slips = read_slips(path, {"pagi": "Sesi pagi"})

    assert [Slip("Sesi pagi", "24-1", "Ani Lestari", "A", "1", "271828")] == slips


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("participant_no,pin\n1,2\n", "column exam_session is missing"),
        (HEAD + "pagi,24-1,Ani,A,1,\n", "line 2: number or PIN is empty"),
        ("", "column exam_session is missing"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadSlips, match=words):
        read_slips(write(tmp_path, text), {})


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2)])
def test_ten_slips_stand_on_a_page(count: int, pages: int) -> None:
    made = slips_pdf(get_slips(count), "id", made_at=0)

    assert len(re.findall(rb"/Type /Page\b(?!s)", made)) == pages


def test_every_slip_has_its_code_drawn() -> None:
    made = slips_pdf(get_slips(2), "id", made_at=0)

    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    drawn = b"".join(zlib.decompress(one) for one in streams if one.startswith(b"\x78"))
    assert drawn.count(b" re f") > 2 * 150


def test_a_slip_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "slips.pdf"
    path.write_bytes(slips_pdf(get_slips(3), "id", made_at=0))
    try:
        told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("pdftotext is not installed")

    for slip in get_slips(3):
        assert slip.participant_no in told.stdout.decode()
        assert slip.pin in told.stdout.decode()
