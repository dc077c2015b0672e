"""The people of all tests: candidates Ani and Budi, proctor Citra, administrator Dewi."""

ANI = "24-5521-0017"
BUDI = "24-5521-0018"
CITRA = "citra"
DEWI = "dewi"
PIN = "271828"
PASSWORD = "kata sandi yang panjang"  # noqa: S105 - of people who do not exist
EXAM_SESSION = "skd-pagi"
ROOM = "A"
