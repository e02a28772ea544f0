"""The batched way in: many at once share a commit, repeats are answered alike, every receipt's job runs once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlmodel import col, select

from app.db import Database
from app.jobs import metrics
from app.jobs.intake import Intake
from app.jobs.tasks import TaskContext
from models.receipt import Receipt
from tests.jobs.conftest import Running, until


async def nothing(ctx: TaskContext, args: dict[str, Any]) -> None:
    """A task with nothing to do."""


async def test_many_at_once_are_committed_together_and_each_job_runs_once(running: Running, db: Database) -> None:
    ran: list[str] = []

    async def note(ctx: TaskContext, args: dict[str, Any]) -> None:
        ran.append(f"{ctx.key} {args['n']}")

    commits = metrics.REGISTRY.get_sample_value("baobab_intake_batch_count") or 0.0
    async with running({"note": note}) as engine:
        intake = Intake(engine)
        await intake.start()
        told = await asyncio.gather(*(intake.accept(f"k:{n}", "T1", "note", {"n": n}, None) for n in range(60)))
        assert all(one.first for one in told)
        assert (metrics.REGISTRY.get_sample_value("baobab_intake_batch_count") or 0.0) - commits < 20
        await until(lambda: len(ran) == 60)
        async with db.read_only() as session:
            assert not (await session.exec(select(Receipt).where(col(Receipt.waiting).is_(True)))).all()
        await intake.stop()
    assert len(set(ran)) == 60


async def test_a_repeat_gets_the_first_answer_and_starts_nothing(running: Running, db: Database) -> None:
    ran: list[str] = []

    async def note(ctx: TaskContext, args: dict[str, Any]) -> None:
        ran.append(args["who"])

    async with running({"note": note}) as engine:
        intake = Intake(engine)
        await intake.start()
        at_once = await asyncio.gather(
            intake.accept("k", "T1", "note", {"who": "first"}, {"text": "one"}),
            intake.accept("k", "T1", "note", {"who": "second"}, {"text": "two"}),
        )
        later = await intake.accept("k", "T1", "note", {"who": "third"}, {"text": "three"})
        await until(lambda: ran)
        await asyncio.sleep(0.2)
        await intake.stop()
    assert sorted(one.first for one in at_once) == [False, True]
    assert {str(one.answer) for one in (*at_once, later)} == {str(at_once[0].answer)}
    assert not later.first
    assert len(ran) == 1


async def test_an_unfit_request_does_not_spoil_the_others(running: Running, db: Database) -> None:
    async with running({"note": nothing}) as engine:
        intake = Intake(engine)
        await intake.start()
        told = await asyncio.gather(
            intake.accept("good:1", "T1", "note", {}, None),
            intake.accept("bad", "T1", "note", {"not json": object()}, None),
            intake.accept("good:2", "T1", "note", {}, None),
            return_exceptions=True,
        )
        with pytest.raises(ValueError, match="255"):
            await intake.accept("x" * 256, "T1", "note", {}, None)
        with pytest.raises(LookupError):
            await intake.accept("k", "T1", "unheard of", {}, None)
        await intake.stop()
    assert [isinstance(one, Exception) for one in told] == [False, True, False]


async def test_receipts_of_a_process_that_died_are_started_by_the_next(running: Running, db: Database) -> None:
    ran: list[str] = []

    async def note(ctx: TaskContext, args: dict[str, Any]) -> None:
        ran.append(ctx.key)

    async with running({"note": note}, "web") as web, db.transaction() as session:
        session.add(Receipt(key="left", work={"name": "note", "args": {}}, waiting=True, created_at=web.clock.now()))
        session.add(Receipt(key="odd", work={"name": "gone", "args": {}}, waiting=True, created_at=web.clock.now()))
    async with running({"note": note}) as engine:
        intake = Intake(engine)
        await intake.start()
        await until(lambda: ran)
        await intake.stop()
    assert ran == ["left"]


async def test_a_request_without_work_leaves_a_receipt_only(running: Running, db: Database) -> None:
    async with running({"note": nothing}) as engine:
        intake = Intake(engine)
        await intake.start()
        assert (await intake.accept("k", "T1", None, {}, {"text": "hello"})).first
        assert (await intake.accept("k", "T1", None, {}, None)).answer == {"text": "hello"}
        await intake.stop()
