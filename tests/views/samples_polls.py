"""One of every view of /pulse-poll, in every state it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.i18n import Reader
from app.polls.forum import Place
from app.polls.planning import Built, from_form
from app.polls.shapes import Again, Bar, Card, Counted, Life, Mine, OwnPolls, Said, Sheet, Wording
from app.slack.views import home, notes
from app.slack.views.polls import answer, form, manage, message, mine, notices, outward, preview, results, topic
from app.slack.views.polls import help as helping
from app.slack.views.polls import home as polls_home

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NASTY = "<!channel> *bold* & `code` <@U1> \u202e|x|"
CLOSES = NOW + timedelta(days=4, hours=5)


def counted(position: int = 0, options: int = 3, kind: str = "choice", most: int = 1, **changes: Any) -> Counted:
    texts = [
        Wording("Very useful", ("Très utile", "Muy útil")),
        Wording(NASTY),
        *(Wording(f"No {n}") for n in range(3, 51)),
    ]
    wordings = dict(enumerate(texts[:options], 1))
    shares = (0.625, 0.25, 0.125)
    bars = tuple(
        Bar(at, one, *((5, 2, 1)[at - 1], shares[at - 1], ("U0ANA00003", "U0MATEO009")[: 3 - at]) if at < 4 else ())
        for at, one in wordings.items()
    )
    sheet = Sheet(position, kind, Wording("How useful was the <webinar>?", ("Utile ?",)), most, wordings)
    return replace(Counted(sheet, 8, bars), **changes)


RATING = counted(1, 5, "rating", mean=3.44, spread=0.8, before=3.1)
RANKED = counted(2, 3, "ranked", order=((2, 20), (1, 12), (3, 0)))
SAID = tuple(
    Said(f"k{n}", f"{NASTY} {n} " + "7" * 40 * n, n % 2 == 0, "U0ANA00003" if n % 4 else "") for n in range(25)
)
OPEN_TEXT = Counted(Sheet(3, "text", Wording("What else?"), 1, {}), 25, said=SAID, waiting=12)
POLL = Card(
    id=1,
    key="k" * 22,
    creator="U0CLAIRE08",
    title="",
    mode="named",
    results="always",
    life=Life("open", None, CLOSES),
    zone="Asia/Kathmandu",
    locale="en",
    voters=8,
    questions=(counted(),),
    channels=("C0GENERAL1", "C0MNH00000"),
    version=7,
)
AGAIN = Again("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", NOW + timedelta(days=92))
SECRET = replace(POLL, mode="secret", results="closed", hidden="closed")
FEW = replace(POLL, mode="secret", hidden="few", voters=1)
CLOSED = replace(
    POLL,
    open=False,
    life=Life("closed", None, CLOSES, CLOSES),
    edited=True,
    reach={"asked": 40, "voted": 8, "regions": {"Africa": (5, 20), "Asia": (2, 9)}},
)
LONGEST = replace(
    POLL,
    questions=(
        Counted(
            Sheet(
                0,
                "choice",
                Wording("&" * 300, ("<" * 300, ">" * 300)),
                0,
                {n: Wording("&" * 150) for n in range(1, 51)},
            ),
            2000,
            tuple(
                Bar(n, Wording("&" * 150, ("<" * 150, ">" * 150)), 2000, 1.0, ("U0ANA00003",) * 8)
                for n in range(1, 51)
            ),
        ),
    ),
)
TEN = replace(LONGEST, questions=(replace(LONGEST.questions[0], bars=LONGEST.questions[0].bars[:10]),), voters=2000)
FORM = replace(POLL, title=f"Pulse {NASTY}", questions=(counted(), RATING, RANKED, OPEN_TEXT), touched=True)
HIDDEN_FORM = replace(FORM, mode="secret", results="closed", hidden="closed")
BIG_FORM = replace(
    FORM,
    questions=tuple(
        replace(one, sheet=replace(one.sheet, position=at)) for at, one in enumerate([RANKED] * 5 + [RATING] * 5)
    ),
)
CLOSED_FORM = replace(FORM, open=False, life=CLOSED.life, reach=CLOSED.reach, topic="https://forum.example.org/t/x/7")
ON_SLACK = "https://x.slack.com/archives/C0GENERAL1/p1"
PLACE = Place("Maternal & Newborn", 7, "MNH <all>")
MINE = Mine({0: ((1, 0), (2, 0))}, {})
ALL_MINE = Mine({0: ((1, 0),), 1: ((5, 0),), 2: ((2, 1), (1, 2))}, {3: NASTY})
BUILT = Built(
    "How useful was the <webinar>?",
    "Very useful | Très utile\nSomewhat\nNot",
    "limited",
    "2",
    "secret",
    "closed",
    "Friday 17:00",
    "tomorrow 9:00",
    "1 day",
    "month",
    ("C0GENERAL1",),
)
SEVERAL = replace(
    BUILT, kind="form", options="? How was it? [rating 5]\n? Which?\n- A\n- B\n? Why? [text]", generation=2
)
SHEETS = {one.sheet.position: one.sheet for one in FORM.questions}


def messages(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every message of /pulse-poll, by name."""
    plan = from_form(BUILT, "U0CLAIRE08", reader, NOW)
    two = replace(POLL, questions=(counted(most=2),), results="voted")
    return {
        "poll": message.message(POLL, reader),
        "poll_again": message.message(
            replace(
                POLL, questions=(replace(counted(), bars=tuple(replace(b, before=0.4) for b in counted().bars)),)
            ),
            reader,
        ),
        "poll_bare": message.message(POLL, reader, bare=True),
        "poll_secret": message.message(SECRET, guest),
        "poll_few": message.message(FEW, reader),
        "poll_voted": message.message(two, reader),
        "poll_any": message.message(replace(POLL, questions=(counted(most=0),), life=Life("open")), reader),
        "poll_closed": message.message(CLOSED, reader),
        "poll_scheduled": message.message(replace(POLL, open=False, life=Life("scheduled", NOW, CLOSES)), reader),
        "poll_coming_again": message.message(replace(POLL, again=AGAIN), reader),
        "poll_few_closed": message.message(replace(FEW, open=False, life=CLOSED.life), reader),
        "poll_deleted": message.message(replace(POLL, life=Life("deleted")), reader),
        "poll_rating": message.message(replace(POLL, questions=(RATING,)), reader),
        "poll_ranked": message.message(replace(POLL, questions=(RANKED,)), reader),
        "poll_text": message.message(replace(POLL, questions=(OPEN_TEXT,)), reader),
        "poll_menu": message.message(replace(POLL, questions=(counted(0, 50),)), reader),
        "poll_longest": message.message(LONGEST, reader),
        "poll_ten_longest": message.message(TEN, reader),
        "poll_form": message.message(FORM, reader),
        "poll_form_hidden": message.message(HIDDEN_FORM, reader),
        "poll_form_big": message.message(BIG_FORM, reader),
        "poll_on_its_way": preview.on_its_way(plan.plan, plan.rule, reader, plan.next_at),
        "poll_help": helping.help_text("/cop-pulse-poll", reader),
        "poll_mine": mine.own_vote(POLL.key, "named", {0: counted(most=2).sheet}, MINE, reader),
        "poll_mine_one": mine.own_vote(POLL.key, "secret", {0: counted().sheet}, Mine({0: ((2, 0),)}), reader),
        "poll_mine_all": mine.own_vote(POLL.key, "named", SHEETS, ALL_MINE, reader),
        "poll_mine_none": mine.own_vote(POLL.key, "named", SHEETS, Mine(), reader),
        "poll_mine_gone": mine.own_vote(POLL.key, "secret", SHEETS, Mine(), reader, open_now=False),
        "poll_results": results.private(FORM, reader),
        "poll_results_few": results.private(FEW, reader),
        "poll_results_not_yet": results.private(replace(POLL, hidden="voted"), reader),
        "poll_closed_notice": results.closed_notice(CLOSED, reader, "/pulse-poll"),
        "poll_closed_notice_forum": results.closed_notice(CLOSED, reader, "/pulse-poll", forum=True),
        "poll_closed_on_forum": message.message(replace(CLOSED, topic=CLOSED_FORM.topic), reader),
        "poll_forum_away": outward.away(NASTY, reader),
        "poll_forum_posted": outward.posted(NASTY, CLOSED_FORM.topic, reader),
        "poll_forum_held": outward.posted(NASTY, "", reader),
        "poll_forum_failed": outward.not_posted(NASTY, "The forum <does not> allow this.", reader, again=True),
        "poll_forum_behind": outward.not_posted(NASTY, "The forum <does not> allow this.", reader, again=False),
        "poll_not_posted": notices.not_posted(NASTY, "C0LEADS001", "You are not in that channel.", reader),
        "poll_reminder": notices.reminder(POLL, "https://x.slack.com/p1", guest),
    }


def views(reader: Reader, guest: Reader) -> dict[str, dict[str, Any]]:
    """Every modal and Home view of /pulse-poll, by name."""
    plan = from_form(BUILT, "U0CLAIRE08", reader, NOW)
    return {
        "modal_poll_builder": form.builder(Built(), reader),
        "modal_poll_builder_filled": form.builder(BUILT, reader, plan),
        "modal_poll_builder_form": form.builder(SEVERAL, reader, from_form(SEVERAL, "U0CLAIRE08", reader, NOW)),
        "modal_poll_builder_text": form.builder(replace(BUILT, kind="text"), guest, "Please write a question."),
        "modal_poll_kept": notices.kept_view(plan.plan, plan.rule, reader, plan.next_at),
        "modal_poll_answer": answer.window(FORM, ALL_MINE, reader),
        "modal_poll_answer_empty": answer.window(replace(POLL, questions=(RANKED,)), Mine(), guest),
        "modal_poll_answer_many": answer.window(
            replace(POLL, questions=(counted(0, 50), counted(1, 50, most=0), counted(2, 5, most=2))),
            Mine({0: ((7, 0),)}),
            reader,
        ),
        "modal_poll_manage": manage.tools(replace(FORM, again=AGAIN), reader, can_reopen=False, note="It is closed."),
        "modal_poll_manage_again": manage.tools(replace(CLOSED, again=AGAIN), reader, can_reopen=True),
        "modal_poll_builder_begun": form.builder(
            replace(BUILT, options="", remind="3h", unread=("--clse `2d`", "--channels #<x>"), unquoted=True), reader
        ),
        "modal_poll_manage_closed": manage.tools(CLOSED, reader, can_reopen=True),
        "modal_poll_manage_few": manage.tools(FEW, guest, can_reopen=False),
        "modal_poll_manage_longest": manage.tools(LONGEST, reader, can_reopen=False),
        "modal_poll_manage_offered": manage.tools(CLOSED, reader, can_reopen=True, forum="offered"),
        "modal_poll_manage_on_forum": manage.tools(CLOSED_FORM, reader, can_reopen=True, forum="posted"),
        "modal_poll_manage_waiting": manage.tools(CLOSED, reader, can_reopen=True, forum="waiting"),
        "modal_poll_manage_held": manage.tools(CLOSED, reader, can_reopen=True, forum="held"),
        "modal_poll_to_forum": _to_forum(CLOSED, reader),
        "modal_poll_to_forum_form": _to_forum(CLOSED_FORM, reader),
        "modal_poll_to_forum_longest": _to_forum(replace(LONGEST, open=False, life=CLOSED.life), guest),
        "modal_poll_file": outward.file_form(CLOSED, reader),
        "modal_poll_until": manage.until(POLL, reader, again=False),
        "modal_poll_until_again": manage.until(POLL, reader, again=True),
        "modal_poll_edit": manage.edit(FORM, reader),
        "modal_poll_edit_free": manage.edit(POLL, reader),
        "modal_poll_moderate": manage.moderate(FORM, SAID, reader),
        "modal_poll_moderate_none": manage.moderate(FORM, (), reader),
        "modal_done": notes.told_view("Saved.", reader),
        "home_polls": home.home(
            polls_home.part(OwnPolls((POLL, SECRET, FORM), 3, (CLOSED,), 1), "/cop-pulse-poll", reader)
        ),
        "home_polls_many": home.home(
            polls_home.part(OwnPolls((POLL,) * 6, 63, (CLOSED_FORM,) * 3, 7), "/cop-pulse-poll", reader)
        ),
        "modal_polls_own": polls_home.window(OwnPolls((LONGEST,) * 45, 63, (CLOSED_FORM,) * 45, 47), reader),
        "modal_polls_own_none": polls_home.window(OwnPolls(), reader),
    }


def _to_forum(card: Card, reader: Reader) -> dict[str, Any]:
    dated = card.by_form
    title, text = topic.title(card, reader, dated=dated), topic.text(card, ON_SLACK, reader)
    return outward.confirm(card, PLACE, title, text, reader)
