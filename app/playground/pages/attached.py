"""Files under a message: a card with what it is, how big, and a link that fetches it."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from app.playground.pages.html import tag
from app.playground.slack.files import filetype, kind
from app.playground.slack.state import FileItem

_SIGNS = {"csv": "📊", "xlsx": "📊", "parquet": "📊", "pdf": "📕", "ics": "📅", "zip": "🗜️"}
_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB"))


def size(count: int) -> str:
    """A number of bytes in words: `512 bytes`, `1.2 kB`, `34 MB`."""
    for unit, word in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {word}" if count < 10 * unit else f"{count / unit:.0f} {word}"
    return f"{count} byte{'' if count == 1 else 's'}"


def draw_file(item: FileItem, address: str) -> Markup:
    """One file; `address` is where this person fetches files, ending with a slash."""
    href = f"{address}{item.id}/{quote(item.name)}"
    title = item.title or item.name
    about = [kind(item.name), size(len(item.content)), *([item.name] if title != item.name else [])]
    return tag(
        "div",
        tag("span", _SIGNS.get(filetype(item.name), "📄"), class_="file-sign", aria_hidden="true"),
        tag(
            "span",
            tag("a", title, href=href, download=item.name, dir="auto"),
            tag("small", " · ".join(about), dir="auto"),
            class_="file-words",
        ),
        tag("a", "Download", href=href, download=item.name, class_="btn", aria_label=f"Download {item.name}"),
        class_="file",
    )
