"""The rules of polls, from data and the clock alone: what can be asked, who may vote and when, what is shown."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from app.errors import N_, NotUnderstood, Refused
from app.polls.shapes import Asked, Choices, Life, Plan, Sheet, Wording

OPTIONS_MOST = 50
RANKED_MOST = 10
QUESTIONS_MOST = 10
QUESTION_LENGTH = 300
OPTION_LENGTH = 150
TEXT_LENGTH = 1000
LANGUAGES_MOST = 3
CHANNELS_MOST = 10
RATING_MOST = 10
# Fewer voters than this, and a secret poll tells nothing but their number.
FEW = 5
REOPEN_WITHIN = timedelta(days=7)
SHORTEST = timedelta(minutes=1)

CLOSED_LATE = N_("This poll is closed. Your click came after that and was not counted.")


def wording(text: str) -> Wording:
    """A text, with further languages after bars: "Very useful | Très utile"."""
    parts = [" ".join(part.split()) for part in re.split(r"\s*[|｜]\s*", text)]
    return Wording(parts[0], tuple(part for part in parts[1:] if part))


def same(text: str) -> str:
    """What two options may not have in common: letter case, blanks and marks at the end do not tell them apart."""
    return " ".join(text.casefold().split()).rstrip(".!。 ") or text


def check_plan(plan: Plan, now: datetime) -> Plan:
    """Raise `NotUnderstood` with its field where a plan cannot be a poll; gives the plan back."""
    if not plan.questions:
        raise NotUnderstood(N_("Please write a question."), field="question")
    if len(plan.questions) > QUESTIONS_MOST:
        raise NotUnderstood(
            N_("A form has {most} questions at most; these are {count}."),
            field="question",
            most=QUESTIONS_MOST,
            count=len(plan.questions),
        )
    if len(plan.title) > QUESTION_LENGTH:
        raise NotUnderstood(N_("A title has {most} letters at most."), field="title", most=QUESTION_LENGTH)
    for asked in plan.questions:
        check_question(asked)
    if not plan.channels:
        raise NotUnderstood(N_("Please choose a channel to post it in."), field="channels")
    if len(plan.channels) > CHANNELS_MOST:
        raise NotUnderstood(N_("A poll can be in {most} channels at most."), field="channels", most=CHANNELS_MOST)
    start = plan.opens_at or now
    if plan.closes_at is not None and plan.closes_at < start + SHORTEST:
        raise NotUnderstood(N_("It would close before it opens. Please choose a later time."), field="close")
    if plan.remind_at is not None and (plan.closes_at is None or not start < plan.remind_at < plan.closes_at):
        raise NotUnderstood(N_("A reminder needs a closing time that comes after it."), field="remind")
    return plan


def check_question(asked: Asked) -> None:
    """Raise `NotUnderstood`, with the field, for a question or options that cannot be voted on."""
    if not asked.wording.text:
        raise NotUnderstood(N_("Please write a question."), field="question")
    _check_wording(asked.wording, QUESTION_LENGTH, "question")
    if asked.kind == "text":
        return
    most = RANKED_MOST if asked.kind == "ranked" else OPTIONS_MOST
    if len(asked.options) < 2:
        raise NotUnderstood(N_("A poll needs two options or more, each on a line of its own."), field="options")
    if len(asked.options) > most:
        raise NotUnderstood(
            N_("{most} options are possible here; these are {count}."),
            field="options",
            most=most,
            count=len(asked.options),
        )
    seen: dict[str, int] = {}
    for number, option in enumerate(asked.options, 1):
        if not option.text:
            raise NotUnderstood(N_("Option {number} is empty."), field="options", number=number)
        _check_wording(option, OPTION_LENGTH, "options")
        if (first := seen.setdefault(same(option.text), number)) != number:
            raise NotUnderstood(
                N_("Options {first} and {second} are the same: “{text}”."),
                field="options",
                first=first,
                second=number,
                text=harmless(option.text),
            )
    if asked.kind == "choice" and not 0 <= asked.most <= len(asked.options):
        raise NotUnderstood(
            N_("With {count} options, people can choose 1 to {count} of them."),
            field="most",
            count=len(asked.options),
        )


def _check_wording(one: Wording, most: int, field: str) -> None:
    if 1 + len(one.also) > LANGUAGES_MOST:
        raise NotUnderstood(N_("{most} languages side by side at most."), field=field, most=LANGUAGES_MOST)
    for text in (one.text, *one.also):
        if len(text) > most:
            raise NotUnderstood(
                N_("“{text}…” is too long: {most} letters at most."), field=field, text=harmless(text)[:30], most=most
            )


def harmless(text: str) -> str:
    """Typed words for the inside of a message of ours: short, without what Slack would read as marks."""
    return re.sub(r"[<>&*_`~]", "", text)[:60]


def is_open(life: Life, now: datetime) -> bool:
    """Whether it takes votes at this moment: the clock decides, not whether a job came to close it."""
    if life.state != "open" or (life.opens_at is not None and now < life.opens_at):
        return False
    return life.closes_at is None or now < life.closes_at


def is_over(life: Life, now: datetime) -> bool:
    """Whether its time is over, whether or not the job that notes so has come."""
    return life.state == "closed" or (life.state == "open" and life.closes_at is not None and now >= life.closes_at)


def may_vote(life: Life, now: datetime) -> None:
    """Raise `Refused` when a vote comes too early or too late."""
    if life.state == "deleted":
        raise Refused(N_("This poll was deleted. Your click was not counted."))
    if life.state == "scheduled" or (life.opens_at is not None and now < life.opens_at):
        raise Refused(N_("This poll is not open yet."))
    if not is_open(life, now):
        raise Refused(CLOSED_LATE)


def hidden(mode: str, results: str, voters: int, *, open_now: bool, voted: bool) -> str:
    """Why results are not shown: "closed" or "voted" is what has to come first, "few" that too few took part."""
    if results == "closed" and open_now:
        return "closed"
    if results == "voted" and open_now and not voted:
        return "voted"
    return "few" if mode == "secret" and voters < FEW else ""


def may_manage(actor: str, creator: str, leads: Collection[str], *, admin: bool) -> None:
    """Raise `Refused` unless the actor made the poll, leads a community of its channels, or is an admin."""
    if not (admin or actor == creator or actor in leads):
        raise Refused(
            N_("Only {creator}, a lead of this community or an admin can do this."), creator=f"<@{creator}>"
        )


def can_reopen(life: Life, mode: str, now: datetime) -> bool:
    """Whether a poll can be opened again at this moment."""
    try:
        may_reopen(life, mode, now)
    except Refused:
        return False
    return True


def may_reopen(life: Life, mode: str, now: datetime) -> None:
    """Raise `Refused` for a poll that cannot be opened again."""
    if not is_over(life, now):
        raise Refused(N_("Only a closed poll can be opened again."))
    if mode == "secret":
        raise Refused(
            N_("A secret poll cannot be opened again: when it closed, the link of people and votes was destroyed.")
        )
    closed_at = life.closed_at or life.closes_at
    if closed_at is not None and now > closed_at + REOPEN_WITHIN:
        raise Refused(N_("It closed more than {days} days ago. Please start a new one."), days=REOPEN_WITHIN.days)


def picked(sheet: Sheet, mine: Choices, option: int) -> Choices:
    """A person's choices after choosing an option; choosing it twice is choosing it once."""
    known(sheet, option)
    chosen = [one for one, _ in mine]
    if option in chosen:
        return mine
    if sheet.kind == "rating" or sheet.most == 1:
        return ((option, 0),)
    if sheet.most and len(chosen) >= sheet.most:
        raise Refused(N_("You can choose {most}. Take one back first, then choose this."), most=sheet.most)
    return (*mine, (option, 0))


def filled(sheet: Sheet, wished: Choices) -> Choices:
    """Choices made in a form, checked against the question; for ranked choice the ranks are 1, 2, 3…"""
    for option, _ in wished:
        known(sheet, option)
    if len({option for option, _ in wished}) != len(wished):
        raise Refused(N_("You named one option twice. Please give each place to another one."))
    if sheet.kind == "ranked":
        in_order = sorted(wished, key=lambda one: one[1])
        return tuple((option, rank) for rank, (option, _) in enumerate(in_order, 1))
    most = 1 if sheet.kind == "rating" else sheet.most
    if most and len(wished) > most:
        raise Refused(N_("You can choose {most} here."), most=most)
    return tuple((option, 0) for option, _ in wished)


def known(sheet: Sheet, option: int) -> None:
    """Raise `Refused` for an option that the question does not have."""
    if option not in sheet.options:
        raise Refused(N_("This option is no longer there. Please look at the poll again."))
