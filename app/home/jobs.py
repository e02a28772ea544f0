"""App Home as a whole: drawn when it is opened, and again by a job when something on it changed."""

from __future__ import annotations

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.communities.membership import communities_of
from app.communities.queries import led_by
from app.communities.rules import active_first
from app.huddles.jobs_home import home_part as huddles_part
from app.jobs.tasks import Task, TaskContext
from app.polls.queries import own_polls
from app.services import Services
from app.slack.people import Asker
from app.slack.views import exports, home, privacy
from app.slack.views.polls import home as polls_home
from app.thanks.jobs_home import home_part as thanks_part

DRAW_TASK = "home.draw"


def tasks(services: Services) -> dict[str, Task]:
    """The tasks of this room by name."""

    async def draw(ctx: TaskContext, args: dict[str, Any]) -> None:
        """Draw a person's Home anew; `args`: team_id, slack_id."""

        async def publish() -> None:
            await draw_home(services, await services.people.asker(args["team_id"], args["slack_id"]))

        await ctx.step("draw", publish)

    return {DRAW_TASK: draw}


async def redraw_home(services: Services, session: AsyncSession, asker: Asker, cause: str) -> None:
    """Draw a person's Home anew once the caller's transaction is committed; once a cause."""
    args = {"team_id": asker.team_id, "slack_id": asker.slack_id}
    await services.jobs.enqueue(session, DRAW_TASK, f"home:{cause}"[:255], args)


async def draw_home(services: Services, asker: Asker) -> None:
    """Publish a person's Home as everything stands now. A picture: drawing it twice does no harm."""
    now = services.clock.now()
    async with services.db.read_only() as session:
        led = await led_by(session, asker.workspace_id, asker.slack_id)
        cards = await services.desk.shelf.directory(session, asker.workspace_id)
        thanks = await thanks_part(services, session, asker)
        polls = await own_polls(session, asker.workspace_id, asker.slack_id, now, *polls_home.LISTED)
        huddles = await huddles_part(services, session, asker)
        mine = set(await communities_of(session, asker.workspace_id, asker.slack_id))
    joined = [card for card in cards if card.id in mine]
    prefix = services.settings.command_prefix
    view = home.home(
        home.welcome(f"/{prefix}whereshare", asker.reader),
        polls_home.part(polls, f"/{prefix}pulse-poll", asker.reader),
        huddles,
        thanks,
        home.communities(led, joined, active_first(cards, now), asker.reader, now),
        exports.home_part(asker.reader) if asker.is_admin else (),
        privacy.home_part(asker.reader),
    )
    await services.slack.views_publish(asker.team_id, asker.slack_id, view)
