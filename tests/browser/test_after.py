"""After the exam in a browser: the replay by keyboard, and the file of a cut-off workstation."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Hall, axe
from tests.browser.test_journeys import begin, look
from tests.cast import ANI, DEWI, EXAM_SESSION


def test_the_replay_goes_along_the_time_line_by_keyboard(hall: Hall) -> None:
    hall.open_and_start()
    ani = hall.candidate()
    begin(ani)
    ani.keyboard.press("a")
    expect(ani.get_by_text("✓ Tersimpan")).to_be_visible()
    dewi = hall.staff(DEWI)

    dewi.goto(f"/admin/{EXAM_SESSION}/replay")

    slider = dewi.get_by_role("slider")
    seat = dewi.get_by_role("button", name="Meja 1, Ani Lestari")
    slider.focus()
    dewi.keyboard.press("End")
    expect(seat).to_have_accessible_name("Meja 1, Ani Lestari, Mengerjakan, 1 dari 8 dijawab")
    assert [] == axe(dewi)
    dewi.set_viewport_size({"width": 390, "height": 844})
    look(dewi, "replay-phone")
    assert dewi.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dewi.keyboard.press("Home")
    expect(seat).to_have_accessible_name("Meja 1, Ani Lestari, Belum hadir, 0 dari 8 dijawab")


def test_waiting_answers_are_saved_to_a_file_and_brought(hall: Hall, tmp_path: Path) -> None:
    hall.open_and_start()
    ani = hall.candidate()
    ani.clock.install()
    begin(ani)
    ani.wait_for_load_state("networkidle")  # what seals the file was fetched with the page
    hall.server.kill()
    ani.keyboard.press("a")
    expect(ani.get_by_text("Menunggu sambungan").first).to_be_visible(timeout=15_000)
    ani.clock.run_for(21_000)
    offer = ani.get_by_role("button", name="Simpan jawaban saya ke berkas")
    expect(offer).to_be_visible(timeout=15_000)
    look(ani, "save-file")

    with ani.expect_download() as download:
        offer.click()

    file = tmp_path / "answers.json"
    download.value.save_as(file)
    assert ANI == json.loads(file.read_text())["participant_no"]
    ani.close()
    hall.server.start()
    dewi = hall.staff(DEWI)
    dewi.goto(f"/proctor/{EXAM_SESSION}/outbox")
    dewi.set_input_files("[name=file]", file)
    dewi.get_by_role("button", name="Buka berkas").click()
    expect(dewi.get_by_role("cell", name="dihitung")).to_be_visible()
    look(dewi, "outbox")
    dewi.get_by_role("button", name="Masukkan jawaban ini").click()
    expect(dewi.get_by_text("Terjawab sekarang: 1")).to_be_visible()
