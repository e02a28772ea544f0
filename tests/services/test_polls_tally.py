"""Whatever happens in whatever order, what is shown is a recount of the votes that stand, and each stands once."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.clock import StillClock
from app.db import Database
from app.errors import AlreadyAnswered, DomainError, NotUnderstood, Refused
from app.members.service import ensure_workspace
from app.polls import queries, service
from app.polls.ballots import Ballot, Ballots
from app.polls.shapes import Act, Asked, Clear, Drop, Fill, Pick, Plan, Wording
from models import Poll, PollVote, Receipt
from tests.conftest import NOON

OPTIONS = 4
PEOPLE = [f"U{number}" for number in range(6)]
SECRET = "server"


class NoTimers:
    """Stands where timers are set; nothing of them is asked here."""

    apart = timedelta(seconds=1)

    async def set_timer(self, session: AsyncSession, key: str, job: str, args: dict[str, Any], due: datetime) -> None:
        return None

    async def cancel(self, session: AsyncSession, key: str) -> bool:
        return True


async def nothing(session: AsyncSession, poll: Poll, now: datetime) -> None:
    """Nobody draws here."""


async def a_poll(
    db: Database, clock: StillClock, *, mode: str = "named", most: int = 1, kind: str = "choice"
) -> tuple[int, str]:
    """A workspace and a poll in it."""
    options = tuple(Wording(f"Option {number}") for number in range(OPTIONS))
    plan = Plan("UCREATOR", (Asked(Wording("Q?"), options, kind, most),), ("C1",), mode=mode)
    async with db.transaction() as session:
        workspace = await ensure_workspace(session, "T1", "One", clock.now())
        poll = await service.create(session, NoTimers(), workspace.id or 0, "p", plan, SECRET, clock.now())  # type: ignore[arg-type]
    return workspace.id or 0, poll.key


class Story(RuleBasedStateMachine):
    """People vote, move, take back, repeat; the poll is closed, opened again; time passes."""

    template: Path
    mode = "named"
    most = 1

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="story-"))
        shutil.copy(self.template, self.folder / "story.db")
        self.loop = asyncio.new_event_loop()
        self.clock = StillClock(NOON)
        self.db = Database(f"sqlite:///{self.folder}/story.db")
        self.box = Ballots(self.db, self.clock, SECRET, nothing)
        self.workspace_id, self.key = self.do(a_poll(self.db, self.clock, mode=self.mode, most=self.most))
        self.model: dict[str, list[int]] = {}
        self.open, self.number = True, 0
        self.last: list[Ballot] = []

    def do(self, what: Any) -> Any:
        return self.loop.run_until_complete(what)

    def teardown(self) -> None:
        self.do(self.db.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    @rule(
        acts=st.lists(
            st.tuples(
                st.sampled_from(PEOPLE),
                st.sampled_from(["pick", "pick", "drop", "clear", "fill"]),
                st.integers(1, OPTIONS + 1),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def a_batch(self, acts: list[tuple[str, str, int]]) -> None:
        """Several people at once, in one commit."""
        batch = []
        for person, what, option in acts:
            self.number += 1
            made = {
                "pick": Pick(0, option),
                "drop": Drop(0, option),
                "clear": Clear(),
                "fill": Fill({0: ((option, 0),)}),
            }
            batch.append(Ballot(f"r{self.number}", "T1", self.workspace_id, self.key, person, made[what]))
        outcomes = self.do(self.box.count(batch))
        for ballot, outcome in zip(batch, outcomes, strict=True):
            assert isinstance(outcome, DomainError) == (not self._model(ballot.slack_id, ballot.act)), outcome
        self.last = batch

    @precondition(lambda self: self.last)
    @rule()
    def the_same_requests_again(self) -> None:
        """A proxy sends everything twice."""
        assert all(isinstance(one, AlreadyAnswered) for one in self.do(self.box.count(self.last)))

    @precondition(lambda self: self.open)
    @rule()
    def close(self) -> None:
        """Its time is over, and the job comes."""

        async def work() -> None:
            async with self.db.transaction() as session:
                poll = await service.locked(session, self.workspace_id, self.key)
                await service.close_now(session, NoTimers(), poll, "UCREATOR", self.clock.now())  # type: ignore[arg-type]
                assert await service.end(session, NoTimers(), poll, {}, self.clock.now())  # type: ignore[arg-type]

        self.do(work())
        self.open = False

    @precondition(lambda self: not self.open)
    @rule()
    def reopen(self) -> None:
        """Opened again, unless it was secret."""

        async def work() -> None:
            async with self.db.transaction() as session:
                poll = await service.locked(session, self.workspace_id, self.key)
                await service.reopen(session, NoTimers(), poll, "UCREATOR", None, self.clock.now())  # type: ignore[arg-type]

        try:
            self.do(work())
        except Refused:
            assert self.mode == "secret"
        else:
            assert self.mode == "named"
            self.open = True

    @rule()
    def time_passes(self) -> None:
        """An hour."""
        self.clock.move(timedelta(hours=1))

    @invariant()
    def what_is_shown_is_a_recount(self) -> None:
        """Of the model, of the rows, and of the card."""

        async def look() -> tuple[Any, list[PollVote]]:
            async with self.db.read_only() as session:
                poll = await queries.by_key(session, self.workspace_id, self.key)
                card = await queries.card(session, poll, self.clock.now(), whole=True)
                return card, list(await session.exec(select(PollVote)))

        card, rows = self.do(look())
        expected = {option: sum(option in made for made in self.model.values()) for option in range(1, OPTIONS + 1)}
        assert {one.position: one.votes for one in card.questions[0].bars} == expected
        assert {option: sum(row.option == option for row in rows) for option in expected} == expected
        assert card.voters == len([made for made in self.model.values() if made]) == len({row.voter for row in rows})
        if self.mode == "named":
            assert {(row.voter, row.option) for row in rows} == {
                (who, one) for who, made in self.model.items() for one in made
            }

    def _model(self, person: str, act: Act) -> bool:
        """The same by hand; whether it counts."""
        made = self.model.setdefault(person, [])
        if not self.open:
            return False
        if isinstance(act, Clear):
            made.clear()
            return True
        option = act.option if isinstance(act, Pick | Drop) else next(iter(act.choices.values()))[0][0]  # type: ignore[union-attr]
        if option > OPTIONS:
            return False
        if isinstance(act, Drop):
            self.model[person] = [one for one in made if one != option]
        elif isinstance(act, Fill) or self.most == 1:
            self.model[person] = [option]
        elif option not in made:
            if self.most and len(made) >= self.most:
                return False
            made.append(option)
        return True


class SecretStory(Story):
    """The same where nobody can tell who voted."""

    mode = "secret"
    most = 0


class LimitedStory(Story):
    """The same with two choices each."""

    most = 2


@pytest.mark.parametrize("story", [Story, SecretStory, LimitedStory])
def test_the_tally_is_a_recount_after_any_interleaving(story: type[Story], sqlite_template: Path) -> None:
    story.template = sqlite_template
    how = settings(max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(story, settings=how)


async def test_two_boxes_at_once_count_everything_once(database_url: str, clock: StillClock) -> None:
    """Two processes share a database: a hundred people, each voting and moving, some requests sent to both."""
    chance = random.Random(7)
    first, second = Database(database_url), Database(database_url)
    boxes = [Ballots(one, clock, SECRET, nothing) for one in (first, second)]
    for one in boxes:
        await one.start()
    workspace_id, key = await a_poll(first, clock, most=1)
    wanted: dict[str, int] = {}

    async def person(number: int) -> None:
        who = f"UP{number:03}"
        for turn in range(2):
            option = chance.randint(1, OPTIONS)
            wanted[who] = option
            ballot = Ballot(f"r{number}-{turn}", "T1", workspace_id, key, who, Pick(0, option))
            box = chance.choice(boxes)
            await box.cast(ballot)
            if chance.random() < 0.1:
                with pytest.raises(AlreadyAnswered):
                    await chance.choice(boxes).cast(ballot)

    await asyncio.gather(*(person(number) for number in range(100)))
    async with first.read_only() as session:
        rows = {one.voter: one.option for one in await session.exec(select(PollVote))}
        receipts = (await session.exec(select(Receipt))).all()
    assert rows == wanted
    assert len(receipts) == 200
    for one in boxes:
        await one.stop()
    await first.close()
    await second.close()


async def test_one_unfit_ballot_does_not_spoil_the_others(db: Database, clock: StillClock) -> None:
    workspace_id, key = await a_poll(db, clock, kind="ranked")
    box = Ballots(db, clock, SECRET, nothing)
    batch = [
        Ballot("a", "T1", workspace_id, key, "U1", Fill({0: ((2, 1), (1, 2))})),
        Ballot("b", "T1", workspace_id, key, "U2", Pick(0, 1)),
        Ballot("c", "T1", workspace_id, "gone", "U3", Clear()),
        Ballot("d", "T1", workspace_id, key, "U4", Fill({0: ((2, 1),)})),
    ]
    outcomes = await box.count(batch)
    assert [type(one).__name__ for one in outcomes] == ["Cast", NotUnderstood.__name__, "NotFound", "Cast"]
    async with db.read_only() as session:
        poll = await queries.by_key(session, workspace_id, key)
        card = await queries.card(session, poll, clock.now())
    assert card.questions[0].order == ((2, 8), (1, 3), (3, 0), (4, 0))
