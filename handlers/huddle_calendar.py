"""A community's calendar, for its leads and for admins: a new address of its feed, and its page for everybody."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.shapes import CommunityCard
from app.huddles import feeds, published, publishing
from app.huddles.publishing import Keeper
from app.services import Services
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views.huddles import community, ids
from app.slack.views.ids import unpack
from handlers.windows import put


def register(bolt: AsyncApp) -> None:
    """Register the button that opens the window, and what can be done in it."""
    bolt.action(ids.COMMUNITY)(look_after)
    bolt.action(ids.RENEW_COMMUNITY)(renew)
    bolt.action(ids.OPEN_PAGE)(open_page)
    bolt.action(ids.CLOSE_PAGE)(close_page)


def keeper_of(asker: Asker) -> Keeper:
    """The asking person, as the rules of a community's calendar see them."""
    return Keeper(asker.slack_id, asker.is_admin, asker.reader.guest)


async def look_after(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the window of one community's calendar."""
    (slug,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    await once.check()
    async with services.db.read_only() as session:
        card = await publishing.looked_after(session, asker.workspace_id, slug, keeper_of(asker))
    await put(services, asker, body, await _window(services, asker, card))
    async with once.transaction():
        pass
    await ack()


async def renew(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A new address for the community's feed; the old ones stop working."""
    (slug,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        card = await publishing.renew(session, asker.workspace_id, slug, keeper_of(asker), services.clock.now())
    await _redraw(services, asker, body, card)
    await ack()


async def open_page(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Open the page to everybody; what that means was said before."""
    await _set(body, action, once, services, public=True)
    await ack()


async def close_page(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Close the page; it is gone when this is answered."""
    await _set(body, action, once, services, public=False)
    await ack()


async def _set(body: dict[str, Any], action: dict[str, Any], once: Once, services: Services, *, public: bool) -> None:
    (slug,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with once.transaction() as session:
        card = await publishing.set_page(
            session, asker.workspace_id, slug, keeper_of(asker), services.clock.now(), public=public
        )
    await _redraw(services, asker, body, card)


async def _redraw(services: Services, asker: Asker, body: dict[str, Any], card: CommunityCard) -> None:
    view = await _window(services, asker, card)
    await services.slack.views_update(asker.team_id, body["view"]["id"], view)


async def _window(services: Services, asker: Asker, card: CommunityCard) -> dict[str, Any]:
    settings = services.settings
    async with services.db.read_only() as session:
        feed = await feeds.current(session, asker.workspace_id, "community", card.slug)
        path = await published.path_of(session, asker.workspace_id, card.slug)
        is_open = await published.is_open(session, asker.workspace_id, card.slug)
    page = f"{settings.public_url}{path}" if settings.has_public_url else ""
    kept = community.Kept(
        slug=card.slug,
        name=card.name,
        feed=feeds.address_of(feed, settings.public_url, settings.secret_key.get_secret_value()),
        page=page,
        page_feed=f"{page}.ics" if page else "",
        is_open=is_open,
    )
    return community.window(kept, asker.reader)
