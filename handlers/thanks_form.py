"""The forms of /thanks: opened with what is known, read when they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.communities.rules import active_first
from app.discourse.links import post_link
from app.errors import N_, DomainError, NotUnderstood
from app.members import queries as members
from app.services import Services
from app.slack import mrkdwn, thanks_text
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.thanks_text import Said
from app.slack.views import notes
from app.slack.views.thanks import form, ids, receipt
from app.slack.views.thanks.form import Draft, Unsure
from app.slack.views.thanks.ids import Carried
from app.thanks import naming, queries, rules, service
from app.thanks.jobs_follow import Team, follow
from app.thanks.jobs_forum import ask_author
from app.thanks.policy import Policy
from app.thanks.shapes import Named, Place, Wish


def register(bolt: AsyncApp) -> None:
    """Register the form of a new thanks."""
    bolt.view(ids.FORM)(form_sent)


def kind_of(channel_id: str, channel_name: str) -> str:
    """What kind of place a conversation is: public, private or direct; "" for none.

    Slack names a private channel `privategroup`, and a conversation of a few `directmessage` or `mpdm-…`.
    """
    if not channel_id:
        return ""
    if channel_id.startswith("D") or channel_name == "directmessage" or channel_name.startswith("mpdm-"):
        return "direct"
    return "private" if channel_name == "privategroup" or channel_id.startswith("G") else "public"


async def open_form(
    services: Services, once: Once, asker: Asker, trigger_id: str, said: Said, place: Carried, policy: Policy
) -> None:
    """Open the form with what was understood. Where Slack has to be asked first, it opens empty and is filled in."""
    await once.check()
    # A guest does not learn who has which address: only what they chose from Slack's list is known to them.
    addresses = [] if asker.reader.guest else [one for one in said.unsure if "@" in one[1:]][: naming.LOOKED_FOR]
    if said.groups or addresses:
        opened = await services.slack.views_open(asker.team_id, trigger_id, notes.looking_up(asker.reader))
        try:
            view = await _form(services, asker, said, place, policy, addresses)
        except DomainError as problem:
            view = notes.problem_view(problem.said(asker.reader.words()), asker.reader)
        await services.slack.views_update(asker.team_id, str(opened["id"]), view)
    else:
        view = await _form(services, asker, said, place, policy, ())
        await services.slack.views_open(asker.team_id, trigger_id, view)
    # The trigger works once: noted only now, so that a failure before can be tried again.
    async with once.transaction():
        pass


async def form_sent(
    ack: AsyncAck, view: dict[str, Any], body: dict[str, Any], once: Once, services: Services
) -> None:
    """The form was sent: the receipt takes its place, or the field that is not right is marked."""
    asker = await services.people.behind(once.team_id, body)
    wish = _wish(view, asker, services.settings.discourse_url)
    team = Team(asker.team_id, asker.workspace_id)
    if not wish.people and wish.place.forum_url:
        async with once.transaction() as session:
            await ask_author(services, session, team, wish, {}, once.key)
            reply = once.answers({"response_action": "update", "view": notes.asking_forum_view(asker.reader)})
        await ack(reply)
        return
    await asyncio.gather(*(services.people.asker(asker.team_id, one.slack_id) for one in wish.people))
    now = services.clock.now()
    async with once.transaction() as session:
        key = services.clock.fresh_id()
        given, effects = await service.give(session, asker.workspace_id, key, wish, now)
        await follow(services, session, team, effects)
        shown = await queries.receipt(session, asker.workspace_id, given.key, now)
        reply = once.answers({"response_action": "update", "view": receipt.modal(shown, asker.reader, now)})
    await ack(reply)


def _wish(view: dict[str, Any], asker: Asker, forum_url: str) -> Wish:
    """What a sent form asks for; `NotUnderstood` with the field for an address that is no post."""
    carried = Carried.unpacked(view["private_metadata"])
    values = view["state"]["values"]
    chosen = [
        *(values.get(ids.PEOPLE, {}).get(ids.PEOPLE, {}).get("selected_users") or ()),
        *(one["value"] for one in values.get(ids.SUGGESTED, {}).get(ids.SUGGESTED, {}).get("selected_options") or ()),
    ]
    url = typed(values, ids.FORUM_URL)
    link = post_link(url, forum_url) if url else None
    if url and link is None:
        raise NotUnderstood(
            N_("That is no address of a post on our forum. Open the post and copy its link."), field=ids.FORUM_URL
        )
    group = frozenset(carried.group_people)
    return Wish(
        giver=asker.slack_id,
        people=tuple(Named(one, by_group=carried.group if one in group else "") for one in dict.fromkeys(chosen)),
        reason=typed(values, ids.REASON),
        value=picked(values, ids.VALUE),
        community=picked(values, ids.COMMUNITY),
        place=Place(carried.channel_id, carried.kind, carried.message_ts, link.address(forum_url) if link else ""),
        # A command that needed a question first is still a command to whoever typed it.
        source=carried.source,
    )


def typed(values: dict[str, Any], name: str) -> str:
    """What was typed into an input, cleaned; "" where it was not shown."""
    return mrkdwn.clean(values.get(name, {}).get(name, {}).get("value") or "")


def picked(values: dict[str, Any], name: str) -> str:
    """The value of a chosen option; "" for none."""
    option = values.get(name, {}).get(name, {}).get("selected_option") or {}
    return "" if option.get("value") in (None, ids.NONE) else str(option["value"])


async def _form(
    services: Services, asker: Asker, said: Said, place: Carried, policy: Policy, addresses: Sequence[str]
) -> dict[str, Any]:
    """The form's view, with everything that Slack and the directory know."""
    found = dict(await asyncio.gather(*(_by_address(services, asker, one) for one in addresses)))
    group_people: tuple[str, ...] = ()
    if said.groups:
        group_people = await _expanded(services, asker, said, policy)
        # Who is named by name as well counts by name.
        of_group = tuple(one for one in group_people if one not in said.people)
        place = replace(place, group=said.groups[0].id, group_people=of_group)
    now = services.clock.now()
    async with services.db.read_only() as session:
        cards = await services.desk.shelf.directory(session, asker.workspace_id)
        listed = [] if asker.reader.guest else await queries.everybody(session, asker.workspace_id)
        named = thanks_text.mentioned(said.reason)
        names = await members.names(session, asker.workspace_id, named) if named else {}
        community = await service.community_at(session, asker.workspace_id, place.channel_id)
        community_name = await service.community_name(session, asker.workspace_id, community)
        left = await queries.left_today(session, asker.workspace_id, asker.slack_id, now)
    unsure = [one for one in said.unsure if not found.get(one)]
    others = [one for one in listed if one[0] != asker.slack_id]
    # Comparing with everybody takes a moment that others need not wait for.
    maybe = await asyncio.to_thread(naming.suggest_each, unsure, others) if unsure else []
    if suggested := [slack_id for each in maybe for slack_id, _ in each]:
        async with services.db.read_only() as session:
            maybe = naming.told_apart(maybe, await queries.zones(session, asker.workspace_id, suggested))
    people = dict.fromkeys((*said.people, *(one for one in found.values() if one), *group_people))
    living = [(card.slug, card.name) for card in active_first(cards, now)]
    draft = Draft(
        people=tuple(people),
        unsure=tuple(map(Unsure, unsure, maybe)),
        group=said.groups[0].name or said.groups[0].id if said.groups else "",
        group_size=len(group_people),
        reason=thanks_text.readable_reason(said.reason, names),
        value=said.value,
        community=community,
        forum_url=next(iter(said.links), ""),
        values=policy.values,
        # A guest is not shown which communities there are.
        communities=() if asker.reader.guest else with_chosen(living, community, community_name),
        forum=services.settings.forum_connected,
        left=left,
    )
    return form.form(draft, place, asker.reader)


def with_chosen(listed: Sequence[tuple[str, str]], slug: str, name: str) -> tuple[tuple[str, str], ...]:
    """The communities of a menu, with the one that is chosen: it may be quiet, and would be lost."""
    return tuple(dict([*listed, *([(slug, name)] if slug else [])]).items())


async def _by_address(services: Services, asker: Asker, address: str) -> tuple[str, str]:
    """The address and the Slack id of the one person who has it, "" for nobody."""
    user = await services.slack.user_by_email(asker.team_id, address)
    return address, str(user["id"]) if user else ""


async def _expanded(services: Services, asker: Asker, said: Said, policy: Policy) -> tuple[str, ...]:
    """The people of the user group that can be thanked now: not the giver, no bots, nobody who left."""
    if len(said.groups) > 1:
        raise NotUnderstood(N_("Please thank one user group at a time."))
    listed = await services.slack.usergroup_members(asker.team_id, said.groups[0].id)
    others = [one for one in dict.fromkeys(listed) if one != asker.slack_id]
    rules.check_group(len(others), policy)
    await asyncio.gather(*(services.people.asker(asker.team_id, one) for one in others))
    async with services.db.read_only() as session:
        here = {slack_id for slack_id, _ in await queries.everybody(session, asker.workspace_id)}
    people = tuple(one for one in others if one in here)
    if not people:
        raise NotUnderstood(N_("Nobody of that group can be thanked now. Please mention people by name."))
    return people
