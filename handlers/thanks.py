"""/thanks: an acknowledgement in a sentence, by form, or from a message's menu."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.discourse.links import post_link
from app.errors import N_, NotUnderstood, Refused
from app.members import queries as members
from app.routing.queries import author_of_post
from app.services import Services
from app.slack import thanks_text
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.surface import surface_of
from app.slack.thanks_text import Said
from app.slack.views import notes
from app.slack.views.help import asks_for_help
from app.slack.views.thanks import help as guide
from app.slack.views.thanks import ids, receipt
from app.slack.views.thanks.ids import Carried
from app.thanks import queries, service
from app.thanks.jobs_follow import Team, follow
from app.thanks.jobs_forum import ask_author
from app.thanks.policy import Policy
from app.thanks.shapes import Named, Place, Wish
from app.thanks.showing import ground
from handlers.thanks_form import kind_of, open_form


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register the command, the button in App Home, and the message shortcut."""
    bolt.command(f"/{prefix}thanks")(thanks)
    bolt.action(ids.START)(start)
    bolt.shortcut({"callback_id": ids.THANK_AUTHOR, "type": "message_action"})(thank_author)


async def thanks(ack: AsyncAck, command: dict[str, Any], once: Once, services: Services) -> None:
    """The command itself: a receipt where everybody is known for sure, else the form with what was understood."""
    asker = await services.people.asker(once.team_id, command["user_id"], acting=True)
    # The rest of a sentence that begins so is somebody's reason.
    if asks_for_help(command.get("text") or ""):
        await ack(guide.help_text(command["command"], asker.reader))
        return
    policy = await policy_of(services, asker)
    said = thanks_text.read(command.get("text") or "", policy.values, forum_url(services))
    place = _place(command.get("channel_id", ""), command.get("channel_name", ""))
    if said.everybody:
        raise NotUnderstood(
            N_("A whole channel cannot be thanked. Please mention those who helped you, or a user group.")
        )
    if said.groups or said.unsure or not (said.people or said.links):
        await open_form(services, once, asker, command["trigger_id"], said, place, policy)
        await ack()
        return
    wish = await _wish(services, asker, said, place)
    team = Team(asker.team_id, asker.workspace_id)
    if not wish.people:
        async with once.transaction() as session:
            await ask_author(services, session, team, wish, surface_of(command), once.key)
            body = once.answers(notes.asking_forum(asker.reader))
        await ack(body)
        return
    await meet(services, asker, said.people)
    now = services.clock.now()
    async with once.transaction() as session:
        given, effects = await service.give(session, asker.workspace_id, services.clock.fresh_id(), wish, now)
        await follow(services, session, team, effects)
        shown = await queries.receipt(session, asker.workspace_id, given.key, now)
        body = once.answers(receipt.message(shown, asker.reader, now))
    await ack(body)


async def start(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """The button in App Home, or of the help where it was asked for: the empty form."""
    asker = await services.people.behind(once.team_id, body)
    channel = body.get("channel") or {}
    place = _place(str(channel["id"]), str(channel.get("name") or "")) if channel.get("id") else Carried()
    await open_form(services, once, asker, body["trigger_id"], Said(), place, await policy_of(services, asker))
    await ack()


def _place(channel_id: str, channel_name: str) -> Carried:
    """Where the command, or its help, was asked for."""
    return Carried(channel_id=channel_id, kind=kind_of(channel_id, channel_name), source="command")


async def thank_author(ack: AsyncAck, body: dict[str, Any], once: Once, services: Services) -> None:
    """The entry "Thank the author" in a message's menu, in threads too: the form, with its author chosen."""
    asker = await services.people.behind(once.team_id, body)
    message, channel = body["message"], body["channel"]
    author = await _author(services, asker, message, channel["id"])
    if author == asker.slack_id:
        raise Refused(N_("You wrote that yourself. Whoever helped you with it will be glad of your thanks."))
    place = Carried(
        channel_id=channel["id"],
        kind=kind_of(channel["id"], str(channel.get("name") or "")),
        message_ts=str(message["ts"]),
        source="shortcut",
    )
    said = Said(people=(author,) if author else ())
    await open_form(services, once, asker, body["trigger_id"], said, place, await policy_of(services, asker))
    await ack()


async def _author(services: Services, asker: Asker, message: dict[str, Any], channel_id: str) -> str:
    """Whose words a message holds; "" for a program's. Words that somebody let us post are theirs."""
    if not message.get("bot_id"):
        return str(message.get("user") or "")
    async with services.db.read_only() as session:
        return await author_of_post(session, asker.workspace_id, channel_id, str(message["ts"]))


async def policy_of(services: Services, asker: Asker) -> Policy:
    """The workspace's policy of thanks."""
    async with services.db.read_only() as session:
        return (await ground(session, asker.workspace_id)).policy


async def meet(services: Services, asker: Asker, slack_ids: tuple[str, ...]) -> None:
    """Make sure that everybody named is known: those we have never met are asked of Slack."""
    await asyncio.gather(*(services.people.asker(asker.team_id, one) for one in slack_ids))


def forum_url(services: Services) -> str:
    """Where the forum is, "" where none is connected."""
    return services.settings.discourse_url if services.settings.forum_connected else ""


async def _wish(services: Services, asker: Asker, said: Said, place: Carried) -> Wish:
    """What a command asks for; `NotUnderstood` where it names an address of the forum that is no post."""
    links = [post_link(one, forum_url(services)) for one in said.links]
    if None in links:
        raise NotUnderstood(
            N_("I cannot tell which post that address means. Open the post, copy its link, and try again.")
        )
    if len(set(links)) > 1:
        raise NotUnderstood(N_("Please thank for one post at a time: each has its own author."))
    url = next((one.address(forum_url(services)) for one in links if one), "")
    named = thanks_text.mentioned(said.reason)
    async with services.db.read_only() as session:
        known = await members.names(session, asker.workspace_id, named) if named else {}
        community = await service.community_at(session, asker.workspace_id, place.channel_id)
    return Wish(
        giver=asker.slack_id,
        people=tuple(Named(one) for one in said.people),
        reason=thanks_text.readable_reason(said.reason, known),
        value=said.value,
        community=community,
        place=Place(place.channel_id, place.kind, forum_url=url),
        source="command",
    )
