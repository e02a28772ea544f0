"""Live updates: a stream of "something changed" for one person; the page then fetches itself anew."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from app.playground.slack.state import Change
from app.playground.slack.workspace import Workspace

# A comment now and then tells a proxy that the stream lives, and tells us when the reader has gone.
BREATH = 15.0


async def stream(
    workspace: Workspace, person: str, since: int | None, *, instance: str = "", closing: asyncio.Event | None = None
) -> AsyncIterator[str]:
    """Server-sent events: each has the feed's version as id, and what changed as data.

    The first one, `server`, names the running server, so that a page learns of a restart. Ends with the reader,
    or when `closing` is set.
    """
    yield f"retry: 1000\nevent: server\ndata: {instance}\n\n"
    stopped = asyncio.ensure_future((closing or asyncio.Event()).wait())
    changes = workspace.watch(person, since).__aiter__()
    waiting: asyncio.Future[Change] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(changes.__anext__())
            either: set[asyncio.Future[Any]] = {waiting, stopped}
            done, _ = await asyncio.wait(either, timeout=BREATH, return_when=asyncio.FIRST_COMPLETED)
            if stopped in done:
                return
            if not done:
                yield ": here\n\n"
                continue
            change = waiting.result()
            waiting = None
            told = {"kind": change.kind, "channel": change.channel, "version": change.version}
            yield f"id: {change.version}\ndata: {json.dumps(told)}\n\n"
    finally:
        stopped.cancel()
        if waiting is not None:
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await waiting
