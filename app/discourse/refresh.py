"""One topic brought up to date, as a webhook asks for it."""

from __future__ import annotations

from app.db import Database
from app.discourse.gateway import ForumGateway
from app.discourse.shelf import drop_topics, store_excerpts, store_lines
from app.discourse.sync import Moved, belongs, open_categories
from app.errors import NotFound


async def refresh_topic(
    db: Database, gateway: ForumGateway, workspace_id: int, topic_id: int, *, on_moved: Moved | None = None
) -> bool:
    """Read the topic as it is now and store it, or take it away; whether it is in the index afterwards.

    Also notices an edited first post, which lists do not show. Safe to repeat. Raises `Unavailable`.
    """
    await gateway.turn()
    categories = open_categories(await gateway.categories())
    await gateway.turn()
    try:
        detail = await gateway.topic(topic_id)
    except NotFound:
        detail = None
    if detail is None or not belongs(detail.line, categories):
        async with db.transaction() as session:
            await drop_topics(session, workspace_id, forum_ids={topic_id})
        return False
    first = next((post for post in detail.posts if post.number == 1), None)
    async with db.transaction() as session:
        await store_lines(session, workspace_id, [detail.line], on_moved)
        if first is not None:
            await store_excerpts(session, workspace_id, {topic_id: first})
    return True
