"""Messages to HTML: author, time, body, reactions, thread, and the menu of what can be done with one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.playground import cast
from app.playground.pages import tools
from app.playground.pages.attached import draw_file
from app.playground.pages.blocks import draw_blocks
from app.playground.pages.html import Child, join, link, tag
from app.playground.pages.mrkdwn import mrkdwn
from app.playground.pages.place import Place, items
from app.playground.pages.reader import Reader
from app.playground.slack.config import Shortcut
from app.playground.slack.state import Ephemeral, FileItem, Message

Shown = Message | Ephemeral


@dataclass(frozen=True)
class Stage:
    """What drawing messages needs beside the reader: where the page lives, and the shortcuts it offers.

    `inside`: the person is a member and may react; `writable`: they may also reply. `files` are by id, fetched under
    `file_url`.
    """

    reader: Reader
    base: str
    shortcuts: tuple[Shortcut, ...] = ()
    threads: dict[str, list[Shown]] = field(default_factory=dict)
    inside: bool = True
    writable: bool = True
    files: Mapping[str, FileItem] = field(default_factory=dict)
    file_url: str = ""


def draw_history(messages: Sequence[Shown], stage: Stage) -> Markup:
    """The rows of the message list, with a divider where a new day begins for the reader."""
    rows: list[Markup] = []
    last_day = ""
    for message in messages:
        day = stage.reader.local(float(message.ts)).date().isoformat()
        if day != last_day:
            words = stage.reader.date(float(message.ts), "date_long_pretty")
            words = words[:1].upper() + words[1:]
            row = tag("span", words)
            rows.append(tag("li", row, class_="day", id=f"day-{day}", data_mark=_mark(row)))
            last_day = day
        rows.append(draw_message(message, stage))
    return join(*rows)


def draw_message(message: Shown, stage: Stage) -> Markup:
    """One row of the list. `data-mark` changes when anything in it does, so that a page redraws only that row."""
    private = isinstance(message, Ephemeral)
    key = f"m-{message.ts.replace('.', '-')}"
    name, by_app = _author(message, stage.reader)
    parts = join(
        avatar(cast.BOT_USER_ID if by_app else str(getattr(message, "user", "slack")), name),
        tag(
            "div",
            _private_note() if private else None,
            _head(message, name, by_app, stage.reader),
            _body(message, key, stage.reader),
            *(_files(message, stage) if isinstance(message, Message) else ()),
            _reactions(message, stage) if isinstance(message, Message) else None,
            _thread(message, key, stage) if isinstance(message, Message) else None,
            class_="msg-body",
        ),
        _tools(message, key, stage) if isinstance(message, Message) else None,
    )
    return tag(
        "li",
        parts,
        id=key,
        class_="msg ephemeral" if private else "msg",
        data_ts=message.ts,
        data_channel=message.channel,
        data_container="ephemeral" if private else "message",
        data_mark=_mark(parts),
        tabindex="-1",
    )


def avatar(person: str, name: str) -> Markup:
    """A square with initials; its colour comes from the id."""
    if person == cast.BOT_USER_ID:
        return tag("span", "🌳", class_="avatar bot", aria_hidden="true")
    letters = "".join(word[0] for word in name.split()[:2] if word[:1].isalnum()).upper() or "?"
    hue = int(hashlib.blake2s(person.encode(), digest_size=2).hexdigest(), 16) % 10
    return tag("span", letters, class_=f"avatar hue-{hue}", aria_hidden="true")


def _mark(parts: Markup) -> str:
    return hashlib.blake2s(parts.encode(), digest_size=8).hexdigest()


def _author(message: Shown, reader: Reader) -> tuple[str, bool]:
    if isinstance(message, Ephemeral):
        return ("Slackbot", False) if message.from_slack else ("Baobab", True)
    if message.bot_id:
        return message.username or "Baobab", True
    return reader.people.get(message.user, message.user), False


def _head(message: Shown, name: str, by_app: bool, reader: Reader) -> Markup:
    at = float(message.ts)
    full = f"{reader.date(at, 'date_long')} {reader.time(at)} ({reader.zone.replace('_', ' ')})"
    moment = reader.local(at).astimezone(ZoneInfo("UTC")).isoformat(timespec="seconds")
    return tag(
        "div",
        tag("strong", name, class_="author", dir="auto"),
        tag("span", "APP", class_="badge") if by_app else None,
        tag("time", reader.time(at), datetime=moment, title=full),
        class_="msg-head",
    )


def _body(message: Shown, key: str, reader: Reader) -> Markup:
    blocks = items(message.blocks)
    values = message.values if isinstance(message, Ephemeral) else {}
    drawn = (
        draw_blocks(blocks, Place(reader, key, values=values, channel=message.channel))
        if blocks
        else tag("div", mrkdwn(message.text, reader), class_="text", dir="auto", lang="")
        if message.text
        else None
    )
    edited = isinstance(message, Message) and message.edited_ts and not message.bot_id
    return join(
        drawn,
        tag("small", "(edited)", class_="edited") if edited else None,
        *(_attachment(one, f"{key}-a{index}", reader) for index, one in enumerate(items(message.attachments))),
    )


def _attachment(attachment: dict[str, object], key: str, reader: Reader) -> Markup:
    blocks = items(attachment.get("blocks"))
    title, address = str(attachment.get("title") or ""), str(attachment.get("title_link") or "")
    words: list[Child] = [
        mrkdwn(str(attachment.get("pretext") or ""), reader),
        tag("p", link(address, title) if address else title, class_="title") if title else None,
        mrkdwn(str(attachment.get("text") or attachment.get("fallback") or ""), reader),
    ]
    return tag("div", draw_blocks(blocks, Place(reader, key)) if blocks else join(*words), class_="attachment")


def _private_note() -> Markup:
    dismiss = tag("button", "Dismiss", type="button", class_="plain", data_do="dismiss")
    return tag("p", "👁 Only visible to you", " · ", dismiss, class_="private-note")


def _files(message: Message, stage: Stage) -> list[Markup]:
    known = (stage.files.get(ident) for ident in message.files)
    return [draw_file(one, stage.file_url) for one in known if one is not None]


def _reactions(message: Message, stage: Stage) -> Markup | None:
    return tools.reactions(message.reactions, stage.reader.me, stage.reader.people, can_add=stage.inside)


def _tools(message: Message, key: str, stage: Stage) -> Markup | None:
    if not stage.inside:
        return None
    return tools.bar(key, stage.shortcuts, can_reply=stage.writable and not message.is_reply)


def _thread(message: Message, key: str, stage: Stage) -> Markup | None:
    if message.is_reply:
        return None
    replies = [one for one in stage.threads.get(message.ts, []) if one.ts != message.ts]
    if not replies and not stage.writable:
        return None
    inner = replace(stage, threads={})
    count = len(replies)
    words = f"{count} {'reply' if count == 1 else 'replies'}" if replies else "New thread"
    last = tag("span", f"last at {stage.reader.time(float(replies[-1].ts))}", class_="last") if replies else None
    # Without replies it stays hidden until somebody chooses "Reply in thread".
    return tag(
        "details",
        tag("summary", words, last),
        tag("ol", *(draw_message(one, inner) for one in replies), class_="replies", id=f"{key}-replies"),
        reply_form(message.ts, key, stage) if stage.writable else None,
        class_="thread",
        id=f"{key}-thread",
        hidden=not replies,
    )


def reply_form(ts: str, key: str, stage: Stage) -> Markup:
    """The small composer under a thread."""
    box = tag(
        "textarea", "", name="text", id=f"{key}-reply", rows="1", placeholder="Reply…", dir="auto", aria_label="Reply"
    )
    return tag(
        "form",
        tag("input", type="hidden", name="thread_ts", value=ts),
        box,
        tag("button", "Reply", class_="btn"),
        method="post",
        action=f"{stage.base}/send",
        class_="composer reply",
        data_send=True,
    )
