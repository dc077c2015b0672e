"""Analytic puzzles, each clue and option beside its condition; every arrangement is tried."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, permutations, product

from question_bank.samples.tiu.draft import Draft

TOPIC = "verbal-analitis"

Arrangement = dict[str, int]
"""Where each one stands: places from 1, floors, days or, in teams, 1 for chosen and 0 for not."""
Condition = Callable[[Arrangement], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle:
    """Clues and options. The key is the one option that `must` be true, `can` or `cannot` be."""

    difficulty: str
    opening: str
    arrangements: Iterable[Arrangement]
    clues: tuple[tuple[str, Condition], ...]
    question: str
    asks_what: str = "must"
    options: tuple[tuple[str, Condition], ...]
    explanation: str


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    puzzles = (
        _queue(), _ages(), _trainings(),
        _round_table(), _team(), _folders(), _race(),
        _floors(), _villages(),
    )  # fmt: skip
    return [_draft(puzzle) for puzzle in puzzles]


def solve(puzzle: Puzzle) -> list[Arrangement]:
    """Every arrangement that satisfies all clues."""
    return [one for one in puzzle.arrangements if all(holds(one) for _, holds in puzzle.clues)]


def _draft(puzzle: Puzzle) -> Draft:
    found = solve(puzzle)
    assert found, puzzle.opening
    right = [_is_right(puzzle.asks_what, found, holds) for _, holds in puzzle.options]
    assert right == [True, False, False, False, False], (puzzle.opening, right, found)
    clues = "\n".join(f"{number}. {text}" for number, (text, _) in enumerate(puzzle.clues, start=1))
    return Draft(
        difficulty=puzzle.difficulty,
        stem=f"{puzzle.opening}\n\n{clues}\n\n{puzzle.question}",
        options=tuple(text for text, _ in puzzle.options),
        explanation=puzzle.explanation,
    )


def _is_right(asks_what: str, found: list[Arrangement], holds: Condition) -> bool:
    results = {holds(one) for one in found}
    return {"must": results == {True}, "can": True in results, "cannot": results == {False}}[
        asks_what
    ]


def _lines(*names: str) -> list[Arrangement]:
    """Every order in a line, places from 1."""
    places = range(1, len(names) + 1)
    return [dict(zip(names, order, strict=True)) for order in permutations(places)]


def _at(name: str, place: int) -> Condition:
    return lambda one: one[name] == place


def _queue() -> Puzzle:
    return Puzzle(
        difficulty="easy",
        opening=(
            "Lima warga mengantre di depan satu loket: Lina, Mira, Nanda, Oki, dan Putra. Urutan "
            "pertama adalah yang paling dekat dengan loket."
        ),
        arrangements=_lines("Lina", "Mira", "Nanda", "Oki", "Putra"),
        clues=(
            ("Lina berdiri tepat di depan Mira.", lambda o: o["Lina"] + 1 == o["Mira"]),
            ("Nanda berdiri paling belakang.", lambda o: o["Nanda"] == 5),
            ("Oki berdiri di depan Lina.", lambda o: o["Oki"] < o["Lina"]),
            ("Putra berdiri tepat di belakang Mira.", lambda o: o["Mira"] + 1 == o["Putra"]),
        ),
        question="Siapakah yang berdiri pada urutan ketiga?",
        options=tuple((name, _at(name, 3)) for name in ("Mira", "Lina", "Oki", "Putra", "Nanda")),
        explanation="Urutannya Oki, Lina, Mira, Putra, Nanda.",
    )


def _ages() -> Puzzle:
    return Puzzle(
        difficulty="easy",
        opening=(
            "Umur Rafi, Seno, Tika, Umar, dan Vina berbeda-beda. Tentang umur mereka diketahui hal "
            "berikut."
        ),
        arrangements=_lines("Rafi", "Seno", "Tika", "Umar", "Vina"),
        clues=(
            ("Rafi lebih tua daripada Seno.", lambda o: o["Rafi"] > o["Seno"]),
            ("Tika lebih muda daripada Seno.", lambda o: o["Tika"] < o["Seno"]),
            ("Umar lebih tua daripada Rafi.", lambda o: o["Umar"] > o["Rafi"]),
            ("Vina lebih muda daripada Seno.", lambda o: o["Vina"] < o["Seno"]),
        ),
        question="Pernyataan manakah yang pasti benar?",
        options=(
            ("Rafi lebih tua daripada Vina.", lambda o: o["Rafi"] > o["Vina"]),
            ("Tika lebih tua daripada Vina.", lambda o: o["Tika"] > o["Vina"]),
            ("Seno lebih tua daripada Umar.", lambda o: o["Seno"] > o["Umar"]),
            ("Vina adalah yang paling muda.", lambda o: o["Vina"] == 1),
            ("Rafi adalah yang paling tua.", lambda o: o["Rafi"] == 5),
        ),
        explanation=(
            "Dari yang tertua: Umar, Rafi, Seno, kemudian Tika dan Vina dengan urutan yang tidak "
            "diketahui. Rafi pasti lebih tua daripada Vina."
        ),
    )


def _trainings() -> Puzzle:
    return Puzzle(
        difficulty="easy",
        opening=(
            "Lima pelatihan, yaitu arsip, anggaran, hukum, komputer, dan pelayanan, diadakan dari "
            "Senin sampai Jumat, satu pelatihan setiap hari."
        ),
        arrangements=_lines("arsip", "anggaran", "hukum", "komputer", "pelayanan"),
        clues=(
            ("Pelatihan hukum diadakan pada hari Rabu.", lambda o: o["hukum"] == 3),
            (
                "Pelatihan arsip diadakan tepat sehari sebelum pelatihan hukum.",
                lambda o: o["arsip"] + 1 == o["hukum"],
            ),
            (
                "Pelatihan anggaran diadakan tepat sehari setelah pelatihan pelayanan.",
                lambda o: o["anggaran"] == o["pelayanan"] + 1,
            ),
        ),
        question="Pelatihan apakah yang diadakan pada hari Jumat?",
        options=tuple(
            (name.capitalize(), _at(name, 5))
            for name in ("anggaran", "pelayanan", "komputer", "arsip", "hukum")
        ),
        explanation=(
            "Arsip hari Selasa dan hukum hari Rabu. Pelayanan dan anggaran berurutan, maka hari "
            "Kamis dan Jumat; komputer hari Senin."
        ),
    )


def _round_table() -> Puzzle:
    # Seats 0 to 5 run clockwise seen from above; all face the middle, so the seat to the right
    # of somebody is the one before. Gita's seat is fixed: turning the table changes nothing.
    names = ("Hadi", "Indra", "Joko", "Kiki", "Lusi")
    seats: list[Arrangement] = [
        {"Gita": 0, **dict(zip(names, order, strict=True))} for order in permutations(range(1, 6))
    ]
    return Puzzle(
        difficulty="medium",
        opening=(
            "Gita, Hadi, Indra, Joko, Kiki, dan Lusi duduk mengelilingi meja bundar dengan jarak "
            "yang sama dan menghadap ke tengah meja."
        ),
        arrangements=seats,
        clues=(
            ("Gita duduk berhadapan dengan Hadi.", lambda o: (o["Gita"] - o["Hadi"]) % 6 == 3),
            (
                "Indra duduk tepat di sebelah kanan Gita.",
                lambda o: (o["Gita"] - o["Indra"]) % 6 == 1,
            ),
            ("Kiki duduk berhadapan dengan Indra.", lambda o: (o["Kiki"] - o["Indra"]) % 6 == 3),
            (
                "Joko tidak duduk di sebelah Hadi.",
                lambda o: (o["Joko"] - o["Hadi"]) % 6 not in (1, 5),
            ),
        ),
        question="Siapakah yang duduk tepat di sebelah kiri Gita?",
        options=tuple((name, _at(name, 1)) for name in ("Joko", "Lusi", "Kiki", "Hadi", "Indra")),
        explanation=(
            "Di sebelah kanan Gita duduk Indra. Hadi berhadapan dengan Gita dan Kiki dengan Indra, "
            "maka Kiki di sebelah Hadi. Sisa kursi ada di sebelah kiri Gita dan di sebelah Hadi; "
            "Joko tidak boleh di sebelah Hadi, maka ia di sebelah kiri Gita."
        ),
    )


def _team() -> Puzzle:
    names = ("Arif", "Bayu", "Cahya", "Danu", "Elsa", "Fajar", "Gina")
    teams = [{name: int(name in four) for name in names} for four in combinations(names, 4)]

    def is_team(*four: str) -> tuple[str, Condition]:
        text = f"{', '.join(four[:-1])}, dan {four[-1]}"
        return text, lambda one: {name for name in one if one[name]} == set(four)

    return Puzzle(
        difficulty="medium",
        opening=(
            "Sebuah tim beranggotakan empat orang dipilih dari Arif, Bayu, Cahya, Danu, Elsa, "
            "Fajar, dan Gina dengan syarat berikut."
        ),
        arrangements=teams,
        clues=(
            ("Jika Arif dipilih, Bayu harus dipilih.", lambda o: o["Arif"] <= o["Bayu"]),
            ("Cahya dan Danu tidak boleh dipilih bersama.", lambda o: o["Cahya"] + o["Danu"] < 2),
            ("Tepat satu dari Elsa dan Fajar dipilih.", lambda o: o["Elsa"] + o["Fajar"] == 1),
            ("Jika Danu dipilih, Gina harus dipilih.", lambda o: o["Danu"] <= o["Gina"]),
        ),
        question="Susunan tim manakah yang memenuhi semua syarat?",
        asks_what="can",
        options=(
            is_team("Arif", "Bayu", "Cahya", "Elsa"),
            is_team("Arif", "Cahya", "Fajar", "Gina"),
            is_team("Cahya", "Danu", "Elsa", "Gina"),
            is_team("Bayu", "Cahya", "Elsa", "Fajar"),
            is_team("Arif", "Bayu", "Danu", "Fajar"),
        ),
        explanation=(
            "Setiap susunan yang lain melanggar satu syarat: Arif tanpa Bayu, Cahya bersama Danu, "
            "Elsa bersama Fajar, atau Danu tanpa Gina."
        ),
    )


def _folders() -> Puzzle:
    return Puzzle(
        difficulty="medium",
        opening=(
            "Enam map, yaitu merah, biru, hijau, kuning, putih, dan hitam, berjajar dari kiri ke "
            "kanan di atas rak."
        ),
        arrangements=_lines("merah", "biru", "hijau", "kuning", "putih", "hitam"),
        clues=(
            ("Map merah tepat di sebelah kiri map biru.", lambda o: o["merah"] + 1 == o["biru"]),
            ("Map hijau di ujung kanan.", lambda o: o["hijau"] == 6),
            (
                "Tepat dua map terletak di antara map kuning dan map putih.",
                lambda o: abs(o["kuning"] - o["putih"]) == 3,
            ),
            (
                "Map hitam di sebelah kanan map kuning, tidak harus bersebelahan.",
                lambda o: o["hitam"] > o["kuning"],
            ),
        ),
        question="Pernyataan manakah yang pasti benar?",
        options=(
            (
                "Map hitam tepat di sebelah kiri map hijau.",
                lambda o: o["hitam"] + 1 == o["hijau"],
            ),
            ("Map kuning di ujung kiri.", lambda o: o["kuning"] == 1),
            ("Map biru tepat di sebelah kiri map putih.", lambda o: o["biru"] + 1 == o["putih"]),
            ("Map merah di ujung kiri.", lambda o: o["merah"] == 1),
            ("Map hitam tepat di sebelah kanan map biru.", lambda o: o["hitam"] == o["biru"] + 1),
        ),
        explanation=(
            "Kuning dan putih menempati urutan 1 dan 4, merah dan biru urutan 2 dan 3, hitam "
            "urutan 5, hijau urutan 6. Kuning dan putih dapat bertukar tempat. Seandainya kuning "
            "dan putih di urutan 2 dan 5, hitam akan berada di sebelah kiri kuning."
        ),
    )


def _race() -> Puzzle:
    return Puzzle(
        difficulty="medium",
        opening=(
            "Wawan, Yuni, Zaki, Rina, dan Tono mengikuti lomba lari. Tidak ada dua pelari yang "
            "mencapai garis akhir bersamaan."
        ),
        arrangements=_lines("Wawan", "Yuni", "Zaki", "Rina", "Tono"),
        clues=(
            ("Wawan finis sebelum Yuni.", lambda o: o["Wawan"] < o["Yuni"]),
            ("Zaki finis setelah Yuni.", lambda o: o["Zaki"] > o["Yuni"]),
            ("Rina finis tepat setelah Wawan.", lambda o: o["Rina"] == o["Wawan"] + 1),
            ("Tono bukan juara pertama.", lambda o: o["Tono"] != 1),
        ),
        question="Pernyataan manakah yang tidak mungkin benar?",
        asks_what="cannot",
        options=(
            ("Zaki finis pada urutan ketiga.", lambda o: o["Zaki"] == 3),
            ("Tono finis pada urutan ketiga.", lambda o: o["Tono"] == 3),
            ("Yuni finis pada urutan keempat.", lambda o: o["Yuni"] == 4),
            ("Tono finis pada urutan kelima.", lambda o: o["Tono"] == 5),
            ("Zaki finis pada urutan keempat.", lambda o: o["Zaki"] == 4),
        ),
        explanation=(
            "Wawan pasti pertama dan Rina kedua. Zaki finis setelah Yuni, maka paling cepat pada "
            "urutan keempat."
        ),
    )


def _floors() -> Puzzle:
    names = ("Bagas", "Dina", "Farhan", "Hesti")
    units = ("Hukum", "Keuangan", "Kepegawaian", "Perencanaan")
    floors = [{**people, **offices} for people, offices in product(_lines(*names), _lines(*units))]

    def is_answer(name: str, floor: int) -> tuple[str, Condition]:
        text = f"{name}, di lantai {floor}"
        return text, lambda one: one[name] == floor == one["Keuangan"]

    return Puzzle(
        difficulty="hard",
        opening=(
            "Bagas, Dina, Farhan, dan Hesti bekerja di lantai 1, 2, 3, dan 4 sebuah gedung, satu "
            "orang di setiap lantai. Masing-masing bekerja di unit yang berbeda: Hukum, Keuangan, "
            "Kepegawaian, atau Perencanaan."
        ),
        arrangements=floors,
        clues=(
            (
                "Bagas bekerja tepat satu lantai di atas pegawai unit Keuangan.",
                lambda o: o["Bagas"] == o["Keuangan"] + 1,
            ),
            (
                "Dina bekerja di unit Hukum, tidak di lantai 1.",
                lambda o: o["Dina"] == o["Hukum"] != 1,
            ),
            ("Pegawai unit Perencanaan bekerja di lantai 4.", lambda o: o["Perencanaan"] == 4),
            (
                "Farhan bekerja di lantai yang lebih rendah daripada lantai Hesti.",
                lambda o: o["Farhan"] < o["Hesti"],
            ),
            ("Hesti tidak bekerja di lantai 4.", lambda o: o["Hesti"] != 4),
        ),
        question="Siapakah pegawai unit Keuangan, dan di lantai berapa ia bekerja?",
        options=(
            is_answer("Hesti", 3),
            is_answer("Hesti", 2),
            is_answer("Farhan", 1),
            is_answer("Farhan", 2),
            is_answer("Bagas", 3),
        ),
        explanation=(
            "Lantai 4 bukan lantai Hesti, bukan lantai Dina (unit Hukum), dan bukan lantai Farhan "
            "(lebih rendah daripada Hesti), maka lantai 4 adalah lantai Bagas. Unit Keuangan di "
            "lantai 3; Dina di unit Hukum dan Farhan di bawah Hesti, maka Hesti di lantai 3."
        ),
    )


def _villages() -> Puzzle:
    return Puzzle(
        difficulty="hard",
        opening=(
            "Tim penyuluh mengunjungi Desa Melati, Kenanga, Dahlia, Anggrek, Cempaka, dan Teratai "
            "dalam enam hari berturut-turut, satu desa setiap hari."
        ),
        arrangements=_lines("Melati", "Kenanga", "Dahlia", "Anggrek", "Cempaka", "Teratai"),
        clues=(
            ("Dahlia dikunjungi sebelum Anggrek.", lambda o: o["Dahlia"] < o["Anggrek"]),
            (
                "Kenanga dan Teratai dikunjungi pada dua hari yang berurutan.",
                lambda o: abs(o["Kenanga"] - o["Teratai"]) == 1,
            ),
            (
                "Cempaka dikunjungi tepat dua hari setelah Dahlia.",
                lambda o: o["Cempaka"] == o["Dahlia"] + 2,
            ),
            ("Anggrek tidak dikunjungi pada hari keenam.", lambda o: o["Anggrek"] != 6),
            ("Teratai dikunjungi pada hari kedua.", lambda o: o["Teratai"] == 2),
        ),
        question="Pernyataan manakah yang pasti benar?",
        options=(
            (
                "Anggrek dikunjungi tepat sehari setelah Dahlia.",
                lambda o: o["Anggrek"] == o["Dahlia"] + 1,
            ),
            ("Melati dikunjungi pada hari pertama.", lambda o: o["Melati"] == 1),
            ("Cempaka dikunjungi pada hari keenam.", lambda o: o["Cempaka"] == 6),
            ("Kenanga dikunjungi pada hari pertama.", lambda o: o["Kenanga"] == 1),
            ("Dahlia dikunjungi pada hari keempat.", lambda o: o["Dahlia"] == 4),
        ),
        explanation=(
            "Ada tiga urutan yang mungkin: Melati, Teratai, Kenanga, Dahlia, Anggrek, Cempaka; "
            "Kenanga, Teratai, Melati, Dahlia, Anggrek, Cempaka; Kenanga, Teratai, Dahlia, "
            "Anggrek, Cempaka, Melati. Anggrek selalu tepat sehari setelah Dahlia."
        ),
    )
