"""Permits with an end: tokens, triggers (three seconds, once) and response URLs (five uses, thirty minutes)."""

from __future__ import annotations

from datetime import timedelta

from app.clock import Clock
from app.playground import cast
from app.playground.slack.config import SlackConfig
from app.playground.slack.state import Ephemeral, Message, ResponseUrl, SlackError, Token, Trigger

RESPONSE_URL_LIFE = timedelta(minutes=30)


class Grants:
    """Gives out permits and takes them in again."""

    def __init__(self, config: SlackConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self.tokens: dict[str, Token] = {config.bot_token: Token(config.bot_token, config.scopes)}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}

    def token(self, value: str) -> Token:
        """A working token. `not_authed` when empty, `invalid_auth`, `token_revoked`, `account_inactive`."""
        if not value:
            raise SlackError("not_authed")
        found = self.tokens.get(value)
        if found is None:
            raise SlackError("invalid_auth")
        if found.revoked:
            raise SlackError("token_revoked")
        if found.inactive:
            raise SlackError("account_inactive")
        return found

    def trigger(self, person: str, *, view_id: str = "", channel: str = "") -> str:
        """A new trigger id for one interaction of a person; `view_id` when it happened in a view."""
        ident = f"{len(self.triggers) + 1}.{cast.TEAM_ID}.{self._clock.fresh_id()}"
        expires = self._clock.now() + timedelta(seconds=self._config.trigger_life)
        self.triggers[ident] = Trigger(ident, person, expires, view_id=view_id, channel=channel)
        return ident

    def use_trigger(self, ident: str) -> Trigger:
        """Spend a trigger. `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`."""
        found = self.triggers.get(ident)
        if found is None:
            raise SlackError("invalid_trigger_id")
        if found.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > found.expires:
            raise SlackError("expired_trigger_id")
        found.used = True
        return found

    def response_url(self, person: str, channel: str, source: Message | Ephemeral | None = None) -> str:
        """A new response URL for one interaction; `source` is the message that was clicked."""
        token = self._clock.fresh_id()
        self.response_urls[token] = ResponseUrl(
            token,
            person,
            channel,
            self._clock.now() + RESPONSE_URL_LIFE,
            source_ts=source.ts if source else "",
            source_ephemeral=isinstance(source, Ephemeral),
            thread_ts=source.thread_ts if source else "",
        )
        return f"{self._config.base_url}/response/{cast.TEAM_ID}/{token}"

    def use_response_url(self, token: str) -> ResponseUrl:
        """Spend one use. `invalid_url`, `expired_url`, `used_url`."""
        found = self.response_urls.get(token)
        if found is None:
            raise SlackError("invalid_url")
        if self._clock.now() > found.expires:
            raise SlackError("expired_url")
        if found.uses_left <= 0:
            raise SlackError("used_url")
        found.uses_left -= 1
        return found
