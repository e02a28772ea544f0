"""A load generator for one HTTP door on this machine: requests made beforehand, connections kept, two ways to load.

`closed`: so many callers, each sending its next request when the last is answered. `steady`: so many requests a
second whatever the answers do; a request's time then counts from when it was due.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from app.slack.signature import sign

HOST = "127.0.0.1"


@dataclass
class Outcome:
    """What came of a load: answers by status, and times in seconds, sorted."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (len(self.times) - self.refused) / self.seconds

    def at(self, share: float) -> float:
        """The time within which this share was answered, in milliseconds."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))] * 1000


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load) -> None:
        self._load = load
        self._buffer = b""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._load.lost(self, error)

    def send(self, request: bytes, since: float) -> None:
        self.since = since
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = int(self._buffer[:end].lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(self._buffer) >= end + 4 + length:
            good = self._buffer[9:12] == b"200"
            self._buffer = b""
            self._load.answered(self, good=good)


class _Load:
    def __init__(self, requests: Iterator[bytes], until: float | None) -> None:
        self.requests = requests
        self.until = until
        self.outcome = Outcome()
        self.idle: deque[_Connection] = deque()
        self.due: deque[float] = deque()
        self.under_way = 0
        self.over = asyncio.get_running_loop().create_future()
        self.done = False

    def lost(self, connection: _Connection, error: Exception | None) -> None:
        if connection in self.idle:
            # The server closes what is idle for long; the others go on.
            self.idle.remove(connection)
        elif not self.done and not self.over.done():
            self.over.set_exception(error or ConnectionError("the server closed a connection"))

    def answered(self, connection: _Connection, *, good: bool) -> None:
        now = time.perf_counter()
        self.outcome.times.append(now - connection.since)
        self.outcome.refused += not good
        self.under_way -= 1
        if self.until is not None and now < self.until:
            self.send(connection, now)
        elif self.due:
            self.send(connection, self.due.popleft())
        else:
            self.idle.append(connection)
            if self.under_way == 0 and self.until is not None and not self.over.done():
                self.over.set_result(None)

    def send(self, connection: _Connection, since: float) -> None:
        self.under_way += 1
        connection.send(next(self.requests), since)


async def closed(port: int, requests: Iterator[bytes], *, callers: int, seconds: float) -> Outcome:
    """Load by callers that wait for their answers."""
    load = _Load(requests, 0.0)
    connections = await _connect(port, load, callers)
    began = time.perf_counter()
    load.until = began + seconds
    for one in connections:
        load.send(one, began)
    async with asyncio.timeout(seconds + 30):
        await load.over
    return _finished(load, connections, time.perf_counter() - began)


async def steady(port: int, requests: Iterator[bytes], *, rate: float, seconds: float) -> Outcome:
    """Load at a rate, over as many as 64 connections."""
    load = _Load(requests, None)
    connections = await _connect(port, load, 64)
    load.idle.extend(connections)
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if load.idle:
            load.send(load.idle.pop(), due)
        else:
            load.due.append(due)
    async with asyncio.timeout(30):
        while (load.under_way or load.due) and not load.over.done():  # noqa: ASYNC110 - the end of a load
            await asyncio.sleep(0.005)
    if load.over.done():
        load.over.result()
    return _finished(load, connections, time.perf_counter() - began)


async def _connect(port: int, load: _Load, number: int) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(lambda: _Connection(load), HOST, port))[1] for _ in range(number)]


def _finished(load: _Load, connections: list[_Connection], seconds: float) -> Outcome:
    load.done = True
    for one in connections:
        one.transport.close()
    load.outcome.seconds = seconds
    load.outcome.times.sort()
    return load.outcome


def signed(secret: str, fields: dict[str, str]) -> bytes:
    """One request of Slack as it goes over the wire."""
    body = urlencode(fields).encode()
    stamp = str(int(time.time()))
    return (
        f"POST /slack/events HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: Slackbot 1.0\r\nAccept: */*\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: {sign(secret, stamp, body)}\r\n\r\n"
    ).encode() + body
