"""Reading drawn HTML back: which elements there are, and whether each closes."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "meta", "link"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def outline(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element with its attributes, in order; fails when one is not closed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], f"left open: {reader.open}"
    return reader.seen


def tags_of(html: str) -> set[str]:
    """The names of all elements."""
    return {name for name, _ in outline(html)}


def words_of(html: str) -> str:
    """All text, as a person reads it."""
    reader = _Reader()
    reader.feed(html)
    return "".join(reader.words)


def pretty(html: str) -> str:
    """One element a line, so that golden files show what changed."""
    return str(html).replace("><", ">\n<") + "\n"
