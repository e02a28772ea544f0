"""Posts as HTML: a small, safe part of Markdown. Everything is escaped before any mark-up is made."""

from __future__ import annotations

import html
import re

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```\s*$", re.M | re.S)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\((https?://[^\s()<>\"']{1,1000})\)")
_BARE = re.compile(r"(?<![\"'>=\w])(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![\w*])[*_](?=[^\s*_])([^*_\n]+?)(?<=[^\s*_])[*_](?![\w*])")
_MENTION = re.compile(r"(?<![\w@/.-])@([\w.-]*\w)")
_BACKSLASH = re.compile(r"\\([\\`*_{}\[\]()#+.!|~@<>-])")
_BULLET = re.compile(r"^\s*[-*+]\s+(.*)$")
_NUMBER = re.compile(r"^\s*\d+[.)]\s+(.*)$")
_HEADING = re.compile(r"^(#{1,4})\s+(.*)$")
_ROW = re.compile(r"^\|(.*)\|$")
_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")
_ENTITY = re.compile(r"&amp;(lt|gt|amp|quot);")


def cook(raw: str) -> str:
    """The post's HTML. Links open only http and https addresses; raw HTML is shown as text."""
    kept: list[str] = []

    def keep(made: str) -> str:
        kept.append(made)
        return f"\x00{len(kept) - 1}\x00"

    text = re.sub("[\x00-\x02]", "", raw).replace("\r\n", "\n")
    text = _FENCE.sub(lambda m: "\n\n" + keep(f"<pre><code>{html.escape(m[1])}</code></pre>") + "\x02\n\n", text)
    text = _CODE.sub(lambda m: keep(f"<code>{html.escape(m[1])}</code>"), text)
    text = _BACKSLASH.sub(lambda m: keep(html.escape(m[1])), text)
    blocks = [_block(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
    cooked = "\n".join(blocks)
    return re.sub("\x00(\\d+)\x00\x02?", lambda m: kept[int(m[1])], cooked)


def _block(part: str) -> str:
    lines = part.strip("\n").split("\n")
    if heading := _HEADING.match(lines[0]):
        rest = "\n".join(lines[1:])
        level = min(len(heading[1]) + 1, 5)
        return f"<h{level}>{_inline(heading[2])}</h{level}>" + (f"\n{_block(rest)}" if rest.strip() else "")
    if all(line.startswith(">") for line in lines):
        return f"<blockquote>{_block(chr(10).join(line[1:].strip() for line in lines))}</blockquote>"
    for pattern, tag in ((_BULLET, "ul"), (_NUMBER, "ol")):
        items = [pattern.match(line) for line in lines]
        if all(items):
            inner = "".join(f"<li>{_inline(item[1])}</li>" for item in items if item)
            return f"<{tag}>{inner}</{tag}>"
    if len(lines) > 1 and _RULE.match(lines[1]) and all(_ROW.match(line) for line in lines):
        return _table(lines)
    if part.strip() == "---":
        return "<hr>"
    fence = re.fullmatch("\x00\\d+\x00\x02", part.strip())
    return part.strip()[:-1] if fence else "<p>" + "<br>\n".join(_inline(line) for line in lines) + "</p>"


def _table(lines: list[str]) -> str:
    """A header, a rule that says which columns stand to the right, and rows."""
    sides = [' style="text-align:right"' if one.strip().endswith(":") else "" for one in lines[1].split("|")[1:-1]]
    rows = []
    for tag, line in [("th", lines[0]), *(("td", line) for line in lines[2:])]:
        cells = zip(sides, line.split("|")[1:-1], strict=False)
        rows.append("".join(f"<{tag}{side}>{_inline(cell.strip())}</{tag}>" for side, cell in cells))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _inline(line: str) -> str:
    links: list[str] = []

    def link(label: str, address: str) -> str:
        links.append(f'<a href="{address}" rel="nofollow noopener">{label}</a>')
        return f"\x01{len(links) - 1}\x01"

    # Markdown reads entities: what a writer escaped is shown as the character.
    text = _ENTITY.sub(r"&\1;", html.escape(line, quote=True))
    text = _LINK.sub(lambda m: link(m[1], m[2]), text)
    text = _BARE.sub(lambda m: link(m[1], m[1]), text)
    text = _BOLD.sub(r"<strong>\1</strong>", text)
    text = _ITALIC.sub(r"<em>\1</em>", text)
    text = _MENTION.sub(r'<span class="mention">@\1</span>', text)
    return re.sub("\x01(\\d+)\x01", lambda m: links[int(m[1])], text)


def blurb(raw: str, length: int = 200) -> str:
    """The start of a post as plain text, cut at a word."""
    text = re.sub(r"[`*_>#]+|\\(?=\W)", "", _LINK.sub(r"\1", raw))
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: text.rfind(" ", 0, length) if " " in text[:length] else length] + "…"
