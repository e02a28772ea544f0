"""The job engine: jobs are rows of the caller's transaction and run on DBOS, in this process or another.

Jobs that are enqueued while this process works are started at once; those of other processes within `probe`
seconds; DBOS's own poll, once a second, is the safety net.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from os import getpid
from typing import Any, Literal

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import Clock
from app.db import Database, sync_url
from app.jobs import metrics, runner
from app.jobs.after_commit import after_commit
from app.jobs.away import DATABASE_AWAY
from app.jobs.cron import Cron, ensure_cron, nightly
from app.jobs.heart import Heart
from app.jobs.inside import active_jobs, claim_now, stop_claiming
from app.jobs.loops import end, for_ever
from app.jobs.store import APPLICATION, QUEUE, VERSION, QueueHealth, anything_waiting, open_client, prepare
from app.jobs.store import queue_health as count_queue
from app.jobs.tasks import Task
from app.jobs.timers import TEMPO, Tempo, Timers

Role = Literal["all", "web", "worker"]
log = logging.getLogger(__name__)

# Jobs that may be under way in one process; most of them wait for a neighbour or for their turn.
AT_ONCE = 50
# Seconds of silence after which an executor counts as dead.
GRACE = 15.0


class JobEngine:
    """Enqueues in every role; runs jobs, timers and cron in the roles `all` and `worker`.

    `tasks` is the table of what can be run, by name; `cron` adds to the housekeeping of the night. DBOS is one a
    process, so only one engine may be started at a time in roles that work.
    """

    def __init__(
        self,
        database_url: str,
        db: Database,
        clock: Clock,
        tasks: Mapping[str, Task],
        role: Role = "all",
        *,
        cron: Sequence[Cron] = (),
        grace: float = GRACE,
        probe: float | None = None,
        tempo: Tempo = TEMPO,
    ) -> None:
        self.db = db
        self.clock = clock
        self.role: Role = role
        self.works = role != "web"
        self.executor = f"{socket.gethostname()}-{getpid()}-{clock.fresh_id()[-6:]}"
        self.timers = Timers(self, tempo)
        self._url = database_url
        self._cron = (*nightly(), *cron)
        self._runner = runner.Runner({**tasks, "jobs.housekeeping": self._housekeeping}, clock)
        self._grace = grace
        # Alone in its process, a worker hears of no commit and has to look more often.
        self._probe = probe if probe is not None else (0.1 if role == "worker" else 0.5)
        self._client: DBOSClient | None = None
        self._wanted = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="jobs")

    def add(self, tasks: Mapping[str, Task]) -> None:
        """Add to the table of tasks, before `start`; ValueError for a name that is taken."""
        if self._client is not None:
            raise RuntimeError("tasks are added before the job engine is started")
        if taken := self._runner.tasks.keys() & tasks.keys():
            raise ValueError(f"two tasks are called {', '.join(sorted(taken))}")
        self._runner.tasks.update(tasks)

    @property
    def client(self) -> DBOSClient:
        """DBOS's client; only between start and stop."""
        if self._client is None:
            raise RuntimeError("the job engine is not started")
        return self._client

    async def start(self) -> None:
        """Make the tables ready and, unless in the web role, begin to work. Call it on the app's event loop."""
        loop = asyncio.get_running_loop()
        _quiet_logging()
        await loop.run_in_executor(self._pool, prepare, self._url)
        self._client = await loop.run_in_executor(self._pool, open_client, self._url)
        if not self.works:
            return
        heart = Heart(self.executor, self.db, self.clock, self.client, self._runner, grace=self._grace)
        await heart.beat()
        runner.install(self._runner)
        on_sqlite = self.db.on_sqlite
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": sync_url(self._url),
                "application_version": VERSION,
                "executor_id": self.executor,
                "max_executor_threads": 16,
                "log_level": "WARNING",
                "sys_db_pool_size": 2 if on_sqlite else 8,
                "serializer": DBOSPortableJSONSerializer(),
                "use_listen_notify": False,
                "scheduler_polling_interval_sec": 3600.0,
                # Nothing here waits for DBOS's notifications; its poller only sleeps, and stopping waits for that.
                "notification_listener_polling_interval_sec": 0.05,
            }
        )
        # On this thread, so that DBOS adopts this loop; the schema is ready, so it is quick.
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        await DBOS.register_queue_async(QUEUE, polling_interval_sec=1.0, worker_concurrency=AT_ONCE)
        async with self.db.transaction() as session:
            await ensure_cron(session, self._cron, self.clock.now())
        self._loops = [
            asyncio.create_task(for_ever(name, endless), name=name)
            for name, endless in (
                ("jobs-kick", self._start_waiting),
                ("jobs-probe", self._look_for_work),
                ("jobs-heart", heart.keep_beating),
                ("jobs-timers", self.timers.keep_firing),
            )
        ]

    async def stop(self, *, patience: float = 5.0) -> None:
        """Let running jobs end for up to `patience` seconds, then hand the rest over to whoever runs next."""
        loop = asyncio.get_running_loop()
        await end(self._loops)
        self._loops = []
        if self.works and self._client is not None:
            seconds = await self._let_end(patience)
            # Never on the loop: it would block the jobs it waits for.
            await loop.run_in_executor(self._pool, lambda: DBOS.destroy(workflow_completion_timeout_sec=seconds))
            await self._runner.give_up()
            runner.install(None)
            # DBOS made its own thread pool the loop's default, and has just closed it.
            loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
            try:
                await Heart.bury(self.db, self.executor)
            except DATABASE_AWAY:
                # Others notice its silence instead, a little later.
                log.warning("an executor could not withdraw: the database does not answer", exc_info=True)
        if self._client is not None:
            await loop.run_in_executor(self._pool, self._client.destroy)
            self._client = None
        self._pool.shutdown(wait=False)

    async def _let_end(self, patience: float) -> int:
        """Claim no more and let go on what is awake; whole seconds that DBOS should wait itself, if it must."""
        try:
            stop_claiming()
            until = asyncio.get_running_loop().time() + patience
            # A job that sleeps until its next attempt is not worth waiting for: it sleeps on elsewhere.
            while active_jobs() - self._runner.asleep and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        except (AttributeError, TypeError, ImportError):
            log.warning("DBOS has changed inside: stopping takes whole seconds", exc_info=True)
            return int(patience) if self._runner.running else 0
        return 0

    async def enqueue(
        self,
        session: AsyncSession,
        name: str,
        key: str,
        args: dict[str, Any],
        *,
        delay: timedelta | None = None,
        due_at: datetime | None = None,
        late: float = 0.0,
    ) -> None:
        """Put a job into the caller's transaction; it starts once that is committed, `delay` later if given.

        `key` is unique for ever (255 characters): repeating it changes nothing. `args` must be JSON-able.
        """
        self.must_know(name)
        options: dict[str, Any] = {"workflow_name": name, "queue_name": QUEUE, "workflow_id": key}
        if delay is not None and delay > timedelta(0):
            options["delay_seconds"] = delay.total_seconds()
        envelope: dict[str, Any] = {"args": args}
        if due_at is not None:
            envelope |= {"due_at": due_at.isoformat(), "late": late}
        client = self.client
        await session.run_sync(lambda s: client.enqueue_in_transaction(s, options, envelope))  # type: ignore[arg-type]
        after_commit(session, self.kick)

    def knows(self, name: str) -> bool:
        """Whether the table of tasks has this name."""
        return name in self._runner.tasks

    def must_know(self, name: str) -> None:
        """Raise LookupError for a name that is not in the table of tasks."""
        if not self.knows(name):
            raise LookupError(f"no task is called {name}")

    def kick(self) -> None:
        """Say that work may be waiting, so that it is not left to the next poll. Call it on the event loop."""
        self._wanted.set()

    async def health(self) -> QueueHealth:
        """How the queue stands, for /readyz and /metrics; sets the gauges as well."""
        async with self.db.read_only() as session:
            health = await count_queue(session, self.clock.now())
        metrics.show(health)
        return health

    async def _start_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await loop.run_in_executor(self._pool, claim_now)
            except (*DATABASE_AWAY, AttributeError, TypeError, ImportError):
                # The database is away, or DBOS changed inside: its own poll does the same within a second.
                log.warning("could not start waiting jobs at once", exc_info=True)
                await asyncio.sleep(1.0)

    async def _look_for_work(self) -> None:
        while True:
            await asyncio.sleep(self._probe)
            await self._unless_database_away(self._probe_once)

    async def _probe_once(self) -> None:
        async with self.db.read_only() as session:
            if await anything_waiting(session) and len(self._runner.running) < AT_ONCE:
                self.kick()

    async def _unless_database_away(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except DATABASE_AWAY:
            log.warning("the database does not answer the job engine", exc_info=True)
            await asyncio.sleep(1.0)

    async def _housekeeping(self, ctx: Any, args: dict[str, Any]) -> None:
        from app.jobs.housekeeping import sweep

        await ctx.step("sweep", lambda: sweep(self.db, self.client, self.clock.now()))


def _quiet_logging() -> None:
    """DBOS logs as the app does: without this it adds a console handler of its own and keeps to itself."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
