"""The encoders behind a pipe: a child process without secrets, timed, restarted when it dies or overruns."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

from app.routing.ranking import child
from app.routing.ranking.shapes import EncoderUnavailable, Floats

_log = structlog.get_logger(__name__)
# Small enough that a query never waits long behind bulk work: about 50 ms at one thread.
_CHUNK = {"e5": 4, "use": 24}


def _unavailable(model: str) -> EncoderUnavailable:
    return EncoderUnavailable(f"The {model} encoder does not answer now; try again in a few seconds.", retry_after=2)


class NoEncoders:
    """No models at all: the ranking is lexical."""

    available: frozenset[str] = frozenset()
    waiting = 0

    async def start(self) -> None:
        """Nothing to start."""

    async def ready(self, seconds: float) -> bool:
        """Never."""
        return False

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> Floats:
        """Raises EncoderUnavailable."""
        raise _unavailable(model)

    async def close(self) -> None:
        """Nothing to stop."""


@dataclass
class _Request:
    model: str
    texts: list[str]
    answer: asyncio.Future[Floats]


class ChildEncoders:
    """One child process that encodes one request at a time, queries before bulk work."""

    def __init__(
        self,
        models: Sequence[str] = ("e5", "use"),
        *,
        threads: int = 1,
        text_seconds: float = 2.0,
        start_seconds: float = 30.0,
        backoff: tuple[float, float] = (0.1, 30.0),
    ) -> None:
        """`text_seconds` limits each text; `backoff` is the first and the longest pause between restarts."""
        self._models = tuple(models)
        self._threads = threads
        self._text_seconds = text_seconds
        self._start_seconds = start_seconds
        self._backoff = backoff
        self._queues: tuple[deque[_Request], deque[_Request]] = (deque(), deque())
        self._work = asyncio.Event()
        self._up = asyncio.Event()
        self._available: frozenset[str] = frozenset()
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._served = 0

    @property
    def available(self) -> frozenset[str]:
        """The models the living child has loaded."""
        return self._available

    @property
    def waiting(self) -> int:
        """Texts of queries waiting now."""
        return sum(len(one.texts) for one in self._queues[0])

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the child and its keeper; returns at once. `ready` waits for the models."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep(), name="encoders")

    async def ready(self, seconds: float) -> bool:
        """Wait until the child answers, at most so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), seconds)
        return self._up.is_set()

    async def encode(self, model: str, texts: Sequence[str], *, bulk: bool = False) -> Floats:
        """Vectors (n, dim); an answer within the time limit or EncoderUnavailable."""
        size = _CHUNK.get(model, 4) * (1 if self._threads == 1 else 4)
        found: list[Floats] = []
        for at in range(0, len(texts), size):
            if model not in self._available:
                raise _unavailable(model)
            answer: asyncio.Future[Floats] = asyncio.get_running_loop().create_future()
            self._queues[1 if bulk else 0].append(_Request(model, list(texts[at : at + size]), answer))
            self._work.set()
            found.append(await answer)
        return np.concatenate(found) if found else np.zeros((0, 0), np.float32)

    async def close(self) -> None:
        """Stop the child; what waits is told so."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _keep(self) -> None:
        """Keep a child alive, with longer pauses when it dies again and again."""
        pause = self._backoff[0]
        while True:
            self._served = 0
            try:
                process = await self._spawn()
                try:
                    await self._serve(process)
                finally:
                    await self._bury(process)
            except (OSError, ValueError, KeyError, TypeError, TimeoutError, asyncio.IncompleteReadError) as error:
                self._report("encoder child failed", error=type(error).__name__)
            # A child that did some work is replaced at once; one that dies at its start, ever more slowly.
            pause = self._backoff[0] if self._served >= 3 else min(pause * 2, self._backoff[1])
            await asyncio.sleep(pause)

    def _report(self, event: str, **facts: object) -> None:
        """A warning, unless the child was told to end: a supervisor stops all processes of a service at once."""
        told_to = self._process is not None and self._process.returncode == -signal.SIGTERM
        (_log.debug if told_to else _log.warning)(event, **facts)

    async def _spawn(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(Path(child.__file__)),
            *self._models,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(self._threads),
            cwd="/" if os.name == "posix" else None,
            # In a group of its own: signals to ours are the parent's to answer, and it ends this process itself.
            start_new_session=True,
        )
        self._process = process
        return process

    async def _serve(self, process: Process) -> None:
        """Greet the child and hand it requests until it dies (returns) or overruns (TimeoutError)."""
        async with asyncio.timeout(self._start_seconds):
            hello = json.loads(await _read(process))
        self._available = frozenset(hello["models"]) & frozenset(self._models)
        self._up.set()
        death = asyncio.create_task(process.wait())
        try:
            while True:
                request = await self._next(death)
                if request is None:
                    self._report("encoder child ended", code=process.returncode)
                    return
                if request.answer.cancelled():
                    continue
                try:
                    async with asyncio.timeout(self._text_seconds * max(len(request.texts), 1)):
                        rows = await _ask(process, request)
                except BaseException:
                    _settle(request, None)
                    raise
                _settle(request, rows)
                self._served += 1
        finally:
            death.cancel()

    async def _next(self, death: asyncio.Task[int]) -> _Request | None:
        """The next request, a query's first; None when the child has died."""
        while not death.done():
            for queue in self._queues:
                if queue:
                    return queue.popleft()
            self._work.clear()
            work = asyncio.create_task(self._work.wait())
            try:
                await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                work.cancel()
        return None

    async def _bury(self, process: Process) -> None:
        self._available = frozenset()
        self._up.clear()
        for queue in self._queues:
            while queue:
                _settle(queue.popleft(), None)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        # Shielded, so that a cancelled keeper still leaves no zombie behind.
        await asyncio.shield(process.wait())


def _environment(threads: int) -> dict[str, str]:
    """All the child gets to know: no tokens, no database address; one thread a model unless told otherwise."""
    count = str(threads)
    counted = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    # Threads that spin while they wait for one another made e5 forty times slower on a busy machine.
    patient = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
    return {**kept, **patient, **dict.fromkeys(counted, count), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}


def _settle(request: _Request, rows: Floats | None) -> None:
    if request.answer.done():
        return
    if rows is None:
        request.answer.set_exception(_unavailable(request.model))
    else:
        request.answer.set_result(rows)


async def _read(process: Process) -> bytes:
    assert process.stdout is not None
    (length,) = struct.unpack(">I", await process.stdout.readexactly(4))
    if length > child.MOST_BYTES:
        raise ValueError(f"a frame of {length} bytes")
    return await process.stdout.readexactly(length)


async def _ask(process: Process, request: _Request) -> Floats | None:
    assert process.stdin is not None
    body = json.dumps({"model": request.model, "texts": request.texts}).encode()
    process.stdin.write(child.frame(body))
    await process.stdin.drain()
    answer = json.loads(await _read(process))
    if "error" in answer:
        return None
    rows: Floats = np.frombuffer(await _read(process), dtype="<f4").reshape(answer["rows"], answer["columns"])
    if len(rows) != len(request.texts):
        raise ValueError("the child answered another question")
    return rows
