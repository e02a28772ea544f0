"""What the checks share: settings, the clock, one HTTP session, and Slack's answer to one `auth.test`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from app.clock import Clock
from app.db import Database
from app.doctor.findings import Finding
from app.settings import Settings

SLACK_SECONDS = 4


@dataclass(frozen=True)
class SlackReply:
    """Slack's answer: `error` is "" when it was fine, header names are in lower case, `at` is when it came.

    `reached` is false where no Slack answered; `error` then says why.
    """

    reached: bool
    error: str
    data: Mapping[str, Any]
    headers: Mapping[str, str]
    at: datetime


class Context:
    """Handed to every check. `database` is None where DATABASE_URL is none."""

    def __init__(self, settings: Settings, clock: Clock, http: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.clock = clock
        self.http = http

    @cached_property
    def _asked(self) -> asyncio.Task[SlackReply]:
        return asyncio.create_task(self._ask())

    async def slack(self) -> SlackReply:
        """Slack's answer to `auth.test`, asked once for all checks."""
        # A check that gives up waiting must not take the answer from the others.
        return await asyncio.shield(self._asked)

    async def _ask(self) -> SlackReply:
        # Slack's client logs what it sends; the doctor speaks for itself.
        quiet = logging.getLogger("app.doctor.slack")
        quiet.setLevel(logging.CRITICAL)
        client = AsyncWebClient(
            token=self.settings.slack_bot_token.get_secret_value().strip(),
            base_url=self.settings.slack_api_url,
            timeout=SLACK_SECONDS,
            logger=quiet,
            retry_handlers=[],
        )
        try:
            answer: Any = await client.auth_test()
        except SlackApiError as error:
            answer = error.response
            if not hasattr(answer, "headers"):
                return SlackReply(False, "its answer is no JSON", {}, {}, self.clock.now())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return SlackReply(False, type(error).__name__, {}, {}, self.clock.now())
        data = answer.data if isinstance(answer.data, dict) else {}
        headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
        error_name = "" if data.get("ok") else str(data.get("error") or f"HTTP {answer.status_code}")
        return SlackReply(bool(data), error_name, data, headers, self.clock.now())

    def open_database(self) -> Database:
        """The database of the settings; the caller closes it. ValueError for a URL of another kind."""
        return Database(self.settings.database_url, pool_size=1)


@dataclass(frozen=True)
class Check:
    """One check: its name, its function, and how many seconds it may take."""

    name: str
    run: Callable[[Context], Awaitable[Finding]]
    seconds: float = 5.0
