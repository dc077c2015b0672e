"""The people of all tests: candidates Ani and Budi, proctor Citra, administrator Dewi."""

ANI = "24-5521-0017"
BUDI = "24-5521-0018"
CITRA = "citra"
DEWI = "dewi"
PIN = "271828"
PASSWORD = "kata sandi yang panjang"
EXAM_SESSION = "skd-pagi"
ROOM = "A"
JOURNAL_KEY = "6a" * 32
"""Draws of seats depend on the hashes of entries; in tests they come out the same every time."""
