"""A sheet of A4 with the program's typeface, head and foot; what every paper begins with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableCellFillMode

FOLDER = Path(__file__).parent
TYPEFACE = FOLDER / "atkinson-regular.ttf"
FONT = "Atkinson"
NAVY = (11, 37, 69)
QUIET = (74, 90, 109)
GROUND = (243, 246, 250)


class Sheet(FPDF):
    """Pages with a foot line that says what the paper is and which of how many."""

    def __init__(self, title: str, foot: str, *, made_at: int) -> None:
        """Begin with one empty page.

        Args:
            title: of the document, for readers and screen readers.
            foot: stands at the foot of every page.
            made_at: the instant that the paper shows, ms since the epoch; also in the file, so
                that the same minutes give the same bytes.
        """
        super().__init__(format="A4")
        self._foot = foot
        for style, name in (("", "regular"), ("B", "bold")):
            self.add_font(FONT, style, FOLDER / f"atkinson-{name}.ttf")
            self.add_font(f"{FONT}X", style, FOLDER / f"atkinson-{name}-extended.ttf")
        self.set_fallback_fonts([f"{FONT}X"])
        self.set_title(title)
        self.set_creation_date(datetime.fromtimestamp(made_at / 1_000, UTC))
        self.set_margins(15, 15)
        self.set_auto_page_break(auto=True, margin=18)
        self.add_page()

    def footer(self) -> None:
        """The foot of each page; called by fpdf2."""
        self.set_y(-13)
        self.set_font(FONT, size=8)
        self.set_text_color(*QUIET)
        self.cell(0, 5, self._foot)
        self.set_x(-35)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def head(self, title: str, lines: Sequence[str]) -> None:
        """The title of the paper and what it is about."""
        self.set_text_color(*NAVY)
        self.set_font(FONT, "B", 16)
        self.multi_cell(0, 8, title, new_x="LMARGIN", new_y="NEXT")
        self.set_font(FONT, size=10)
        self.set_text_color(0)
        for line in lines:
            self.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
        self.set_draw_color(*NAVY)
        self.set_line_width(0.6)
        self.line(15, self.get_y() + 2, 195, self.get_y() + 2)
        self.ln(6)

    def section(self, title: str) -> None:
        """A heading inside the paper."""
        self.ln(2)
        self.set_font(FONT, "B", 12)
        self.set_text_color(*NAVY)
        self.multi_cell(0, 7, title, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0)
        self.set_font(FONT, size=9)

    def rows(
        self, heading: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> None:
        """A table whose heading is repeated on every page."""
        self.set_font(FONT, size=8.5)
        self.set_draw_color(201, 211, 223)
        self.set_line_width(0.2)
        with self.table(
            col_widths=tuple(widths),
            line_height=5,
            cell_fill_color=GROUND,
            cell_fill_mode=TableCellFillMode.ROWS,
            text_align="LEFT",
        ) as table:
            for values in (heading, *rows):
                row = table.row()
                for value in values:
                    row.cell(value)
        self.ln(2)

    def signatures(self, roles: Sequence[str]) -> None:
        """Places to sign, side by side."""
        if self.get_y() > 235:
            self.add_page()
        self.ln(10)
        width = 180 / len(roles)
        top = self.get_y()
        self.set_font(FONT, size=9)
        for index, role in enumerate(roles):
            self.set_xy(15 + index * width, top)
            self.cell(width, 5, role)
            self.line(15 + index * width, top + 26, 15 + (index + 1) * width - 8, top + 26)
        self.set_y(top + 30)

    def content(self) -> bytes:
        """The file."""
        return bytes(self.output())
