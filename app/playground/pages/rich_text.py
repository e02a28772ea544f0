"""Rich text, markdown and tables to HTML."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from app.playground.pages import emoji
from app.playground.pages.html import Child, join, link, safe_url, tag
from app.playground.pages.mrkdwn import broadcast, channel, date, mention, text_object
from app.playground.pages.place import Json, items
from app.playground.pages.reader import Reader

_STYLES = {"bold": "strong", "italic": "em", "strike": "del", "code": "code", "underline": "u", "highlight": "mark"}
# No raw HTML, no pictures; addresses are judged by the same rule as everywhere on the page.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_MARKDOWN.validateLink = lambda url: safe_url(url) is not None  # type: ignore[method-assign]


def rich_text(block: Json, reader: Reader) -> Markup:
    """A `rich_text` block or cell: sections, lists, quotes and preformatted text."""
    return join(*(_part(part, reader) for part in items(block.get("elements"))))


def markdown(text: str) -> Markup:
    """A `markdown` block: standard markdown, raw HTML shown as text."""
    rendered = _MARKDOWN.render(text).replace("<a href=", '<a target="_blank" rel="noopener noreferrer" href=')
    return tag("div", Markup(rendered), class_="markdown", dir="auto")  # noqa: S704 - the renderer escapes HTML


def table(block: Json, reader: Reader) -> Markup:
    """A `table` or `data_table`: the first row is the heading, column settings give the alignment."""
    rows = [_cells(row) for row in block.get("rows") or [] if isinstance(row, list)]
    settings = block.get("column_settings")
    columns = settings if isinstance(settings, list) else []

    def cell(name: str, one: Json, index: int) -> Markup:
        own = columns[index] if index < len(columns) and isinstance(columns[index], dict) else {}
        align = str(own.get("align", "left"))
        known = align if align in ("left", "center", "right") else "left"
        scope = "col" if name == "th" else None
        return tag(name, _cell(one, reader), class_=f"to-{known}", dir="auto", scope=scope)

    heads = rows[0] if rows else []
    head = tag("thead", tag("tr", *(cell("th", one, i) for i, one in enumerate(heads))))
    body = tag("tbody", *(tag("tr", *(cell("td", one, i) for i, one in enumerate(row))) for row in rows[1:]))
    caption = tag("caption", str(block["caption"])) if block.get("caption") else None
    return tag(
        "div", tag("table", caption, head, body), class_="table", tabindex="0", role="group", aria_label="Table"
    )


def _cells(row: list[object]) -> list[Json]:
    return [one if isinstance(one, dict) else {} for one in row]


def _cell(cell: Json, reader: Reader) -> Markup:
    if cell.get("type") == "rich_text":
        return rich_text(cell, reader)
    if "text" not in cell and "value" in cell:
        return escape(str(cell["value"]))
    return text_object(cell, reader)


def _part(part: Json, reader: Reader) -> Markup:
    kind = str(part.get("type"))
    leaves = [_leaf(one, reader) for one in items(part.get("elements"))]
    if kind == "rich_text_section":
        return tag("p", *leaves, dir="auto")
    if kind == "rich_text_quote":
        return tag("blockquote", *leaves, dir="auto")
    if kind == "rich_text_preformatted":
        return tag("pre", tag("code", *leaves))
    if kind == "rich_text_list":
        depth = part.get("indent")
        level = min(depth, 5) if isinstance(depth, int) else 0
        rows = (
            tag("li", *(_leaf(one, reader) for one in items(section.get("elements"))), dir="auto")
            for section in items(part.get("elements"))
        )
        name = "ol" if part.get("style") == "ordered" else "ul"
        offset = part.get("offset")
        start = offset + 1 if name == "ol" and isinstance(offset, int) and offset else None
        return tag(name, *rows, class_=f"indent-{level}", start=start)
    return tag("div", f"Unknown rich text: {kind}", class_="unknown", role="note")


def _leaf(leaf: Json, reader: Reader) -> Markup:
    kind = str(leaf.get("type"))
    shown: Child
    if kind == "text":
        shown = Markup("<br>").join(escape(str(leaf.get("text", ""))).split("\n"))
    elif kind == "link":
        address = str(leaf.get("url", ""))
        shown = link(address, str(leaf.get("text") or address))
    elif kind == "user":
        shown = mention(str(leaf.get("user_id", "")), reader)
    elif kind == "channel":
        shown = channel(str(leaf.get("channel_id", "")), reader)
    elif kind == "usergroup":
        shown = tag("span", reader.groups.get(str(leaf.get("usergroup_id")), "@group"), class_="mention")
    elif kind == "broadcast":
        shown = broadcast(str(leaf.get("range", "")))
    elif kind == "emoji":
        shown = emoji.show(str(leaf.get("name", "")))
    elif kind == "date":
        shown = _date(leaf, reader)
    else:
        shown = tag("span", str(leaf.get("text") or leaf.get("value") or f"[{kind}]"), class_="unknown")
    style = leaf.get("style")
    if isinstance(style, dict):
        for name, element in _STYLES.items():
            if style.get(name):
                shown = tag(element, shown)
    return escape(shown)


def _date(leaf: Json, reader: Reader) -> Markup:
    body = f"!date^{leaf.get('timestamp')}^{leaf.get('format') or '{date_long} {time}'}"
    return date(body, str(leaf.get("fallback", "")), reader)
