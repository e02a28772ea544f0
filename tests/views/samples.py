"""One of every view we send, in every state it has: for golden files and for the limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.communities.shapes import Category, Channel, CommunityCard, Lead
from app.i18n import Reader
from app.routing.rules import Answer, EarlierTopic, PassedOver, Reason, Shared, Suggestion
from app.slack.views import answer, home, notes, share, start
from app.slack.views.ids import Carried
from tests.views import (
    samples_exports,
    samples_huddle_choose,
    samples_huddle_details,
    samples_huddles,
    samples_polls,
    samples_privacy,
    samples_thanks,
    samples_thanks_home,
)

# The rooms whose samples stand in a file of their own: `messages` and `views` of a reader and a guest.
ROOMS = (
    samples_thanks,
    samples_thanks_home,
    samples_privacy,
    samples_exports,
    samples_polls,
    samples_huddles,
    samples_huddle_choose,
    samples_huddle_details,
)
FILES = (__file__, *(str(room.__file__) for room in ROOMS))

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READER = Reader("en-GB", "Asia/Kathmandu")
GUEST = Reader("en-GB", "Africa/Blantyre", guest=True)
NASTY = "<!channel> *bold* & `code` <@U1> \u202e|x|"


def suggestion(number: int, **changes: Any) -> Suggestion:
    made = Suggestion(
        slug=f"c{number}",
        name=f"Community {number} & friends",
        purpose="What it is for.",
        reasons=(
            Reason("keyword", {"words": ["PPH", "postpartum haemorrhage"], "field": "keywords"}),
            Reason("similar_part", {"quote": "Newborn <resuscitation> drills", "field": "example"}),
        ),
        leads=(Lead("U0ANA00003", "Ana", deactivated=False),),
        channel_id=f"C000000000{number}",
        channel_private=False,
        category_id=10 + number,
        category_name="Maternal & Newborn",
        languages=("en", "fr"),
        last_active_at=NOW - timedelta(days=number),
    )
    return replace(made, **changes)


def earlier(number: int, said: str = "") -> EarlierTopic:
    return EarlierTopic(
        forum_id=number,
        title=f"Job aid {number} <draft> | final",
        url=f"https://forum.example.org/t/job-aid/{number}",
        author="ana_q",
        posted_at=NOW - timedelta(days=200),
        answered=number % 2 == 0,
        replies=number,
        said=said,
    )


SURE = Answer(
    key="k" * 22,
    text="I have a job aid on postpartum haemorrhage in French",
    verdict="sure",
    suggestions=(suggestion(1), suggestion(2), suggestion(3)),
    passed_over=(),
    earlier=(earlier(1), earlier(2)),
)
UNSURE = replace(
    SURE,
    verdict="unsure",
    text=NASTY,
    suggestions=(
        suggestion(1, heir_of=("Old one",), reasons=()),
        suggestion(2, quiet=True, last_active_at=NOW - timedelta(days=120)),
        suggestion(3, channel_private=True, leads=(), category_id=None, category_name=""),
    ),
    passed_over=(
        PassedOver("sleepy", "Sleepy & co", "dormant", NOW - timedelta(days=250)),
        PassedOver("headless", "Headless", "leadless", None),
    ),
    earlier=(earlier(3, "reuse"), earlier(4, "extend"), earlier(5, "different")),
)
NONE = replace(SURE, verdict="none", earlier=(), suggestions=(suggestion(1),), none_fits=True, asked=("U0ANA00003",))
EMPTY = replace(NONE, suggestions=(), none_fits=False, asked=())
SHARED = replace(
    SURE,
    shared=(
        Shared("c1", "posted", "https://x.slack.com/archives/C1/p1", "held", "", ""),
        Shared("c1", "failed", "", "waiting", "", "I am not in that channel & cannot post."),
    ),
)
LONGEST = replace(
    SURE,
    text="&<>" * 4000,
    suggestions=tuple(suggestion(n, name="&" * 150, category_name="<" * 200) for n in (1, 2, 3)),
    passed_over=tuple(PassedOver(f"p{n}", "&" * 150, "leadless", None) for n in range(3)),
    earlier=tuple(replace(earlier(n), title="&" * 300, author="<" * 100) for n in (1, 2, 3)),
)
PLACE = share.Place("Maternal & Newborn", "C0MNH00000", "cop-mnh", "Maternal & Newborn Health")
NO_FORUM = replace(PLACE, category_name="")
WORDS = share.Words("A job aid on PPH", "Voici une fiche.\n" + NASTY, ("pph", "french"), True, True)
CARRIED = Carried("k" * 22, "mnh", "s" * 22, {"url": "https://slack.example/response/T/1"}).packed()


def card(number: int) -> CommunityCard:
    return CommunityCard(
        id=number,
        slug=f"c{number}",
        name=f"Community {number} & co",
        purpose="To exchange <things>. " * 20,
        status="active",
        languages=("en", "sw"),
        keywords=(),
        examples=(),
        leads=(),
        channels=(Channel(f"C{number:09}", "cop-x", private=number % 2 == 0),),
        categories=(Category(number, "X"),),
        last_active_at=NOW - timedelta(days=number),
        merged_into=None,
        heir=None,
        updated_at=NOW,
    )


MANY = [card(n) for n in range(1, 60)]


def messages() -> dict[str, dict[str, Any]]:
    """Every message we send, by name."""
    return {
        "answer_sure": answer.message(SURE, READER, NOW),
        "answer_sure_guest": answer.message(SURE, GUEST, NOW),
        "answer_unsure": answer.message(UNSURE, READER, NOW),
        "answer_none": answer.message(NONE, READER, NOW),
        "answer_empty": answer.message(EMPTY, READER, NOW),
        "answer_shared": answer.message(SHARED, READER, NOW),
        "answer_longest": answer.message(LONGEST, READER, NOW),
        "answer_direct": answer.direct_message(SURE, READER, NOW),
        "share_channel_post": share.channel_post(WORDS.text, "U0MATEO009", READER, topic_link="https://f.org/t/1"),
        "share_channel_post_longest": share.channel_post("&" * 2900, "U0MATEO009", READER),
        "share_carried_post": share.carried_post(
            WORDS.text, share.CarriedOver("U0ANA00003", "C0GENERAL1", "https://x.slack.com/p1"), "U0CLAIRE08", READER
        ),
        "share_carried_post_unknown_author": share.carried_post(
            "words", share.CarriedOver("", "C0GENERAL1", ""), "U0CLAIRE08", READER, topic_link="https://f.org/t/1"
        ),
        "share_carried_notice": share.carried_notice("MNH", "C0MNH00000", "https://x.slack.com/p2", READER),
        "share_question": share.question_for_a_person(NASTY * 40, "U0MATEO009", ["A & B", "C"], READER),
        "share_posted": share.posted([("the channel", "https://x.slack.com/p3")], True, READER),
        "share_not_posted": share.not_posted(NASTY, "I am not in that channel.", "the channel", READER),
        "note_question_back": notes.question_back("What is it about?", READER),
        "note_coming": notes.coming_by_message(READER),
        "note_problem": notes.problem("Not today."),
        **{name: body for room in ROOMS for name, body in room.messages(READER, GUEST).items()},
    }


def views() -> dict[str, dict[str, Any]]:
    """Every modal and Home view we send, by name."""
    return {
        "modal_answer": answer.modal(UNSURE, READER, NOW),
        "modal_cross_post": answer.modal(replace(SURE, source="cross_post"), READER, NOW),
        "modal_guidance": answer.modal(replace(SURE, source="guidance"), READER, NOW),
        "modal_compose": share.compose(PLACE, WORDS, READER, metadata=CARRIED),
        "modal_compose_no_forum": share.compose(NO_FORUM, WORDS, READER, metadata=CARRIED),
        "modal_compose_carried": share.compose(
            PLACE,
            WORDS,
            READER,
            metadata=CARRIED,
            carried=share.CarriedOver("U0ANA00003", "C0GENERAL1", "https://x.slack.com/p1"),
        ),
        "modal_preview": share.preview(PLACE, WORDS, "U0MATEO009", READER, metadata=CARRIED),
        "modal_start": start.form([card(n) for n in range(1, 4)], READER, NOW),
        "modal_start_full": start.form([card(n) for n in range(1, 60)], GUEST, NOW, draft="x" * 5000),
        "modal_start_empty": start.form([], READER, NOW),
        "modal_problem": notes.problem_view("Not today.", READER),
        "modal_coming": notes.coming_view(READER),
        "home": home.home(
            home.welcome("/whereshare", READER),
            home.communities([card(1)], [card(1), card(2)], [card(2), card(3)], READER, NOW),
        ),
        "home_full": home.home(
            home.welcome("/cop-whereshare", READER),
            home.communities(MANY[:20], MANY[10:40], MANY, READER, NOW),
        ),
        **{name: body for room in ROOMS for name, body in room.views(READER, GUEST).items()},
    }
