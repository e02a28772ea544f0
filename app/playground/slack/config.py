"""How the local workspace is set up: secrets, scopes, the app's commands, where the app listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "dnd:read",
        "emoji:read",
        "files:write",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "mpim:read",
        "mpim:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
    }
)

BOT_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_created",
        "channel_rename",
        "channel_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
        "reaction_added",
        "reaction_removed",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)


@dataclass(frozen=True)
class Command:
    """One slash command as the manifest registers it; `name` begins with a slash."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = True


@dataclass(frozen=True)
class Shortcut:
    """One shortcut of the app: `kind` is `global` or `message`."""

    callback_id: str
    name: str
    kind: Literal["global", "message"] = "global"
    description: str = ""


@dataclass(frozen=True)
class SlackConfig:
    """Everything a local workspace needs to know.

    `base_url` is where this server is reached (without `/api/`); `request_url` where the app listens. With
    `commands` empty, any slash command is sent to the app, and so with `shortcuts`. Times are in seconds. Without
    `home_tab` no Home can be published, without `messages_tab` nobody gets direct messages, with
    `messages_read_only` nobody can write to the app, and without `interactive` clicks go nowhere: what a manifest
    forgot is found here.
    """

    request_url: str = "http://127.0.0.1:8000/slack/events"
    base_url: str = "http://127.0.0.1:8000/playground/slack"
    signing_secret: str = "playground-signing-secret"  # noqa: S105 - the local workspace's own
    bot_token: str = "xoxb-playground-bot"  # noqa: S105 - the local workspace's own
    scopes: frozenset[str] = BOT_SCOPES
    events: frozenset[str] = BOT_EVENTS
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    limits: Literal["off", "real"] = "off"
    answer_within: float = 3.0
    trigger_life: float = 3.0
    event_retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    domain: str = "baobab-playground"
    home_tab: bool = True
    messages_tab: bool = True
    messages_read_only: bool = False
    interactive: bool = True

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL has to be."""
        return f"{self.base_url}/api/"

    def with_manifest(self, manifest: Mapping[str, Any]) -> SlackConfig:
        """The same workspace with the app installed as an app manifest (parsed) says."""
        features = manifest.get("features") or {}
        scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or ()
        settings = manifest.get("settings") or {}
        events = (settings.get("event_subscriptions") or {}).get("bot_events") or ()
        tabs = features.get("app_home") or {}
        return replace(
            self,
            scopes=frozenset(scopes),
            events=frozenset(events),
            home_tab=bool(tabs.get("home_tab_enabled", False)),
            messages_tab=bool(tabs.get("messages_tab_enabled", True)),
            messages_read_only=bool(tabs.get("messages_tab_read_only_enabled", False)),
            interactive=bool((settings.get("interactivity") or {}).get("is_enabled", False)),
            commands=tuple(
                Command(
                    one["command"],
                    one.get("description", ""),
                    one.get("usage_hint", ""),
                    bool(one.get("should_escape")),
                )
                for one in features.get("slash_commands") or ()
            ),
            shortcuts=tuple(
                Shortcut(one["callback_id"], one["name"], one["type"], one.get("description", ""))
                for one in features.get("shortcuts") or ()
            ),
        )
