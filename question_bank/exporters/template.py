"""The template of a spreadsheet: an example of every kind, and how to fill the columns in."""

from collections.abc import Mapping

from question_bank.exporters import spreadsheet
from question_bank.exporters.spreadsheet import Cells

INSTRUCTIONS = (
    "Satu butir soal satu baris. Hapus baris contoh, lalu isi baris Anda sendiri.",
    "One item a row. Delete the examples and write rows of your own.",
    "",
    "id: unik, huruf, angka, titik, garis / unique; letters, digits, . _ -",
    "section: bagian ujian / the blueprint draws by it, e.g. twk, tiu, tkp",
    "topic: bebas / free text; blueprints count by it",
    "difficulty: easy, medium, hard; kosong / empty: medium",
    "kind: choice, choices, number, text, order, match; kosong / empty: choice",
    "stem: pertanyaan / the question; **tebal / bold**, *miring / italic*",
    "option_a … option_z: pilihan / options",
    "option_a_points …: nilai tiap pilihan (TKP), tanpa key / points of each option, then no key",
    "target_a …: pasangan untuk match / what options of a match are matched with",
    "key: choice b · choices a c · number 2.5 atau/or 160/3 · text Solo | Kota Solo",
    "     order c a b · match a=b, b=a",
    "tolerance: number saja; termasuk batasnya / number only; edges included",
    "right, wrong, blank: nilai / points; kosong / empty: 5, 0, 0",
    "shuffle: false menjaga urutan pilihan / keeps the order of options",
    "image, image_alt: berkas gambar di folder yang sama, dan teks penggantinya /",
    "     a picture file in the same folder, and the text that stands for it; option_a_image … too",
    "stimulus: nama bacaan bersama; stimulus_text sekali saja / name of a shared text, told once",
    "explanation: pembahasan / why the key is right; never shown during an exam",
    "version: naikkan bila soal berubah / raise it when a stored item changes",
    "",
    "Format sel sebagai teks, supaya 1/2 tidak menjadi tanggal.",
    "Format cells as text, so that 1/2 does not become a date.",
)
EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "id": "contoh-choice",
        "section": "twk",
        "topic": "nasionalisme",
        "difficulty": "easy",
        "kind": "choice",
        "stem": "Semboyan **Bhinneka Tunggal Ika** ditulis dalam bahasa apa?",
        "option_a": "Jawa Kuno",
        "option_b": "Melayu",
        "option_c": "Sunda",
        "key": "a",
        "explanation": "Semboyan itu berasal dari kakawin Sutasoma.",
    },
    {
        "id": "contoh-points",
        "section": "tkp",
        "stem": "Rekan Anda terlambat menyerahkan laporan. Anda …",
        "option_a": "menanyakan kendalanya dan membantu",
        "option_a_points": "5",
        "option_b": "mengingatkan tenggatnya",
        "option_b_points": "3",
        "option_c": "menunggu saja",
        "option_c_points": "1",
    },
    {
        "id": "contoh-choices",
        "section": "tiu",
        "kind": "choices",
        "stem": "Toko mana yang menjual lebih dari 50?",
        "option_a": "Toko A",
        "option_b": "Toko B",
        "option_c": "Toko C",
        "key": "b c",
        "stimulus": "tabel-1",
        "stimulus_text": "Penjualan tiga toko: A 40, B 55, C 65.",
    },
    {
        "id": "contoh-number",
        "section": "tiu",
        "kind": "number",
        "stem": "Berapa rata-rata penjualan ketiga toko?",
        "key": "160/3",
        "tolerance": "0.01",
        "stimulus": "tabel-1",
    },
    {
        "id": "contoh-text",
        "section": "tiu",
        "kind": "text",
        "stem": "Apa ibu kota Provinsi Jawa Tengah?",
        "key": "Semarang | Kota Semarang",
    },
    {
        "id": "contoh-order",
        "section": "tiu",
        "kind": "order",
        "stem": "Urutkan dari yang terkecil.",
        "option_a": "1/2",
        "option_b": "1/3",
        "option_c": "1/4",
        "key": "c b a",
    },
    {
        "id": "contoh-match",
        "section": "tiu",
        "kind": "match",
        "stem": "Pasangkan provinsi dengan ibu kotanya.",
        "option_a": "Jawa Barat",
        "option_b": "Bali",
        "target_a": "Denpasar",
        "target_b": "Bandung",
        "target_c": "Serang",
        "key": "a=b, b=a",
        "right": "10",
    },
)
_EMPTY = ("version", "image", "image_alt", "option_d", "option_e", "wrong", "blank", "shuffle")


def template(form: str) -> bytes:
    """The template as "csv" or "xlsx"; only a workbook has room for instructions."""
    rows: list[Cells] = [dict(row) for row in EXAMPLES]
    if form == "csv":
        return spreadsheet.csv_of(rows, more=_EMPTY)
    return spreadsheet.xlsx_of(rows, INSTRUCTIONS, more=_EMPTY)
