"""What a workspace is made of: plain records, changed only through `workspace.Workspace`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.playground import cast

Block = dict[str, Any]
ChannelKind = Literal["public", "private", "im", "mpim"]


class SlackError(Exception):
    """An `{"ok": false}` answer: `code` is Slack's error word, `extra` goes into the body beside it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


@dataclass
class Member:
    """One user of the workspace (or a partner's); `kind` as in `cast.Person`, or `bot`."""

    id: str
    handle: str
    name: str
    display_name: str
    title: str
    email: str
    zone: str
    locale: str
    kind: str = "full"
    admin: bool = False
    team_id: str = cast.TEAM_ID
    status_text: str = ""
    status_emoji: str = ""
    snoozed_until: int = 0
    in_huddle: bool = False
    updated: int = 0

    @property
    def bot(self) -> bool:
        """Whether this is the app's own user."""
        return self.kind == "bot"

    @property
    def left(self) -> bool:
        """Whether the account is deactivated."""
        return self.kind == "left"

    @property
    def guest(self) -> bool:
        """Whether the person sees only the channels they were put into."""
        return self.kind in ("guest", "single")

    @property
    def outsider(self) -> bool:
        """Whether the person belongs to another team (Slack Connect)."""
        return self.team_id != cast.TEAM_ID


@dataclass
class Message:
    """A posted message. `user` is always set; `bot_id` only when the app posted it."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str = ""
    subtype: str = ""
    bot_id: str = ""
    username: str = ""
    icon_emoji: str = ""
    metadata: dict[str, Any] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    edited_ts: str = ""
    edited_by: str = ""
    deleted: bool = False
    broadcast: bool = False
    # What the person about to click has filled in around it, when a page knows: {block_id: {action_id: state}}.
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it lives inside a thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Ephemeral:
    """A message only `to` can see, gone when dismissed or deleted by its response URL."""

    ts: str
    channel: str
    to: str
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str = ""
    from_slack: bool = False
    deleted: bool = False
    edited: bool = False
    values: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Channel:
    """A conversation of any kind; `members` in order of joining, `messages` by ts."""

    id: str
    name: str
    kind: ChannelKind
    purpose: str = ""
    topic: str = ""
    creator: str = ""
    created: int = 0
    shared: bool = False
    archived: bool = False
    general: bool = False
    community: str = ""
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    @property
    def direct(self) -> bool:
        """Whether it is a DM or a group DM."""
        return self.kind in ("im", "mpim")


@dataclass
class View:
    """A modal or a Home. `payload` is what the app sent; `values` what the person filled in so far."""

    id: str
    kind: Literal["modal", "home"]
    person: str
    payload: dict[str, Any]
    hash: str
    root_id: str = ""
    previous_id: str = ""
    # The conversation in which the person was when it was opened, for `default_to_current_conversation`.
    channel: str = ""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    @property
    def callback_id(self) -> str:
        """The app's name for it, or an empty string."""
        return str(self.payload.get("callback_id") or "")

    @property
    def external_id(self) -> str:
        """The app's own key for it, or an empty string."""
        return str(self.payload.get("external_id") or "")

    @property
    def blocks(self) -> list[Block]:
        """The blocks as sent."""
        return list(self.payload.get("blocks") or [])

    @property
    def title(self) -> str:
        """The modal's title, or an empty string."""
        return str((self.payload.get("title") or {}).get("text") or "")


@dataclass
class Trigger:
    """A short-lived permit to open a modal for one person."""

    id: str
    person: str
    expires: datetime
    used: bool = False
    view_id: str = ""
    channel: str = ""


@dataclass
class ResponseUrl:
    """A permit to answer an interaction five times in thirty minutes."""

    token: str
    person: str
    channel: str
    expires: datetime
    uses_left: int = 5
    source_ts: str = ""
    source_ephemeral: bool = False
    thread_ts: str = ""


@dataclass
class Token:
    """An access token: which scopes it has, and whether it still works."""

    value: str
    scopes: frozenset[str]
    user: str = cast.BOT_USER_ID
    revoked: bool = False
    inactive: bool = False


@dataclass
class UserGroup:
    """A user group that can be mentioned with `<!subteam^id>`."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass
class FileItem:
    """An uploaded file; `shared_in` are channel ids, empty until the upload is completed."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes = b""
    uploaded: bool = False
    completed: bool = False
    shared_in: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """Something that pages redraw. `person` set: only they can see it. `version` grows by one each time.

    `kind`: message, message_changed, message_deleted, reaction, ephemeral, ephemeral_changed, view, home,
    channel, member, or `reset` (the watcher fell behind: redraw everything).
    """

    version: int
    kind: str
    channel: str = ""
    person: str = ""
    ts: str = ""
    view_id: str = ""


@dataclass(frozen=True)
class ApiCall:
    """One Web API call received: arguments without the token, HTTP status, and the answer's body."""

    method: str
    args: dict[str, Any]
    status: int
    answer: dict[str, Any]
    at: datetime
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether Slack said yes."""
        return bool(self.answer.get("ok"))

    @property
    def error(self) -> str:
        """Slack's error word, or an empty string."""
        return str(self.answer.get("error") or "")
