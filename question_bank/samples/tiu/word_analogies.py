"""Verbal analogies, written by hand: the first option of each is the key."""

from question_bank.samples.tiu.draft import Draft

TOPIC = "verbal-analogi"


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [*_easy(), *_medium(), *_hard()]


def _easy() -> list[Draft]:
    return [
        Draft(
            difficulty="easy",
            stem="NELAYAN : JALA = PETANI : …",
            options=("CANGKUL", "SAWAH", "PADI", "PANEN", "DESA"),
            explanation="Jala adalah alat kerja nelayan; cangkul adalah alat kerja petani.",
        ),
        Draft(
            difficulty="easy",
            stem="HAUS : MINUM = LELAH : …",
            options=("ISTIRAHAT", "BEKERJA", "KERINGAT", "PEGAL", "LEMAH"),
            explanation="Haus hilang dengan minum; lelah hilang dengan istirahat.",
        ),
        Draft(
            difficulty="easy",
            stem="NAKHODA : KAPAL = … : …",
            options=(
                "PILOT : PESAWAT",
                "PENUMPANG : BUS",
                "MONTIR : MOBIL",
                "PELABUHAN : PERAHU",
                "STASIUN : KERETA API",
            ),
            explanation="Nakhoda memimpin pelayaran kapal; pilot memimpin penerbangan pesawat.",
        ),
    ]


def _medium() -> list[Draft]:
    return [
        Draft(
            difficulty="medium",
            stem="KOMPAS : ARAH = … : …",
            options=(
                "TERMOMETER : SUHU",
                "PALU : PAKU",
                "TIMBANGAN : PASAR",
                "JAM : DINDING",
                "PENA : TINTA",
            ),
            explanation="Kompas menunjukkan arah; termometer menunjukkan suhu.",
        ),
        Draft(
            difficulty="medium",
            stem="KAPAS : BENANG : KAIN = … : … : …",
            options=(
                "PADI : BERAS : NASI",
                "BERAS : PADI : NASI",
                "PASIR : SEMEN : BETON",
                "KAYU : MEJA : KURSI",
                "KULIT : SEPATU : TAS",
            ),
            explanation=(
                "Kapas diolah menjadi benang, lalu benang diolah menjadi kain. Padi diolah menjadi "
                "beras, lalu beras diolah menjadi nasi."
            ),
        ),
        Draft(
            difficulty="medium",
            stem="GERIMIS : HUJAN DERAS = … : …",
            options=(
                "ANGIN SEPOI-SEPOI : BADAI",
                "SAMUDRA : KOLAM",
                "API : ASAP",
                "KEMARAU : PENGHUJAN",
                "OMBAK : PANTAI",
            ),
            explanation=(
                "Kata kedua adalah gejala yang sama dengan kekuatan jauh lebih besar: gerimis "
                "lemah dan hujan deras kuat, angin sepoi-sepoi lemah dan badai kuat."
            ),
        ),
        Draft(
            difficulty="medium",
            stem="GELAP : CAHAYA = … : …",
            options=(
                "HENING : SUARA",
                "RAMAI : PENONTON",
                "HANGAT : API",
                "TERANG : LAMPU",
                "DINGIN : ES",
            ),
            explanation="Gelap berarti tidak ada cahaya; hening berarti tidak ada suara.",
        ),
    ]


def _hard() -> list[Draft]:
    return [
        Draft(
            difficulty="hard",
            stem="PREMIS : SIMPULAN = GEJALA : …",
            options=("DIAGNOSIS", "PENYAKIT", "OBAT", "PASIEN", "PENULARAN"),
            explanation=(
                "Simpulan ditarik berdasarkan premis; diagnosis ditarik berdasarkan gejala. "
                "Penyakit bukan sesuatu yang ditarik dari gejala, melainkan penyebabnya."
            ),
        ),
        Draft(
            difficulty="hard",
            stem="PENAWAR : RACUN = … : …",
            options=(
                "AMNESTI : HUKUMAN",
                "VONIS : HAKIM",
                "PAJAK : DENDA",
                "LUKA : PERBAN",
                "RESEP : APOTEKER",
            ),
            explanation=(
                "Penawar meniadakan akibat racun; amnesti meniadakan akibat hukuman. Pada "
                "LUKA : PERBAN urutannya terbalik dan perban hanya menutup luka."
            ),
        ),
    ]
