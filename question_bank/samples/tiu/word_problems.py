"""Word problems; the numbers of the text and of the key are the same variables."""

from fractions import Fraction

from question_bank.samples.tiu.draft import Draft, show_number, show_rupiah

TOPIC = "numerik-cerita"


def drafts() -> list[Draft]:
    """All of them, easy ones first."""
    return [
        _discount(), _speed(), _average(),
        _two_workers(), _new_colleague(), _two_buses(), _profit(),
        _ages(), _late_project(),
    ]  # fmt: skip


def _discount() -> Draft:
    price, percent = 180_000, 15
    saved = Fraction(price * percent, 100)
    return Draft(
        difficulty="easy",
        stem=(
            f"Sebuah tas berharga {show_rupiah(price)} dijual dengan potongan harga {percent}%. "
            "Harga yang harus dibayar pembeli adalah …"
        ),
        options=tuple(
            show_rupiah(value)
            for value in (price - saved, saved, price - 15_000, price + saved, price * 9 // 10)
        ),
        explanation="Potongan 15% × Rp180.000,00 = Rp27.000,00; sisanya Rp153.000,00.",
    )


def _speed() -> Draft:
    kilometres, hours = 150, Fraction(5, 2)
    speeds = (kilometres / hours, Fraction(75), Fraction(50), Fraction(65), Fraction(375))
    return Draft(
        difficulty="easy",
        stem=(
            f"Sebuah mobil penyuluh menempuh jarak {kilometres} km dalam waktu 2 jam 30 menit. "
            "Kecepatan rata-rata mobil tersebut adalah …"
        ),
        options=tuple(f"{show_number(speed)} km/jam" for speed in speeds),
        explanation="2 jam 30 menit = 2,5 jam; 150 : 2,5 = 60 km/jam.",
    )


def _average() -> Draft:
    marks = (76, 84, 90, 72, 88)
    mean = Fraction(sum(marks), len(marks))
    listed = ", ".join(map(str, marks[:-1]))
    return Draft(
        difficulty="easy",
        stem=(
            f"Dalam lima kali latihan Budi memperoleh nilai {listed}, dan {marks[-1]}. Nilai "
            "rata-rata Budi adalah …"
        ),
        options=tuple(
            show_number(value) for value in (mean, 84, 81, 80, Fraction(sum(marks), len(marks) - 1))
        ),
        explanation="Jumlah nilainya 410; 410 : 5 = 82.",
    )


def _two_workers() -> Draft:
    slow, fast = 12, 6
    together = 1 / (Fraction(1, slow) + Fraction(1, fast))
    hours = (together, Fraction(slow + fast, 2), Fraction(slow - fast), Fraction(3), Fraction(5))
    return Draft(
        difficulty="medium",
        stem=(
            f"Seorang diri, Ani menata arsip sebuah kantor dalam {slow} jam, sedangkan Budi menata "
            f"arsip yang sama dalam {fast} jam. Jika bekerja bersama dengan kecepatan "
            "masing-masing, mereka selesai dalam waktu …"
        ),
        options=tuple(f"{show_number(value)} jam" for value in hours),
        explanation="Dalam satu jam selesai 1/12 + 1/6 = 1/4 pekerjaan, maka perlu 4 jam.",
    )


def _new_colleague() -> Draft:
    count, mean, new_mean = 9, 72, 73
    mark = new_mean * (count + 1) - mean * count
    return Draft(
        difficulty="medium",
        stem=(
            f"Nilai rata-rata ujian {count} pegawai adalah {mean}. Setelah nilai Dewi ikut "
            f"dihitung, nilai rata-rata menjadi {new_mean}. Nilai Dewi adalah …"
        ),
        options=tuple(map(show_number, (mark, 73, 74, 81, 83))),
        explanation="Jumlah baru 10 × 73 = 730, jumlah lama 9 × 72 = 648; selisihnya 82.",
    )


def _two_buses() -> Draft:
    distance, first, second, starts_at = 210, 60, 80, 8 * 60
    minutes = Fraction(distance, first + second) * 60
    others = (Fraction(distance, first), Fraction(5, 2), Fraction(3), Fraction(5, 4))
    times = (minutes, *(60 * hours for hours in others))
    return Draft(
        difficulty="medium",
        stem=(
            f"Kota P dan Kota Q berjarak {distance} km. Pada pukul {_clock(starts_at)} sebuah bus "
            f"berangkat dari Kota P menuju Kota Q dengan kecepatan {first} km/jam. Pada saat yang "
            f"sama bus lain berangkat dari Kota Q menuju Kota P melalui jalan yang sama dengan "
            f"kecepatan {second} km/jam. Kedua bus berpapasan pada pukul …"
        ),
        options=tuple(_clock(starts_at + int(value)) for value in times),
        explanation="Kecepatan mendekat 140 km/jam; 210 : 140 = 1,5 jam, yaitu pukul 09.30.",
    )


def _profit() -> Draft:
    count, cost, early, price, late_price = 40, 3_000, 30, 4_000, 2_400
    spent = count * cost
    earned = early * price + (count - early) * late_price
    percent = Fraction(100 * (earned - spent), spent)
    mistakes = (Fraction(100 * (earned - spent), earned), Fraction(100, 3), 24, 15)
    return Draft(
        difficulty="medium",
        stem=(
            f"Seorang pedagang membeli {count} buah kelapa dengan harga {show_rupiah(cost)} per "
            f"buah. Sebanyak {early} buah dijual dengan harga {show_rupiah(price)} per buah dan "
            f"sisanya {show_rupiah(late_price)} per buah. Keuntungan pedagang itu adalah …"
        ),
        options=tuple(_percent(value) for value in (percent, *mistakes)),
        explanation=(
            "Modal Rp120.000,00; hasil penjualan Rp120.000,00 + Rp24.000,00 = Rp144.000,00; "
            "keuntungan Rp24.000,00 dari Rp120.000,00, yaitu 20%."
        ),
    )


def _ages() -> Draft:
    found = {
        father + child
        for father in range(11, 121)
        for child in range(11, father)
        if father == 3 * child and father - 10 == 5 * (child - 10)
    }
    assert len(found) == 1
    return Draft(
        difficulty="hard",
        stem=(
            "Sekarang umur seorang ayah tiga kali umur anaknya. Sepuluh tahun yang lalu umur ayah "
            "itu lima kali umur anaknya. Jumlah umur mereka sekarang adalah …"
        ),
        options=tuple(f"{value} tahun" for value in (*found, 60, 64, 72, 84)),
        explanation=(
            "Misalkan umur anak n: 3n − 10 = 5(n − 10), maka n = 20 dan umur ayah 60. Jumlahnya 80."
        ),
    )


def _late_project() -> Draft:
    workers, days, worked, gone = 15, 24, 8, 3
    rest = Fraction(workers * (days - worked), workers - gone)
    delay = worked + rest - days
    return Draft(
        difficulty="hard",
        stem=(
            f"Sebuah gedung direncanakan selesai dibangun oleh {workers} pekerja dalam {days} "
            f"hari. Setelah {worked} hari bekerja, {gone} pekerja dipindahkan dan pekerjaan "
            "diteruskan oleh pekerja yang tersisa dengan kecepatan yang sama. Pembangunan gedung "
            "itu terlambat selesai selama …"
        ),
        options=tuple(f"{show_number(value)} hari" for value in (delay, 2, 3, 6, rest)),
        explanation=(
            "Sisa pekerjaan 15 × 16 = 240 hari kerja; oleh 12 pekerja selesai dalam 20 hari. "
            "Seluruhnya 8 + 20 = 28 hari, terlambat 4 hari."
        ),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}.{minutes % 60:02}"


def _percent(value: Fraction | int) -> str:
    exact = Fraction(value)
    return f"{exact.numerator // exact.denominator}" + (
        f" {exact % 1}%" if exact.denominator > 1 else "%"
    )
