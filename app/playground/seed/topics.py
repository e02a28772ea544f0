"""A year of forum topics, the same in every run: only the moment they count back from is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.playground import cast
from app.playground.seed import content
from app.playground.seed.content import Place, Writer

YEAR = 365
# A dormant community fell silent, a merged one moved: their topics are at least this many days old.
SILENT_SINCE = {**dict.fromkeys(cast.DORMANT, 210), **dict.fromkeys(cast.MERGED, 150)}
LEFT_BEFORE = 190
TITLES_PER_SUBJECT = 2


@dataclass(frozen=True)
class SeedReply:
    """One reply: who, when, what, whether it became the solution, and who liked it."""

    author: str
    at: datetime
    raw: str
    solution: bool = False
    liked_by: tuple[str, ...] = ()


@dataclass
class SeedTopic:
    """One topic of the past: community slug, language, and everything a forum keeps of it."""

    community: str
    category_id: int
    language: str
    title: str
    raw: str
    author: str
    at: datetime
    tags: tuple[str, ...] = ()
    views: int = 0
    closed: bool = False
    liked_by: tuple[str, ...] = ()
    replies: list[SeedReply] = field(default_factory=list)


def forum_topics(now: datetime) -> list[SeedTopic]:
    """More than 400 topics of the year before `now`, oldest first."""
    dice = Random("under the baobab")
    made = [topic for place in content.places() for topic in _of_place(place, now, dice)]
    return sorted(made, key=lambda one: (one.at, one.title))


def _of_place(place: Place, now: datetime, dice: Random) -> list[SeedTopic]:
    words = content.subjects()[place.slug]
    written = [(language, title, text, True) for language, title, text in words["topics"]]
    for language, subjects in words["subjects"].items():
        for subject in subjects:
            said = content.patterns(language)
            titles = dice.sample(said["titles"], min(TITLES_PER_SUBJECT, len(said["titles"])))
            texts = dice.sample(said["texts"], min(len(titles), len(said["texts"])))
            for title, text in zip(titles, texts, strict=False):
                country = dice.choice(_countries(language))
                written.append(
                    (language, _fill(title, subject, country), _fill(text, subject, country), False),
                )
    return [_topic(place, language, title, text, own, now, dice) for language, title, text, own in written]


def _topic(place: Place, language: str, title: str, text: str, own: bool, now: datetime, dice: Random) -> SeedTopic:
    said = content.patterns(language)
    at = _moment(now, SILENT_SINCE.get(place.slug, 0), dice)
    author = _writer(place, language, (now - at).days, dice)
    country = _home(author, language) or dice.choice(_countries(language))
    parts = [text]
    if not own or dice.random() < 0.5:
        parts.append(_fill(dice.choice(said["context"]), "", country))
    if "?" not in text and "؟" not in text:
        parts.append(dice.choice(said["questions"]))
    topic = SeedTopic(
        community=place.slug,
        category_id=place.category_id,
        language=language,
        title=title,
        raw="\n\n".join(parts),
        author=author.username,
        at=at,
        tags=tuple(sorted(dice.sample(content.load("patterns")["tags"][language], dice.randint(0, 2)))),
        views=dice.randint(8, 240),
        closed=dice.random() < 0.04,
        liked_by=_some(dice, author.username, 6),
    )
    _answer(topic, place, now, dice)
    return topic


def _answer(topic: SeedTopic, place: Place, now: datetime, dice: Random) -> None:
    """Replies over the following days: some topics have none, some only the author's own, a quarter is solved."""
    said = content.patterns(topic.language)
    fate = dice.random()
    if fate < 0.14:
        return
    if fate < 0.18:
        when = topic.at + timedelta(days=dice.randint(2, 9), minutes=dice.randint(0, 600))
        if when < now:
            topic.replies.append(SeedReply(topic.author, when, dice.choice(said["selftalk"])))
        return
    texts = dice.sample(said["replies"], min(dice.randint(1, 5), len(said["replies"])))
    solved_at = dice.randrange(len(texts)) if fate < 0.45 else None
    at = topic.at
    for index, text in enumerate(texts):
        at += timedelta(hours=dice.choice((1, 3, 7, 20, 31, 54, 90)), minutes=dice.randint(0, 59))
        if at >= now - timedelta(minutes=5):
            return
        language = topic.language
        helper = _writer(place, language, (now - at).days, dice, other_than=topic.author)
        solution = index == solved_at
        words = dice.choice(said["solutions"]) if solution else text
        raw = _fill(words, "", _home(helper, language) or dice.choice(_countries(language)))
        likes = _some(dice, helper.username, 7 if solution else 3)
        topic.replies.append(SeedReply(helper.username, at, raw, solution, likes))


def _writer(place: Place, language: str, days_ago: int, dice: Random, *, other_than: str = "") -> Writer:
    """Somebody who writes that language; the community's leads come up more often."""
    able = [
        one
        for one in content.writers()
        if language in one.languages and one.username != other_than and not (one.left and days_ago < LEFT_BEFORE)
    ]
    weights = [4 if one.slack_id in place.leads else 2 if one.languages[0] == language else 1 for one in able]
    return dice.choices(able, weights)[0]


def _home(writer: Writer, language: str) -> str:
    """The writer's country in their own language, "" when they write in another one."""
    return writer.country if language == writer.languages[0] else ""


def _moment(now: datetime, silent_days: int, dice: Random) -> datetime:
    """A weekday's working hour of the past year, at least `silent_days` and an hour before `now`."""
    at = now - timedelta(days=silent_days + dice.random() * (YEAR - silent_days), hours=1)
    if at.weekday() >= 5:
        at -= timedelta(days=at.weekday() - 4)
    placed = at.replace(
        hour=dice.randint(6, 17), minute=dice.randint(0, 59), second=dice.randint(0, 59), microsecond=0
    )
    return min(placed, now - timedelta(days=silent_days, hours=1))


def _some(dice: Random, author: str, most: int) -> tuple[str, ...]:
    others = [one.username for one in content.writers() if one.username != author and not one.left]
    return tuple(dice.sample(others, dice.randint(0, most)))


def _countries(language: str) -> list[str]:
    found: list[str] = content.load("patterns")["countries"][language]
    return found


def _fill(pattern: str, subject: str, country: str) -> str:
    capital = subject[:1].upper() + subject[1:]
    return pattern.replace("{s}", subject).replace("{S}", capital).replace("{country}", country)
