"""Paper of the exam day: minutes, attendance lists, PIN slips, seat labels. PDF in pure Python."""
