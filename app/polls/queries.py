"""Reads of polls: a card with everything counted anew from the votes, a person's own vote, lists of polls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.errors import N_, NotFound
from app.polls import forum, tally, tokens
from app.polls.rules import hidden, is_open
from app.polls.service import life_of, messages
from app.polls.shapes import Again, Bar, Card, Choices, Counted, Mine, OwnPolls, Said, Sheet, Wording
from app.polls.trend import Before, last_time
from models import (
    CommunityChannel,
    CommunityLead,
    Poll,
    PollKey,
    PollOption,
    PollQuestion,
    PollSeries,
    PollText,
    PollVote,
)

# Names under one option of a named poll; the others are a number.
NAMES_SHOWN = 8
# How long a closed poll is listed.
LATELY = timedelta(days=30)


async def by_key(session: AsyncSession, workspace_id: int, key: str) -> Poll:
    """A poll that is not deleted; `NotFound`."""
    poll = (await session.exec(select(Poll).where(Poll.workspace_id == workspace_id, Poll.key == key))).first()
    if poll is None or poll.state == "deleted":
        raise NotFound(N_("This poll is no longer there."))
    return poll


async def sheets(session: AsyncSession, poll_id: int) -> dict[int, Sheet]:
    """A poll's questions by position."""
    options: defaultdict[int, dict[int, Wording]] = defaultdict(dict)
    found = select(PollOption).where(PollOption.poll_id == poll_id).order_by(col(PollOption.position))
    for one in await session.exec(found):
        options[one.question_id][one.position] = Wording(one.text, tuple(one.also), one.starts_at, one.note)
    asked = select(PollQuestion).where(PollQuestion.poll_id == poll_id).order_by(col(PollQuestion.position))
    return {
        one.position: Sheet(
            one.position, one.kind, Wording(one.text, tuple(one.also)), one.most, options[one.id or 0]
        )
        for one in await session.exec(asked)
    }


async def card(
    session: AsyncSession,
    poll: Poll,
    now: datetime,
    *,
    voted: bool = False,
    whole: bool = False,
    outline: bool = False,
) -> Card:
    """A poll as it is shown at this moment. Results that are to be hidden are not in it.

    `voted` says that it is for somebody who voted. `whole` puts everybody's name under their choice in a named poll,
    and open answers that wait for the creator. `outline` leaves out all counts but that of voters.
    """
    poll_id = poll.id or 0
    life = life_of(poll)
    open_now = is_open(life, now)
    number = await voters(session, poll_id)
    why = hidden(poll.mode, poll.results, number, open_now=open_now, voted=voted)
    asked = await sheets(session, poll_id)
    last = {} if outline else await last_time(session, poll)
    counted = []
    for sheet in asked.values():
        if outline or (why and not whole):
            counted.append(Counted(sheet, 0, tuple(Bar(at, one) for at, one in sheet.options.items())))
        elif sheet.kind == "text":
            counted.append(await _open_answers(session, poll, sheet))
        else:
            counted.append(
                await _counted(
                    session, poll, sheet, last.get(sheet.position, Before()), NAMES_SHOWN if not whole else 0
                )
            )
    shown_in = tuple(one.channel_id for one in await messages(session, poll_id))
    return Card(
        id=poll_id,
        key=poll.key,
        creator=poll.creator,
        title=poll.title,
        mode=poll.mode,
        results=poll.results,
        life=life,
        zone=poll.zone,
        locale=poll.locale,
        voters=number,
        questions=tuple(counted),
        channels=shown_in,
        edited=poll.edited,
        touched=poll.touched,
        version=poll.version,
        open=open_now,
        hidden=why,
        reach=dict(poll.reach),
        # Open again, it has no result yet: what the forum shows is an earlier one.
        topic=await forum.link(session, poll_id) if poll.state == "closed" else "",
        again=await comes_again(session, poll),
    )


async def comes_again(session: AsyncSession, poll: Poll) -> Again | None:
    """How often a poll comes and when next; None once that was stopped."""
    series = await session.get(PollSeries, poll.series_id) if poll.series_id is not None else None
    if series is None or series.state != "active" or series.next_at is None:
        return None
    return Again(series.rule, series.next_at)


async def voters(session: AsyncSession, poll_id: int) -> int:
    """How many people took part."""
    chose = select(PollVote.voter).where(PollVote.poll_id == poll_id)
    wrote = select(PollText.voter).where(PollText.poll_id == poll_id)
    everybody = chose.union(wrote).subquery()
    return int((await session.exec(select(func.count()).select_from(everybody))).one())


async def _counted(session: AsyncSession, poll: Poll, sheet: Sheet, last: Before, names: int) -> Counted:
    found = await session.exec(
        select(PollVote.voter, PollVote.option, PollVote.rank).where(
            PollVote.poll_id == poll.id, PollVote.question == sheet.position
        )
    )
    votes = [(voter, option, rank) for voter, option, rank in found]
    counted = tally.count(votes)
    people: defaultdict[int, list[str]] = defaultdict(list)
    if poll.mode == "named" and sheet.kind != "ranked":
        for voter, option, _ in votes:
            # Those who asked to be forgotten are counted, and have no name.
            if not tokens.nameless(voter):
                people[option].append(voter)
    bars = tuple(
        Bar(
            at,
            one,
            counted.votes.get(at, 0),
            counted.share(at),
            tuple(people[at][:names] if names else people[at]),
            last.shares.get(one.text),
        )
        for at, one in sheet.options.items()
    )
    spread = tally.mean_and_spread(counted.votes) if sheet.kind == "rating" else None
    order = tally.ranked(votes, tuple(sheet.options)) if sheet.kind == "ranked" else ()
    return Counted(
        sheet,
        counted.voters,
        bars,
        mean=spread[0] if spread else None,
        spread=spread[1] if spread else None,
        before=last.mean,
        order=order,
    )


async def _open_answers(session: AsyncSession, poll: Poll, sheet: Sheet) -> Counted:
    rows = await session.exec(
        select(PollText)
        .where(PollText.poll_id == poll.id, PollText.question == sheet.position)
        # By a random word, so that not even their order tells who wrote first.
        .order_by(col(PollText.key))
    )
    said = tuple(Said(one.key, one.text, one.shown, one.voter if poll.mode == "named" else "") for one in rows.all())
    return Counted(sheet, len(said), said=said, waiting=sum(not one.shown for one in said))


async def mine(session: AsyncSession, poll: Poll, secret: str, slack_id: str) -> Mine:
    """A person's own vote; nothing of a secret poll whose key is gone."""
    voter = slack_id
    if poll.mode == "secret":
        key = await session.get(PollKey, poll.id)
        if key is None:
            return Mine()
        voter = tokens.token(key, secret, slack_id)
    choices: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    votes = select(PollVote).where(PollVote.poll_id == poll.id, PollVote.voter == voter)
    for one in await session.exec(votes):
        choices[one.question].append((one.option, one.rank))
    texts = await session.exec(select(PollText).where(PollText.poll_id == poll.id, PollText.voter == voter))
    return Mine(
        {question: in_order(made) for question, made in choices.items()}, {one.question: one.text for one in texts}
    )


def in_order(made: list[tuple[int, int]]) -> Choices:
    """Choices by rank, then as they stand on the poll."""
    return tuple(sorted(made, key=lambda one: (one[1], one[0])))


async def leads(session: AsyncSession, poll: Poll) -> tuple[str, ...]:
    """Who leads a community that meets in one of the poll's channels."""
    channels = [one.channel_id for one in await messages(session, poll.id or 0)]
    found = await session.exec(
        select(CommunityLead.slack_id)
        .join(CommunityChannel, col(CommunityChannel.community_id) == col(CommunityLead.community_id))
        .where(CommunityChannel.workspace_id == poll.workspace_id, col(CommunityChannel.slack_id).in_(channels))
    )
    return tuple(dict.fromkeys(found.all()))


async def own_polls(
    session: AsyncSession, workspace_id: int, creator: str, now: datetime, open_most: int, closed_most: int
) -> OwnPolls:
    """The polls somebody made, in outline."""
    theirs = (Poll.workspace_id == workspace_id, Poll.creator == creator)
    going_on = (*theirs, col(Poll.state).in_(("open", "scheduled")))
    lately = (*theirs, Poll.state == "closed", col(Poll.closed_at) >= now - LATELY)
    found = []
    for wanted, newest, most in ((going_on, Poll.created_at, open_most), (lately, Poll.closed_at, closed_most)):
        rows = await session.exec(
            select(Poll).where(*wanted).order_by(col(newest).desc(), col(Poll.id).desc()).limit(most)
        )
        count = (await session.exec(select(func.count()).select_from(Poll).where(*wanted))).one()
        found.append((tuple([await card(session, poll, now, outline=True) for poll in rows.all()]), int(count)))
    return OwnPolls(*found[0], *found[1])


async def can_tell_who(session: AsyncSession, poll: Poll, secret: str) -> bool:
    """Whether it can be said who took part: in a secret poll only with its key, under the same SECRET_KEY."""
    return poll.mode == "named" or tokens.works(await session.get(PollKey, poll.id), secret)


async def who_voted(session: AsyncSession, poll: Poll, secret: str, people: Mapping[str, object]) -> frozenset[str]:
    """Which of these people (Slack ids) took part; of a secret poll see `can_tell_who`. No choice is learned."""
    chose = await session.exec(select(PollVote.voter).where(PollVote.poll_id == poll.id).distinct())
    wrote = await session.exec(select(PollText.voter).where(PollText.poll_id == poll.id).distinct())
    took_part = {*chose.all(), *wrote.all()}
    if poll.mode == "named":
        return frozenset(one for one in people if one in took_part)
    key = await session.get(PollKey, poll.id)
    if not tokens.works(key, secret):
        return frozenset()
    return frozenset(one for one in people if tokens.token(key, secret, one) in took_part)
