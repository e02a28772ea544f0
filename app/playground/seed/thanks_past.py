"""A year of thanks: who thanked whom, when, where and for what. The same in every run.

What became of each afterwards is in `thanks_fate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from zoneinfo import ZoneInfo

from app.playground import cast
from app.playground.cast import Person, Room
from app.playground.forum.state import Forum
from app.playground.seed import content
from app.playground.seed.thanks_shapes import Part, PastThanks
from app.playground.seed.topics import LEFT_BEFORE, SILENT_SINCE, YEAR
from app.playground.slack.state import Message
from app.playground.slack.workspace import Workspace
from app.thanks.policy import DEFAULT

# How many thanks each community had: busy ones and quiet ones.
SHARES = {
    "mnh": 30, "malaria": 30, "tbhiv": 20, "fprh": 22, "youth": 12, "wcancer": 9, "selfcare": 8, "surgery": 6,
    "nursemid": 16, "phc": 16, "hrh": 11, "quality": 13, "digital": 24, "frontier": 6, "mla": 28, "private": 8,
    "km": 26, "sbc": 16, "comms": 12, "gender": 12, "local": 10,
}  # fmt: skip
LANGUAGES = {**content.CAST_LANGUAGES, "mateo": ("es", "en"), "grace": ("en",), "issa": ("fr",)}
# Since when, in days, they have been here.
CAME = {"mateo": 19, "grace": 14}
NOWHERE = Room("D0SEEDED01", "", "", private=True)
APART = timedelta(minutes=61)


def thanks_given(now: datetime, forum: Forum, slack: Workspace, base_url: str) -> list[PastThanks]:
    """Every thanks of the year before today (UTC), oldest first. `base_url` is the forum's address."""
    teller = _Teller(now, forum, slack, base_url)
    made = sorted(teller.tell(), key=lambda one: (one.at, one.giver, one.reason))
    return [one.changed(key=_key(number)) for number, one in enumerate(made)]


class _Teller:
    """Draws the year with one pair of dice, and remembers what was given so that the rules hold."""

    def __init__(self, now: datetime, forum: Forum, slack: Workspace, base_url: str) -> None:
        self._dice = Random("thank you")
        self._today = now.astimezone(UTC).date()
        self._forum = forum
        self._slack = slack
        self._base_url = base_url
        self._given: dict[tuple[str, str], list[datetime]] = {}
        self._spent: dict[tuple[str, date], int] = {}

    def tell(self) -> Iterator[PastThanks]:
        words = content.load("thanks")
        for slug, share in SHARES.items():
            yield from self._of_community(slug, share)
        for group, language, value, reason in words["groups"]:
            yield self._to_group(group, language, value, reason)
        for name, language, value, reason in words["elsewhere"]:
            yield self._elsewhere(name, language, value, reason)

    def _of_community(self, slug: str, share: int) -> Iterator[PastThanks]:
        where = next(one for one in cast.ROOMS if one.community == slug)
        silent = SILENT_SINCE.get(slug, 0)
        # Something happened on these days, and several people said thanks for it.
        busy = [silent + self._dice.randint(2, 12), *(self._days_ago(silent) for _ in range(share // 8))]
        for language, value, reason in self._reasons(slug, share):
            days = self._dice.choice(busy) if self._dice.random() < 0.65 else self._days_ago(silent)
            giver = self._giver(where, language, days)
            spoken = LANGUAGES[giver.handle]
            said = (value, reason) if language in spoken else self._general(spoken[0])
            yield self._given_in(where, slug, giver, days, language, *said)

    def _reasons(self, slug: str, share: int) -> list[tuple[str, str, str]]:
        """So many reasons: those written for this community first, then about its subjects, then general ones."""
        words, subjects = content.load("thanks"), content.subjects()[slug]["subjects"]
        own = [tuple(one) for one in words["communities"][slug]]
        about = [
            (language, value, pattern.replace("{s}", subject))
            for language, listed in subjects.items()
            for subject in listed
            for value, pattern in words["about"].get(language, ())
            # French is written by one of them alone.
            if self._dice.random() < (0.4 if language == "fr" else 1)
        ]
        general = [(language, *one) for language, listed in words["general"].items() for one in listed]
        for pool in (own, about, general):
            self._dice.shuffle(pool)
        more = [*about[: (share - len(own)) * 2 // 3], *general]
        found = [*own, *more][:share]
        self._dice.shuffle(found)
        return [(str(language), str(value), str(reason)) for language, value, reason in found]

    def _general(self, language: str) -> tuple[str, str]:
        value, reason = self._dice.choice(content.load("thanks")["general"][language])
        return str(value), str(reason)

    def _giver(self, where: Room, language: str, days: int) -> Person:
        inside = cast.members_of(where)
        able = [one for one in cast.PEOPLE if language in LANGUAGES[one.handle] and _here(one, where, days)]
        near = [one for one in able if one.id in inside or one.kind == "left"]
        everybody = [one for one in cast.PEOPLE if one.id in inside and _here(one, where, days)]
        listed = near or able or everybody
        return self._dice.choices(listed, [2 if LANGUAGES[one.handle][0] == language else 1 for one in listed])[0]

    def _given_in(
        self, where: Room, slug: str, giver: Person, days: int, language: str, value: str, reason: str
    ) -> PastThanks:
        chance = self._dice.random()
        people = self._people(where, giver, days, language if value == "translating" else "")
        at = self._moment(giver, people, days)
        made = PastThanks("", giver.id, people, reason, value, slug, "command", where.id, "public", at)
        if value == "translating":
            return made
        if chance < 0.1 and (post := self._post(slug, giver, at)):
            url, author = post
            return made.changed(source="forum", forum_url=url, people=(author,))
        if chance < 0.3 and (message := self._message(where, giver, at)):
            return made.changed(source="shortcut", message_ts=message.ts, people=(Part(message.user),))
        if chance < 0.3 and days > YEAR // 10:
            # The message is older than what the local Slack still has.
            asked = at - timedelta(minutes=self._dice.randint(4, 300))
            return made.changed(source="shortcut", message_ts=f"{int(asked.timestamp())}.{days:06d}")
        if chance < 0.42:
            return made.changed(source="form", channel="", kind="")
        return made

    def _people(self, where: Room, giver: Person, days: int, language: str) -> tuple[Part, ...]:
        """People of the channel, leads more often; with a `language`, who translate into it or from it."""
        inside = cast.members_of(where)
        others = [one for one in cast.PEOPLE if one.id != giver.id and _here(one, where, days)]
        near = [one for one in others if one.id in inside or where.community in one.leads]
        if language:
            able = [one for one in others if len(LANGUAGES[one.handle]) > 1 and language in LANGUAGES[one.handle]]
            near = [one for one in near if one in able] or able or near
        weights = [3 if where.community in one.leads else 2 for one in near]
        wanted = self._dice.choices((1, 2, 3), (80, 13, 7))[0]
        chosen = dict.fromkeys(one.id for one in self._dice.choices(near, weights, k=wanted))
        return tuple(Part(one) for one in chosen)

    def _moment(self, giver: Person, people: Sequence[Part], days: int) -> datetime:
        """A working hour of the giver's own day, an hour away from their other thanks to the same people."""
        day = self._today - timedelta(days=days)
        while day.weekday() >= 5 or self._spent.get((giver.id, day), 0) + len(people) > DEFAULT.daily_cap:
            day -= timedelta(days=1)
        self._spent[giver.id, day] = self._spent.get((giver.id, day), 0) + len(people)
        at = self._working_hour(day, giver)
        while not all(abs(at - other) >= APART for other in self._before(giver, people)):
            at = self._working_hour(day, giver)
        for one in people:
            self._given.setdefault((giver.id, one.slack_id), []).append(at)
        return at

    def _before(self, giver: Person, people: Sequence[Part]) -> list[datetime]:
        return [at for one in people for at in self._given.get((giver.id, one.slack_id), ())]

    def _working_hour(self, day: date, giver: Person) -> datetime:
        clock = time(self._dice.randint(8, 17), self._dice.randint(0, 59), self._dice.randint(0, 59))
        return datetime.combine(day, clock, ZoneInfo(giver.zone)).astimezone(UTC)

    def _days_ago(self, silent: int) -> int:
        """More of them lately: the habit grew."""
        return silent + 1 + int((YEAR - 2 - silent) * self._dice.random() ** 1.6)

    def _post(self, slug: str, giver: Person, at: datetime) -> tuple[str, Part] | None:
        """A post of the community's category from the weeks before, and its author."""
        category = next(place.category_id for place in content.places() if place.slug == slug)
        found = [
            (topic, post)
            for topic in self._forum.topics.values()
            if topic.category_id == category
            for post in (self._forum.posts[number] for number in topic.post_ids)
            if at - timedelta(days=60) < post.created_at < at - timedelta(hours=1)
            and self._forum.users[post.user_id].username != giver.forum
        ]
        if not found:
            return None
        topic, post = self._dice.choice(found)
        username = self._forum.users[post.user_id].username
        ours = next((one for one in cast.PEOPLE if one.forum == username), None)
        if ours is not None and (ours.kind == "left" or self._too_close(giver, ours.id, at)):
            return None
        number = f"/{post.number}" if post.number > 1 else ""
        author = Part(ours.id) if ours else Part(forum_username=username)
        return f"{self._base_url}/t/{topic.slug}/{topic.id}{number}", author

    def _message(self, where: Room, giver: Person, at: datetime) -> Message | None:
        """What somebody else wrote in this channel in the days before."""
        found = [
            one
            for one in self._slack.channel(where.id).messages
            if one.user != giver.id
            and not one.bot_id
            and timedelta(minutes=1) < at - datetime.fromtimestamp(float(one.ts), UTC) < timedelta(days=6)
            and not self._too_close(giver, one.user, at)
        ]
        return self._dice.choice(found) if found else None

    def _too_close(self, giver: Person, slack_id: str, at: datetime) -> bool:
        before = self._given.setdefault((giver.id, slack_id), [])
        close = any(abs(at - other) < APART for other in before)
        before.append(at)
        return close

    def _to_group(self, group: str, language: str, value: str, reason: str) -> PastThanks:
        inside = next(members for one, _, _, members in cast.USER_GROUPS if one == group)
        where = cast.room("cop-km")
        days = self._days_ago(0)
        able = [
            one
            for one in cast.PEOPLE
            if language in LANGUAGES[one.handle] and _here(one, where, days) and len({one.id, *inside}) > 2
        ]
        others = [one for one in able if one.id not in inside] or able
        giver = self._dice.choice(others)
        people = tuple(Part(one, by_group=group) for one in inside if one != giver.id)
        at = self._moment(giver, people, days)
        return PastThanks("", giver.id, people, reason, value, "km", "form", where.id, "public", at)

    def _elsewhere(self, name: str, language: str, value: str, reason: str) -> PastThanks:
        where = cast.room(name) if name else NOWHERE
        kind = "direct" if where is NOWHERE else "private" if where.private else "public"
        days = self._dice.randint(1, 15) if name == "welcome" else self._days_ago(0)
        inside = cast.members_of(cast.room("general") if where is NOWHERE else where)
        able = [
            one
            for one in cast.PEOPLE
            if one.id in inside and language in LANGUAGES[one.handle] and _here(one, where, days)
        ]
        giver = self._dice.choice(able)
        others = [one.id for one in cast.PEOPLE if one.id in inside and one != giver and _here(one, where, days)]
        people = (Part(self._dice.choice(others)),)
        at = self._moment(giver, people, days)
        return PastThanks("", giver.id, people, reason, value, "", "command", where.id, kind, at)


def _here(person: Person, where: Room, days: int) -> bool:
    """Whether this person was about then; partners only where they share a channel."""
    if person.kind == "left":
        return days >= LEFT_BEFORE
    if person.kind in ("guest", "partner") and person.id not in cast.members_of(where):
        return False
    return days <= CAME.get(person.handle, YEAR)


def _key(number: int) -> str:
    """Keys in the shape of the clock's fresh ids, the same in every run."""
    return sha256(f"thank you {number}".encode()).hexdigest()[:22]
