"""Post it there: form, preview, and the one click after which a person's words go out."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.queries import community
from app.communities.shapes import CommunityCard
from app.errors import N_, NotFound, Refused
from app.routing import queries, sharing
from app.routing.sharing import Wish
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.surface import surface_of
from app.slack.views import ids, share
from app.slack.views.ids import Carried


def register(bolt: AsyncApp) -> None:
    """Register the button, the form and its preview."""
    bolt.action(ids.POST_IT)(open_compose)
    bolt.view(ids.COMPOSE)(composed)
    bolt.view(ids.PREVIEW)(confirmed)


async def open_compose(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The button under a suggestion: the person's text in a form, editable."""
    key, slug = ids.unpack(action["value"], 2)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        route = await queries.route_by_key(session, asker.workspace_id, key)
        card = await community(session, asker.workspace_id, slug)
    if route.slack_id != asker.slack_id:
        raise Refused(N_("This answer belongs to somebody else. Run /whereshare to get your own."))
    place = place_of(card, services.settings.forum_connected, asker)
    words = share.Words(
        title=sharing.suggested_title(route.text),
        text=route.text,
        tags=(),
        to_channel=bool(place.channel_id),
        to_forum=not place.channel_id,
    )
    carried = Carried(key, slug, services.clock.fresh_id(), surface_of(body))
    view = share.compose(
        place, words, asker.reader, metadata=carried.packed(), carried=share.CarriedOver.of(route.origin)
    )
    opened = services.slack.views_push if "view" in carried.surface else services.slack.views_open
    await opened(asker.team_id, body["trigger_id"], view)
    async with once.transaction():
        pass
    await ack()


async def composed(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services) -> None:
    """The form was sent: keep it, show how it will look."""
    carried = Carried.unpacked(view["private_metadata"])
    asker = await services.people.behind(once.team_id, body)
    wish = wish_of(view["state"]["values"])
    async with once.transaction() as session:
        route = await queries.route_by_key(session, asker.workspace_id, carried.answer)
        card = await community(session, asker.workspace_id, carried.community)
        place = place_of(card, services.settings.forum_connected, asker)
        kept = await sharing.draft(
            session,
            route,
            carried.share,
            asker.slack_id,
            carried.community,
            wish,
            place.channel_id,
            card.categories[0].id if card and card.categories else None,
            services.clock.now(),
        )
        words = share.Words(kept.title, kept.text, tuple(kept.tags), bool(kept.channel_id), bool(kept.forum_state))
        preview = share.preview(
            place,
            words,
            asker.slack_id,
            asker.reader,
            metadata=carried.packed(),
            carried=share.CarriedOver.of(route.origin),
        )
        reply = once.answers({"response_action": "push", "view": preview})
    await ack(reply)


async def confirmed(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services
) -> None:
    """The last button: from here on it is a job, done once, whatever happens to this process."""
    carried = Carried.unpacked(view["private_metadata"])
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        route = await queries.route_by_key(session, asker.workspace_id, carried.answer)
        await sharing.confirm(session, route, carried.share, asker.slack_id, services.clock.now())
        await services.jobs.enqueue(
            session,
            "whereshare.post",
            f"share:{carried.share}",
            {
                "team_id": asker.team_id,
                "workspace_id": asker.workspace_id,
                "slack_id": asker.slack_id,
                "key": carried.answer,
                "share": carried.share,
                "surface": carried.surface,
            },
        )
        reply = once.answers({"response_action": "clear"})
    await ack(reply)


def wish_of(values: dict[str, dict[str, Any]]) -> Wish:
    """The form's inputs as a Wish; inputs that were not shown are empty."""

    def typed(name: str) -> str:
        return mrkdwn.clean(values.get(name, {}).get(name, {}).get("value") or "")

    chosen = {one["value"] for one in values.get(ids.PLACES, {}).get(ids.PLACES, {}).get("selected_options") or []}
    return Wish(
        text=typed(ids.WORDS),
        title=typed(ids.TITLE),
        tags=typed(ids.TAGS),
        to_channel=ids.TO_CHANNEL in chosen,
        to_forum=ids.TO_FORUM in chosen,
    )


def place_of(card: CommunityCard | None, forum_connected: bool, asker: Asker) -> share.Place:
    """Where this person's words for a community may go; `NotFound` when there is nowhere.

    A guest may not see channels they were not invited to, so they do not speak there through us either.
    """
    if card is None:
        raise NotFound(N_("This community is no longer in the directory. Please run /whereshare again."))
    channel = None if asker.reader.guest else next((one for one in card.channels if not one.private), None)
    category = card.categories[0] if card.categories and forum_connected else None
    if channel is None and category is None:
        raise NotFound(
            N_("{community} has no open channel and no forum category that I could post to. Please ask its lead."),
            community=mrkdwn.escape(card.name),
        )
    return share.Place(
        community=card.name,
        channel_id=channel.slack_id if channel else "",
        channel_name=channel.name if channel else "",
        category_name=category.name or str(category.id) if category else "",
    )
