"""A result's post as Slack can show it: Slack has no tables in a window, and would show Markdown as it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    Block,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)

from app.i18n import Reader
from app.slack.mrkdwn import cut
from app.slack.views import kit

_LINK = re.compile(r"\[(.+)\]\((\S+)\)")
_HEADING = re.compile(r"#+ (.+)|\*\*(.+)\*\*")
_BETWEEN = re.compile(r"(?<!\\)\|")
_RULER = re.compile(r"\|(?: -+:? \|)+")
# What `plainly` puts around typed words so that the forum shows them as they are.
_ESCAPED = re.compile(r"\\(.)|&lt;|&amp;|@\u200b")


@dataclass(frozen=True)
class _Line:
    text: str
    kind: str = "text"
    address: str = ""


def as_blocks(post: str, most: int, reader: Reader) -> list[Block]:
    """A post that `topic.text` made, cut between two lines where it is longer than `most`; its link stays whole."""
    _ = reader.words()
    kept: list[_Line] = []
    left, cut_off = most, False
    for line in _lines(post):
        if line.kind == "link":
            kept.append(line)
            continue
        if cut_off:
            continue
        # A line of its own can be longer than all that is to be shown.
        fitting = line if len(line.text) <= left or kept else _Line(cut(line.text, left), line.kind)
        cut_off = len(fitting.text) > left or fitting is not line
        if len(fitting.text) <= left:
            kept.append(fitting)
            left -= len(fitting.text)
        if cut_off:
            kept.append(_Line(_("… The post goes on from here."), "note"))
    return _blocks(kept)


def _lines(post: str) -> list[_Line]:
    lines: list[_Line] = []
    for written in post.split("\n"):
        if not written or _RULER.fullmatch(written):
            continue
        if written == "---":
            lines.append(_Line("", "divider"))
        elif found := _LINK.fullmatch(written):
            lines.append(_Line(_plain(found[1]), "link", found[2]))
        elif found := _HEADING.fullmatch(written):
            lines.append(_Line(_plain(found[1] or found[2]), "heading"))
        elif written.startswith("- "):
            lines.append(_Line(_plain(written[2:]), "bullet"))
        elif written.startswith("| "):
            lines.append(_row(written, first=not lines or lines[-1].kind not in ("row", "head")))
        else:
            lines.append(_Line(_plain(written)))
    return lines


def _row(written: str, *, first: bool) -> _Line:
    cells = [_plain(one.strip()) for one in _BETWEEN.split(written)[1:-1]]
    if first:
        return _Line(" · ".join(one for one in cells if one), "head")
    # In an order the place comes before what is placed.
    names = 2 if re.fullmatch(r"\d+\.", cells[0]) and len(cells) > 3 and not cells[2].endswith("%") else 1
    return _Line(f"{' '.join(cells[:names])}: {' · '.join(one for one in cells[names:] if one)}", "row")


def _plain(written: str) -> str:
    """Words as they were typed."""

    def typed(found: re.Match[str]) -> str:
        return found[1] or {"&lt;": "<", "&amp;": "&"}.get(found[0], "@")

    return _ESCAPED.sub(typed, written)


def _blocks(lines: list[_Line]) -> list[Block]:
    shown: list[Block] = []
    parts: list[RichTextSectionElement | RichTextListElement] = []
    points: list[RichTextSectionElement] = []

    def end_list() -> None:
        if points:
            parts.append(RichTextListElement(style="bullet", elements=list(points)))
            points.clear()

    def end_text() -> None:
        end_list()
        if parts:
            shown.append(RichTextBlock(elements=list(parts)))
            parts.clear()

    for line in lines:
        if line.kind in ("bullet", "row"):
            points.append(RichTextSectionElement(elements=[_words(line)]))
            continue
        end_list()
        if line.kind == "divider":
            end_text()
            shown.append(kit.divider())
        else:
            parts.append(RichTextSectionElement(elements=[_words(line), RichTextElementParts.Text(text="\n")]))
    end_text()
    return shown


def _words(line: _Line) -> RichTextElementParts.Text | RichTextElementParts.Link:
    if line.kind == "link":
        return RichTextElementParts.Link(url=line.address, text=line.text)
    style = RichTextElementParts.TextStyle(
        bold=line.kind == "heading" or None, italic=line.kind in ("head", "note") or None
    )
    return RichTextElementParts.Text(
        text=line.text, style=style if line.kind in ("heading", "head", "note") else None
    )
