"""What became of the thanks of the past: shown, kept private, seconded, edited, taken back, hidden. And the cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from random import Random

from app.playground import cast
from app.playground.seed.thanks_past import CAME
from app.playground.seed.thanks_shapes import Act, Part, PastCard, PastThanks, Reaction
from app.playground.slack.workspace import Workspace
from app.thanks.cards import DIGEST_HOUR
from app.thanks.policy import DEFAULT
from app.thanks.rules import is_shown

# What people always want; everybody else is asked each time.
STANDING = {"U0LAYLA006": "private", "U0SUNIL005": "show", "U0CLAIRE08": "show"}
# Which of the thanks given in a community's channel were taken back, hidden, not counted: by their place among them.
TAKEN_BACK = (23, 118, 201, 250)
MODERATED = {
    44: ("hide", "They would rather not be named here; I asked them."),
    160: ("hide", "The partner asked us not to mention it yet."),
    258: ("hide", "The ministry wants to announce this first."),
    77: ("uncount", "Given twice for the same workshop."),
    232: ("uncount", "A test of the command, as you told me."),
}
ADMIN = "U0AMINA001"


def thanks_of_the_year(
    given: Sequence[PastThanks], slack: Workspace, now: datetime
) -> tuple[list[PastThanks], list[PastCard]]:
    """The same thanks with all that happened to them since, and every card they were shown on, oldest first."""
    dice = Random("what became of it")
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    numbers = {one.key: number for number, one in enumerate(one for one in given if one.kind == "public")}
    moderated = [_moderated(one, numbers.get(one.key, -1), dice) for one in given]
    chosen = [_chosen(one, dice, today) for one in moderated]
    cards = _cards(chosen, today)
    on_cards = _reactions(cards, dice, today)
    return [one.changed(seconds=_seconds(one, on_cards, slack, today)) for one in chosen], cards


def shown_in(thanks: PastThanks) -> str:
    """The channel in which a thanks can be shown: its community's, "" for none."""
    if not thanks.community or thanks.kind == "private":
        return ""
    return next(room.id for room in cast.ROOMS if room.community == thanks.community)


def _moderated(thanks: PastThanks, number: int, dice: Random) -> PastThanks:
    if number in TAKEN_BACK:
        return thanks.changed(status="withdrawn")
    leads = [one.id for one in cast.PEOPLE if thanks.community in one.leads and one.kind == "full"]
    keeper = next((one for one in (*leads, ADMIN) if one != thanks.giver), "")
    if number in MODERATED and keeper:
        act, reason = MODERATED[number]
        done = Act(keeper, act, reason, thanks.at + timedelta(hours=dice.randint(2, 5)))
        return thanks.changed(act=done, hidden=act == "hide", status="counted" if act == "hide" else "not_counted")
    if dice.random() < 0.06:
        return thanks.changed(edited_at=thanks.at + timedelta(minutes=dice.randint(2, 50)))
    return thanks


def _chosen(thanks: PastThanks, dice: Random, today: datetime) -> PastThanks:
    """Each recipient keeps it private, lets it be shown, or does not answer; what came today is not answered yet."""
    stands = thanks.status == "counted" and not thanks.hidden and bool(shown_in(thanks))
    people = []
    for one in thanks.people:
        standing, choice = STANDING.get(one.slack_id, "ask"), ""
        answered = thanks.at + timedelta(minutes=dice.choice((2, 5, 9, 20, 45, 160)))
        asked = bool(one.slack_id) and cast.person(one.slack_id).kind == "full"
        if asked and stands and standing == "ask" and answered < today:
            choice = dice.choices(("show", "private", ""), (66, 12, 22))[0]
        shown = stands and bool(one.slack_id) and is_shown(standing, choice, DEFAULT)
        at = (answered if choice else thanks.at) if shown else None
        people.append(Part(one.slack_id, one.forum_username, one.by_group, choice, at))
    return thanks.changed(people=tuple(people))


def _cards(given: Sequence[PastThanks], today: datetime) -> list[PastCard]:
    spans: dict[tuple[str, str, str, str], tuple[datetime, datetime]] = {}
    for thanks in given:
        for one in thanks.people:
            if one.shown_at is None:
                continue
            day, where = one.shown_at.date(), (thanks.community, shown_in(thanks))
            monday = day - timedelta(days=day.weekday())
            digest = datetime.combine(monday + timedelta(days=7), time(DIGEST_HOUR, 5), UTC)
            moments = [(("day", *where, day.isoformat()), one.shown_at)]
            if digest < today:
                moments.append((("week", *where, monday.isoformat()), digest))
            for key, at in moments:
                first, last = spans.get(key, (at, at))
                spans[key] = min(at, first), max(at, last)
    ordered = sorted(spans.items(), key=lambda one: (one[1], one[0]))
    return [PastCard(*key, *span, _stamp(span[0], number)) for number, (key, span) in enumerate(ordered)]


def _stamp(at: datetime, number: int) -> str:
    """A message's ts two seconds later; the number keeps stamps of a channel apart."""
    return f"{int(at.timestamp()) + 2}.{900_000 + number % 100_000:06d}"


def _reactions(cards: Sequence[PastCard], dice: Random, today: datetime) -> dict[tuple[str, str], list[Reaction]]:
    """Reactions to cards of a day by channel and day, from people of the channel, once all was on the card."""
    made: dict[tuple[str, str], list[Reaction]] = {}
    for card in cards:
        if card.kind != "day" or dice.random() > 0.45:
            continue
        inside = [one.id for one in cast.PEOPLE if one.kind == "full" and one.id in _members(card.channel)]
        for person in dice.sample(inside, min(len(inside), dice.randint(1, 3))):
            at, emoji = card.last + timedelta(minutes=dice.randint(3, 170)), dice.choice(DEFAULT.emojis)
            came = CAME.get(cast.person(person).handle)
            if at < today and (came is None or at > today - timedelta(days=came)):
                made.setdefault((card.channel, card.day), []).append(
                    Reaction(person, card.channel, card.ts, emoji, at)
                )
    return made


def _members(channel: str) -> tuple[str, ...]:
    return cast.members_of(next(one for one in cast.ROOMS if one.id == channel))


def _seconds(
    thanks: PastThanks, on_cards: Mapping[tuple[str, str], Sequence[Reaction]], slack: Workspace, today: datetime
) -> tuple[Reaction, ...]:
    """Who seconds it: by a reaction to the message it was given for, or to a card it is on. Never its own people."""
    if thanks.status != "counted" or thanks.hidden:
        return ()
    channel = shown_in(thanks)
    days = {one.shown_at.date().isoformat() for one in thanks.people if one.shown_at is not None}
    found = [one for day in sorted(days) for one in on_cards.get((channel, day), ())]
    for message in slack.channel(channel).messages if channel and thanks.message_ts else ():
        if message.ts == thanks.message_ts:
            found += [
                Reaction(person, channel, message.ts, emoji, min(thanks.at + timedelta(minutes=9), today))
                for emoji, people in message.reactions.items()
                if emoji in DEFAULT.emojis
                for person in people
            ]
    own = {thanks.giver, *(one.slack_id for one in thanks.people)}
    return tuple(one for one in found if one.person not in own)
