"""One batch of ballots against the database: what stands there is read once, changed in memory, written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound, NotUnderstood
from app.polls import tokens
from app.polls.rules import TEXT_LENGTH, filled, known, may_vote, picked
from app.polls.service import life_of
from app.polls.shapes import Act, Choices, Clear, Drop, Fill, Mine, Pick, Sheet, Wording
from models import Poll, PollKey, PollOption, PollQuestion, PollText, PollVote

_VOTES = SQLModel.metadata.tables[str(PollVote.__tablename__)]
_OPTIONS = SQLModel.metadata.tables[str(PollOption.__tablename__)]
_TEXTS = SQLModel.metadata.tables[str(PollText.__tablename__)]
_TAKE_VOTE = _VOTES.delete().where(
    *(_VOTES.c[name] == bindparam(f"its_{name}") for name in ("poll_id", "voter", "question", "option"))
)
_TAKE_TEXT = _TEXTS.delete().where(
    *(_TEXTS.c[name] == bindparam(f"its_{name}") for name in ("poll_id", "voter", "question"))
)


# Questions and options by poll and edition.
KeptSheets = dict[tuple[int, int], dict[int, Sheet]]
KEPT_MOST = 1000


class OfPoll(Protocol):
    """What a ballot says of where it belongs."""

    @property
    def workspace_id(self) -> int: ...
    @property
    def poll(self) -> str: ...
    @property
    def slack_id(self) -> str: ...


class Box:
    """The polls of one batch, locked, with the votes of those who vote now."""

    def __init__(self, session: AsyncSession, secret: str, now: datetime, kept: KeptSheets) -> None:
        self._session = session
        self._kept = kept
        self._secret = secret
        self._now = now
        self._polls: dict[tuple[int, str], Poll] = {}
        self._keys: dict[int, PollKey] = {}
        self._sheets: dict[int, dict[int, Sheet]] = {}
        self._mine: dict[tuple[int, str], Mine] = {}
        self._before: dict[tuple[int, str], Mine] = {}

    async def fill(self, ballots: Sequence[OfPoll]) -> None:
        """Lock and read what these ballots are about."""
        if not ballots:
            return
        by_workspace: defaultdict[int, set[str]] = defaultdict(set)
        for one in ballots:
            by_workspace[one.workspace_id].add(one.poll)
        for workspace_id, keys in sorted(by_workspace.items()):
            wanted = select(Poll).where(Poll.workspace_id == workspace_id, col(Poll.key).in_(keys))
            for poll in await self._session.exec(wanted.order_by(col(Poll.id)).with_for_update()):
                self._polls[workspace_id, poll.key] = poll
        secret = [poll.id or 0 for poll in self._polls.values() if poll.mode == "secret"]
        if secret:
            for key in await self._session.exec(select(PollKey).where(col(PollKey.poll_id).in_(secret))):
                self._keys[key.poll_id] = key
        await self._find_sheets()
        await self._read_votes(ballots)

    def apply(
        self, workspace_id: int, key: str, slack_id: str, act: Act
    ) -> tuple[Poll, dict[int, Sheet], Mine, bool]:
        """Do one act of one person; the poll, its questions, their vote now, and whether that is another.

        Raises `NotFound` for a poll that is gone and `Refused` for what the rules forbid.
        """
        poll = self._polls.get((workspace_id, key))
        if poll is None:
            raise NotFound(N_("This poll is no longer there."))
        may_vote(life_of(poll), self._now)
        poll_id = poll.id or 0
        slot = (poll_id, self._voter(poll, slack_id))
        mine, sheets = self._mine.get(slot, Mine()), self._sheets[poll_id]
        after = _after(sheets, mine, act)
        self._mine[slot] = after
        return poll, sheets, after, after != mine

    async def write(self) -> None:
        """Write what became different."""
        gone: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        silent: list[dict[str, Any]] = []
        said: list[dict[str, Any]] = []
        workspaces = {poll.id: poll.workspace_id for poll in self._polls.values()}
        for (poll_id, voter), mine in self._mine.items():
            before = self._before.get((poll_id, voter), Mine())
            whose = {"poll_id": poll_id, "voter": voter}
            old, now = _flat(before.choices), _flat(mine.choices)
            gone += [
                {"its_poll_id": poll_id, "its_voter": voter, "its_question": q, "its_option": o}
                for q, o, _ in old - now
            ]
            new += [
                {**whose, "workspace_id": workspaces[poll_id], "question": q, "option": o, "rank": rank}
                for q, o, rank in now - old
            ]
            for question in before.texts.keys() | mine.texts.keys():
                text = mine.texts.get(question)
                if text == before.texts.get(question):
                    continue
                silent.append({"its_poll_id": poll_id, "its_voter": voter, "its_question": question})
                if text is not None:
                    kept = {"key": tokens.random_voter()[:16], "text": text, "shown": False}
                    said.append({**whose, "workspace_id": workspaces[poll_id], "question": question, **kept})
        connection = await self._session.connection()
        for statement, rows in (
            (_TAKE_VOTE, gone),
            (_VOTES.insert(), new),
            (_TAKE_TEXT, silent),
            (_TEXTS.insert(), said),
        ):
            if rows:
                await connection.execute(statement, rows)

    def changed(self) -> Iterable[Poll]:
        """The polls whose votes are not what they were."""
        ids = {slot[0] for slot, mine in self._mine.items() if mine != self._before.get(slot, Mine())}
        return [poll for poll in self._polls.values() if poll.id in ids]

    def _voter(self, poll: Poll, slack_id: str) -> str:
        if poll.mode == "named":
            return slack_id
        return tokens.token(self._keys.get(poll.id or 0), self._secret, slack_id)

    async def _find_sheets(self) -> None:
        """Questions and options from memory where they are of the same edition, else from the database."""
        editions = {poll.id or 0: poll.edition for poll in self._polls.values()}
        for poll_id, edition in editions.items():
            if (poll_id, edition) in self._kept:
                self._sheets[poll_id] = self._kept[poll_id, edition]
        if missing := [poll_id for poll_id in editions if poll_id not in self._sheets]:
            await self._read_sheets(missing)
            if len(self._kept) > KEPT_MOST:
                self._kept.clear()
            self._kept.update({(poll_id, editions[poll_id]): self._sheets[poll_id] for poll_id in missing})

    async def _read_sheets(self, ids: list[int]) -> None:
        options: defaultdict[int, dict[int, Wording]] = defaultdict(dict)
        columns = [_OPTIONS.c[name] for name in ("question_id", "position", "text", "also", "starts_at")]
        found = _OPTIONS.select().with_only_columns(*columns).where(_OPTIONS.c.poll_id.in_(ids))
        connection = await self._session.connection()
        for question_id, position, text, also, at in await connection.execute(found.order_by(_OPTIONS.c.position)):
            options[question_id][position] = Wording(text, tuple(also), at)
        self._sheets |= {poll_id: {} for poll_id in ids}
        for one in await self._session.exec(select(PollQuestion).where(col(PollQuestion.poll_id).in_(ids))):
            asked = Wording(one.text, tuple(one.also))
            sheet = Sheet(one.position, one.kind, asked, one.most, options[one.id or 0])
            self._sheets[one.poll_id][one.position] = sheet

    async def _read_votes(self, ballots: Sequence[OfPoll]) -> None:
        slots = set()
        for one in ballots:
            poll = self._polls.get((one.workspace_id, one.poll))
            if poll is not None and (poll.mode == "named" or poll.id in self._keys):
                slots.add((poll.id or 0, self._voter(poll, one.slack_id)))
        ids, voters = {poll_id for poll_id, _ in slots}, {voter for _, voter in slots}
        choices: defaultdict[tuple[int, str], defaultdict[int, list[tuple[int, int]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        votes = _VOTES.select().where(_VOTES.c.poll_id.in_(ids), _VOTES.c.voter.in_(voters))
        for one in await (await self._session.connection()).execute(votes):
            choices[one.poll_id, one.voter][one.question].append((one.option, one.rank))
        texts: defaultdict[tuple[int, str], dict[int, str]] = defaultdict(dict)
        if any(sheet.kind == "text" for asked in self._sheets.values() for sheet in asked.values()):
            wrote = select(PollText).where(col(PollText.poll_id).in_(ids), col(PollText.voter).in_(voters))
            for answer in await self._session.exec(wrote):
                texts[answer.poll_id, answer.voter][answer.question] = answer.text
        for slot in slots:
            made = {question: tuple(sorted(those)) for question, those in choices[slot].items()}
            self._before[slot] = self._mine[slot] = Mine(made, texts[slot])


def _after(sheets: dict[int, Sheet], mine: Mine, act: Act) -> Mine:
    """A person's vote after an act; `Refused` for what the question does not allow."""
    if isinstance(act, Clear):
        return Mine()
    if isinstance(act, Fill):
        choices = {**mine.choices, **{at: filled(_sheet(sheets, at), wished) for at, wished in act.choices.items()}}
        texts = {**mine.texts, **{at: _text(_sheet(sheets, at), text) for at, text in act.texts.items()}}
        return Mine(_tidy(choices), {at: text for at, text in texts.items() if text})
    sheet = _sheet(sheets, act.question)
    made = mine.choices.get(act.question, ())
    if isinstance(act, Pick):
        if sheet.kind not in ("choice", "rating"):
            raise NotUnderstood(N_("Please answer this question in its form."))
        now = picked(sheet, made, act.option)
    else:
        assert isinstance(act, Drop)
        known(sheet, act.option)
        now = tuple(one for one in made if one[0] != act.option)
    return Mine(_tidy({**mine.choices, act.question: now}), mine.texts)


def _tidy(choices: dict[int, Choices]) -> dict[int, Choices]:
    """In one form, so that equal votes are equal."""
    return {question: tuple(sorted(made)) for question, made in sorted(choices.items()) if made}


def _sheet(sheets: dict[int, Sheet], position: int) -> Sheet:
    if position not in sheets:
        raise NotFound(N_("This question is no longer there. Please look at the poll again."))
    return sheets[position]


def _text(sheet: Sheet, text: str) -> str:
    if sheet.kind != "text":
        raise NotUnderstood(N_("Please choose one of the options."))
    return text.strip()[:TEXT_LENGTH]


def _flat(choices: Any) -> set[tuple[int, int, int]]:
    return {(question, option, rank) for question, made in choices.items() for option, rank in made}
