"""Filling the local forum: accounts, a category for each community, and the year's topics."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.playground.forum.state import Forum
from app.playground.seed import content
from app.playground.seed.topics import forum_topics

COLORS = ("0E7C66", "B45309", "1D4ED8", "9D174D", "4D7C0F", "6D28D9", "0F766E", "B91C1C")
JOINED = timedelta(days=500)


def fill_forum(forum: Forum, now: datetime) -> int:
    """Give an empty forum its past; how many topics it got. Two closed categories show that they stay closed."""
    for person in content.writers():
        forum.add_user(
            person.username,
            person.name,
            person.address,
            admin=person.admin,
            trust_level=3 if person.slack_id else 2,
            suspended=person.left,
            title=person.title,
            external_id=person.slack_id,
            groups=frozenset({"leads"} if person.slack_id else ()),
        )
    for user in forum.users.values():
        user.created_at = now - JOINED
    forum.add_category(
        "General", id=1, slug="general", description="Everything that has no better place", color="52625C"
    )
    forum.add_category("Leads only", id=3, read_groups=frozenset({"leads"}), description="For community leads")
    for index, place in enumerate(content.places()):
        color = COLORS[index % len(COLORS)]
        forum.add_category(place.name, id=place.category_id, slug=place.slug, description=place.purpose, color=color)
    names = {user.username: user for user in forum.users.values()}
    past = forum_topics(now)
    for one in past:
        topic = forum.add_topic(
            names[one.author], one.title, one.raw, one.category_id, tags=one.tags, at=one.at, announce=False
        )
        topic.views, topic.closed = one.views, one.closed
        forum.posts[topic.post_ids[0]].liked_by = {names[name].id for name in one.liked_by}
        for reply in one.replies:
            post = forum.add_post(names[reply.author], topic, reply.raw, at=reply.at, announce=False)
            post.liked_by = {names[name].id for name in reply.liked_by}
            if reply.solution:
                forum.accept(post, announce=False)
    amina = names["amina_o"]
    welcome = forum.add_topic(
        amina, WELCOME_TITLE, WELCOME, 1, at=now - timedelta(days=360), announce=False, tags=("welcome",)
    )
    welcome.pinned = True
    forum.add_topic(amina, LEADS_TITLE, LEADS, 3, at=now - timedelta(days=12), announce=False)
    return len(past) + 2


WELCOME_TITLE = "Welcome: how this forum is organised"
WELCOME = """Every community of practice has a category of its own. Write in the language you like.

- Say in the title what it is about and for whom.
- Search before you ask, and link what you found.
- Thank people: a like costs nothing.

Not sure where to write? Ask in Slack with `/whereshare` and your text."""
LEADS_TITLE = "Plans for next quarter, among leads"
LEADS = (
    "Draft agenda for our call: dormant communities, the merge of Frontier Technology, who follows Peter in surgery."
)
