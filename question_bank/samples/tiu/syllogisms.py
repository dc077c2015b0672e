"""Syllogisms, each text beside its claim; the key is the one conclusion that follows."""

from question_bank.samples.tiu.draft import Draft
from question_bank.samples.tiu.entailment import Claim
from question_bank.samples.tiu.syllogism import Syllogism, check

TOPIC = "verbal-silogisme"
QUESTION = "Simpulan yang tepat adalah …"


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    syllogisms = (
        _archivists(), _pump(), _trainee(),
        _teachers(), _vehicles(), _flood(), _counter(),
        _farmers(), _traders(),
    )  # fmt: skip
    return [_draft(syllogism) for syllogism in syllogisms]


def _draft(syllogism: Syllogism) -> Draft:
    check(syllogism)
    premises = "\n".join(text for text, _ in syllogism.premises)
    return Draft(
        difficulty=syllogism.difficulty,
        stem=f"{premises}\n\n{QUESTION}",
        options=(syllogism.conclusion[0], *(text for text, _ in syllogism.others)),
        explanation=syllogism.explanation,
    )


def _archivists() -> Syllogism:
    return Syllogism(
        difficulty="easy",
        premises=(
            ("Semua arsiparis bekerja dengan teliti.", Claim("all", "arsiparis", "teliti")),
            (
                "Semua orang yang bekerja dengan teliti jarang salah mencatat.",
                Claim("all", "teliti", "jarang"),
            ),
        ),
        conclusion=(
            "Semua arsiparis jarang salah mencatat.",
            Claim("all", "arsiparis", "jarang"),
        ),
        others=(
            (
                "Semua orang yang jarang salah mencatat adalah arsiparis.",
                Claim("all", "jarang", "arsiparis"),
            ),
            (
                "Sebagian arsiparis tidak jarang salah mencatat.",
                Claim("not all", "arsiparis", "jarang"),
            ),
            (
                "Semua orang yang bekerja dengan teliti adalah arsiparis.",
                Claim("all", "teliti", "arsiparis"),
            ),
            (
                "Tidak ada arsiparis yang jarang salah mencatat.",
                Claim("no", "arsiparis", "jarang"),
            ),
        ),
        explanation=(
            "Jika semua A adalah B dan semua B adalah C, maka semua A adalah C. Kebalikannya "
            "tidak dapat disimpulkan."
        ),
    )


def _pump() -> Syllogism:
    return Syllogism(
        difficulty="easy",
        premises=(
            (
                "Setiap kali pompa air menyala, lampu hijau menyala.",
                Claim("all", "pompa", "lampu"),
            ),
            ("Saat ini lampu hijau tidak menyala.", Claim("is", "", "-lampu")),
        ),
        conclusion=("Saat ini pompa air tidak menyala.", Claim("is", "", "-pompa")),
        others=(
            ("Saat ini pompa air menyala.", Claim("is", "", "pompa")),
            ("Saat ini lampu hijau rusak.", Claim("is", "", "rusak")),
            (
                "Setiap kali lampu hijau menyala, pompa air menyala.",
                Claim("all", "lampu", "pompa"),
            ),
            ("Saat ini pompa air rusak.", Claim("is", "", "pompa_rusak")),
        ),
        explanation=(
            "Jika P maka Q; ternyata tidak Q; maka tidak P (modus tolens). Kerusakan tidak "
            "disebutkan dalam premis."
        ),
    )


def _trainee() -> Syllogism:
    return Syllogism(
        difficulty="easy",
        premises=(
            (
                "Tidak ada pegawai magang yang berwenang menandatangani kontrak.",
                Claim("no", "magang", "wenang"),
            ),
            ("Ani adalah pegawai magang.", Claim("is", "", "magang")),
        ),
        conclusion=(
            "Ani tidak berwenang menandatangani kontrak.",
            Claim("is", "", "-wenang"),
        ),
        others=(
            ("Ani berwenang menandatangani kontrak.", Claim("is", "", "wenang")),
            (
                "Semua yang tidak berwenang menandatangani kontrak adalah pegawai magang.",
                Claim("all", "-wenang", "magang"),
            ),
            (
                "Semua yang bukan pegawai magang berwenang menandatangani kontrak.",
                Claim("all", "-magang", "wenang"),
            ),
            (
                "Sebagian pegawai magang berwenang menandatangani kontrak.",
                Claim("some", "magang", "wenang"),
            ),
        ),
        explanation="Yang berlaku bagi setiap pegawai magang berlaku pula bagi Ani.",
    )


def _teachers() -> Syllogism:
    return Syllogism(
        difficulty="medium",
        premises=(
            (
                "Semua peserta pelatihan memperoleh sertifikat.",
                Claim("all", "peserta", "sertifikat"),
            ),
            ("Sebagian guru adalah peserta pelatihan.", Claim("some", "guru", "peserta")),
        ),
        conclusion=(
            "Sebagian guru memperoleh sertifikat.",
            Claim("some", "guru", "sertifikat"),
        ),
        others=(
            ("Semua guru memperoleh sertifikat.", Claim("all", "guru", "sertifikat")),
            (
                "Sebagian guru tidak memperoleh sertifikat.",
                Claim("not all", "guru", "sertifikat"),
            ),
            (
                "Semua orang yang memperoleh sertifikat adalah guru.",
                Claim("all", "sertifikat", "guru"),
            ),
            (
                "Sebagian peserta pelatihan bukan guru.",
                Claim("not all", "peserta", "guru"),
            ),
        ),
        explanation=(
            "Guru yang menjadi peserta pelatihan pasti memperoleh sertifikat. Tentang guru "
            "yang lain tidak ada keterangan: mereka mungkin memperolehnya dengan jalan lain."
        ),
    )


def _vehicles() -> Syllogism:
    return Syllogism(
        difficulty="medium",
        premises=(
            (
                "Tidak ada kendaraan dinas yang bernomor ganjil.",
                Claim("no", "dinas", "ganjil"),
            ),
            (
                "Sebagian kendaraan di halaman bernomor ganjil.",
                Claim("some", "halaman", "ganjil"),
            ),
        ),
        conclusion=(
            "Sebagian kendaraan di halaman bukan kendaraan dinas.",
            Claim("not all", "halaman", "dinas"),
        ),
        others=(
            (
                "Semua kendaraan di halaman bukan kendaraan dinas.",
                Claim("no", "halaman", "dinas"),
            ),
            (
                "Sebagian kendaraan di halaman adalah kendaraan dinas.",
                Claim("some", "halaman", "dinas"),
            ),
            (
                "Semua kendaraan yang tidak bernomor ganjil adalah kendaraan dinas.",
                Claim("all", "-ganjil", "dinas"),
            ),
            (
                "Semua kendaraan yang bernomor ganjil berada di halaman.",
                Claim("all", "ganjil", "halaman"),
            ),
        ),
        explanation=(
            "Kendaraan di halaman yang bernomor ganjil pasti bukan kendaraan dinas. Kendaraan "
            "di halaman yang lain mungkin kendaraan dinas, mungkin bukan."
        ),
    )


def _flood() -> Syllogism:
    return Syllogism(
        difficulty="medium",
        premises=(
            (
                "Jika curah hujan tinggi, permukaan sungai naik.",
                Claim("all", "hujan", "naik"),
            ),
            ("Jika permukaan sungai naik, pintu air dibuka.", Claim("all", "naik", "buka")),
        ),
        conclusion=(
            "Jika pintu air tidak dibuka, curah hujan tidak tinggi.",
            Claim("all", "-buka", "-hujan"),
        ),
        others=(
            ("Jika pintu air dibuka, curah hujan tinggi.", Claim("all", "buka", "hujan")),
            (
                "Jika curah hujan tidak tinggi, pintu air tidak dibuka.",
                Claim("all", "-hujan", "-buka"),
            ),
            (
                "Jika permukaan sungai tidak naik, pintu air tidak dibuka.",
                Claim("all", "-naik", "-buka"),
            ),
            (
                "Jika permukaan sungai naik, curah hujan tinggi.",
                Claim("all", "naik", "hujan"),
            ),
        ),
        explanation=(
            "Dari kedua premis: jika curah hujan tinggi, pintu air dibuka. Kontraposisinya: "
            "jika pintu air tidak dibuka, curah hujan tidak tinggi. Pintu air dapat dibuka "
            "karena sebab lain, maka pernyataan yang lain tidak pasti."
        ),
    )


def _counter() -> Syllogism:
    return Syllogism(
        difficulty="medium",
        premises=(
            (
                "Setiap pegawai bagian umum bertugas di loket atau di gudang.",
                Claim("all", "umum -loket", "gudang"),
            ),
            (
                "Semua pegawai yang bertugas di loket menguasai aplikasi antrean.",
                Claim("all", "loket", "aplikasi"),
            ),
            (
                "Budi adalah pegawai bagian umum yang tidak bertugas di gudang.",
                Claim("is", "", "umum -gudang"),
            ),
        ),
        conclusion=("Budi menguasai aplikasi antrean.", Claim("is", "", "aplikasi")),
        others=(
            ("Budi tidak bertugas di loket.", Claim("is", "", "-loket")),
            (
                "Semua pegawai bagian umum menguasai aplikasi antrean.",
                Claim("all", "umum", "aplikasi"),
            ),
            (
                "Semua pegawai yang menguasai aplikasi antrean bertugas di loket.",
                Claim("all", "aplikasi", "loket"),
            ),
            (
                "Tidak ada pegawai di gudang yang menguasai aplikasi antrean.",
                Claim("no", "gudang", "aplikasi"),
            ),
        ),
        explanation=(
            "Budi bertugas di loket atau di gudang; karena tidak di gudang, ia bertugas di "
            "loket, dan semua petugas loket menguasai aplikasi antrean."
        ),
    )


def _farmers() -> Syllogism:
    return Syllogism(
        difficulty="hard",
        premises=(
            (
                "Sebagian petani di Desa Sukamaju adalah peternak kambing.",
                Claim("some", "petani", "peternak"),
            ),
            (
                "Sebagian peternak kambing adalah penjual susu.",
                Claim("some", "peternak", "susu"),
            ),
        ),
        conclusion=(
            "Hubungan petani di Desa Sukamaju dengan penjual susu tidak dapat dipastikan.",
            ("petani", "susu"),
        ),
        others=(
            (
                "Sebagian petani di Desa Sukamaju adalah penjual susu.",
                Claim("some", "petani", "susu"),
            ),
            (
                "Sebagian petani di Desa Sukamaju bukan penjual susu.",
                Claim("not all", "petani", "susu"),
            ),
            (
                "Semua penjual susu adalah petani di Desa Sukamaju.",
                Claim("all", "susu", "petani"),
            ),
            (
                "Tidak ada petani di Desa Sukamaju yang menjual susu.",
                Claim("no", "petani", "susu"),
            ),
        ),
        explanation=(
            "Peternak kambing pada premis pertama dan pada premis kedua mungkin orang yang "
            "berbeda. Dua premis yang sama-sama berbunyi “sebagian” tidak menghasilkan "
            "simpulan."
        ),
    )


def _traders() -> Syllogism:
    return Syllogism(
        difficulty="hard",
        premises=(
            (
                "Semua anggota koperasi adalah warga RW 05.",
                Claim("all", "koperasi", "warga"),
            ),
            (
                "Tidak ada warga RW 05 yang menunggak iuran.",
                Claim("no", "warga", "tunggak"),
            ),
            ("Sebagian pedagang menunggak iuran.", Claim("some", "pedagang", "tunggak")),
        ),
        conclusion=(
            "Sebagian pedagang bukan anggota koperasi.",
            Claim("not all", "pedagang", "koperasi"),
        ),
        others=(
            (
                "Semua pedagang bukan anggota koperasi.",
                Claim("no", "pedagang", "koperasi"),
            ),
            (
                "Sebagian pedagang adalah warga RW 05.",
                Claim("some", "pedagang", "warga"),
            ),
            (
                "Sebagian anggota koperasi bukan pedagang.",
                Claim("not all", "koperasi", "pedagang"),
            ),
            (
                "Semua orang yang tidak menunggak iuran adalah anggota koperasi.",
                Claim("all", "-tunggak", "koperasi"),
            ),
        ),
        explanation=(
            "Pedagang yang menunggak iuran bukan warga RW 05, sehingga bukan anggota koperasi. "
            "Pedagang yang lain mungkin anggota, mungkin bukan."
        ),
    )
