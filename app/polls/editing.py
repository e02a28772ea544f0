"""Change a poll's text: anything before the first vote, typing errors after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from difflib import SequenceMatcher

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.audit import service as audit
from app.errors import N_, NotUnderstood, Refused
from app.jobs.timers import Timers
from app.polls import timing
from app.polls.parsing import steps
from app.polls.queries import sheets
from app.polls.rules import check_question, harmless, wording
from app.polls.service import write_questions
from app.polls.shapes import Asked, Plan, Wording
from models import Poll, PollOption, PollQuestion

# How alike two wordings must be for one to be a mended form of the other.
ALIKE = 0.75
_NUMBERS = re.compile(r"\d+")
_TURNS = frozenset(
    "not no never ne pas non jamais nunca não nao ni sin sans without less more moins plus menos mais mas más".split()
)


def mended(before: str, after: str) -> bool:
    """Whether a text is the same but for typing errors: nearly the same letters, the same numbers, no new "not"."""
    if before == after:
        return True
    one, other = before.casefold(), after.casefold()
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    if _TURNS & set(re.findall(r"\w+", one)) != _TURNS & set(re.findall(r"\w+", other)):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


async def edit(
    session: AsyncSession, timers: Timers, poll: Poll, actor: str, typed: Mapping[str, str], now: datetime
) -> bool:
    """Take over what the form says: `title`, `q0`, `o0`, `q1`…; whether something changed.

    `NotUnderstood` with the field that cannot be taken over, `Refused` for a closed poll.
    """
    if poll.state not in ("open", "scheduled"):
        raise Refused(N_("This poll is closed; its text stays as people voted on it."))
    asked = list(await session.exec(select(PollQuestion).where(PollQuestion.poll_id == poll.id)))
    asked.sort(key=lambda one: one.position)
    wishes = []
    held = await sheets(session, poll.id or 0)
    for question in asked:
        options = tuple(wording(line) for line in typed.get(f"o{question.position}", "").splitlines() if line.strip())
        if held[question.position].timed:
            # Times are no words to be mended; the window does not ask for them.
            options = tuple(held[question.position].options.values())
        if question.kind == "rating":
            options = steps("", options)
        wish = Asked(wording(typed.get(f"q{question.position}", "")), options, question.kind, question.most)
        try:
            check_question(wish)
        except NotUnderstood as problem:
            problem.field = f"{'o' if problem.field == 'options' else 'q'}{question.position}"
            raise
        wishes.append(wish)
    title = " ".join(typed.get("title", "").split())[:300]
    if not poll.touched:
        plan = Plan(poll.creator, tuple(wishes), ())
        poll.title = title if poll.title else ""
        await write_questions(session, poll, plan)
        changed = True
    else:
        changed = await _mend(session, poll, asked, wishes, title)
        poll.edited = poll.edited or changed
    if changed:
        poll.edition += 1
        await audit.note(session, poll.workspace_id, actor, "poll.edit", f"poll:{poll.key}", now)
        await timing.redraw(timers, session, poll, now)
    return changed


async def _mend(
    session: AsyncSession, poll: Poll, asked: list[PollQuestion], wishes: list[Asked], title: str
) -> bool:
    changed = False
    if poll.title and title != poll.title:
        _must_be_alike(poll.title, title, "title")
        poll.title, changed = title, True
    for question, wish in zip(asked, wishes, strict=True):
        name = f"q{question.position}"
        changed = _take_over(question, wish.wording, name) or changed
        found = select(PollOption).where(PollOption.question_id == question.id).order_by(col(PollOption.position))
        options = list(await session.exec(found))
        if len(options) != len(wish.options):
            raise NotUnderstood(
                N_("Votes are counted for these {count} options, so there must be as many lines."),
                field=f"o{question.position}",
                count=len(options),
            )
        for option, wording_now in zip(options, wish.options, strict=True):
            changed = _take_over(option, wording_now, f"o{question.position}") or changed
    return changed


def _take_over(row: PollQuestion | PollOption, now: Wording, field: str) -> bool:
    if (row.text, row.also) == (now.text, list(now.also)):
        return False
    _must_be_alike(row.text, now.text, field)
    row.text, row.also = now.text, list(now.also)
    return True


def _must_be_alike(before: str, after: str, field: str) -> None:
    if not mended(before, after):
        raise NotUnderstood(
            N_("“{after}” is not “{before}” with a typing error mended. People voted on the words as they were."),
            field=field,
            before=harmless(before),
            after=harmless(after),
        )
