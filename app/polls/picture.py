"""Results as a picture: bars in one dark colour with their numbers beside them, clear in grey and on paper too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import fontpkg_noto_sans
from PIL import Image, ImageDraw, ImageFont

WIDTH = 1000
EDGE = 40
BAR_WIDTH, BAR_HEIGHT = 640, 30
LABEL_LINES, TITLE_LINES = 2, 4
INK, BAR, TRACK, PAPER = "#1d1c1d", "#2f4a36", "#e4e6e1", "#ffffff"
_FONT = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"


@dataclass(frozen=True)
class Row:
    """One bar: its label, how full it is (0 to 1), and its number in words."""

    label: str
    share: float
    number: str


@dataclass(frozen=True)
class Chart:
    """One question: its text, its bars, and a line below them ("" for none)."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""


def draw(title: str, charts: tuple[Chart, ...], foot: str) -> bytes:
    """A PNG of the charts one below the other. Takes some tenths of a second: call it in a thread."""
    # Drawn once to learn how high it is, and once for good.
    height = _paint(ImageDraw.Draw(Image.new("RGB", (WIDTH, 8), PAPER)), title, charts, foot)
    image = Image.new("RGB", (WIDTH, height), PAPER)
    _paint(ImageDraw.Draw(image), title, charts, foot)
    made = BytesIO()
    image.quantize(32).save(made, "PNG", optimize=True)
    return made.getvalue()


def described(title: str, charts: tuple[Chart, ...], foot: str) -> str:
    """The same in words, for those who do not see it."""
    lines = [title]
    for chart in charts:
        if chart.title != title:
            lines.append(chart.title)
        lines += [f"{row.label}: {row.number}" for row in chart.rows]
        lines += [chart.note] if chart.note else []
    return ". ".join([*lines, foot])


def _paint(on: ImageDraw.ImageDraw, title: str, charts: tuple[Chart, ...], foot: str) -> int:
    """Paint from the top; the height that it takes."""
    y = _text(on, EDGE, EDGE, title, 34, bold=True, lines=TITLE_LINES) + 16
    for chart in charts:
        if chart.title != title:
            y = _text(on, EDGE, y + 14, chart.title, 26, bold=True, lines=TITLE_LINES) + 6
        for row in chart.rows:
            y = _text(on, EDGE, y + 12, row.label, 22, lines=LABEL_LINES) + 4
            on.rectangle((EDGE, y, EDGE + BAR_WIDTH, y + BAR_HEIGHT), fill=TRACK)
            if row.share > 0:
                on.rectangle((EDGE, y, EDGE + max(4, round(BAR_WIDTH * row.share)), y + BAR_HEIGHT), fill=BAR)
            _text(on, EDGE + BAR_WIDTH + 20, y - 2, row.number, 22, bold=True, lines=1)
            y += BAR_HEIGHT
        if chart.note:
            y = _text(on, EDGE, y + 14, chart.note, 20, lines=2)
    return _text(on, EDGE, y + 24, foot, 18, lines=3) + EDGE


def _text(on: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, *, bold: bool = False, lines: int) -> int:
    """Write text in at most so many lines; where the next thing may begin."""
    font = _font(size, bold)
    step = round(size * 1.35)
    for line in _broken(text, font, WIDTH - EDGE - x, lines):
        on.text((x, y), line, fill=INK, font=font)
        y += step
    return y


def _broken(text: str, font: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Text in lines of at most this width; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest:
        fits = len(rest)
        while font.getlength(rest[:fits]) > width:
            # By halves, then one by one: a letter's width is not known beforehand.
            fits = fits // 2 if font.getlength(rest[: fits // 2]) > width else fits - 1
        cut = rest.rfind(" ", 0, fits + 1) if fits < len(rest) else fits
        cut = cut if cut > 0 else fits
        if len(lines) + 1 == most and cut < len(rest):
            lines.append(rest[: max(1, fits - 1)].rstrip() + "…")
            break
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return lines


@lru_cache(maxsize=16)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FONT), size)
    # Weight and width are axes of one file.
    font.set_variation_by_axes([700 if bold else 400, 100])
    return font
