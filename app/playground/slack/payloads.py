"""The JSON of interactions and events, field by field as Slack sends it."""

from __future__ import annotations

from typing import Any

from app.playground import cast
from app.playground.slack import shapes
from app.playground.slack.inputs import Values, state_values
from app.playground.slack.state import Ephemeral, Member, Message, View
from app.playground.slack.workspace import Workspace

VERIFICATION = "playground-verification"
BUTTON_FIELDS = ("type", "action_id", "text", "value", "style", "url")
Source = Message | Ephemeral | View


def person(who: Member) -> dict[str, Any]:
    """The `user` of an interaction; a partner's `team_id` is their own."""
    return {"id": who.id, "username": who.handle, "name": who.handle, "team_id": who.team_id}


def common(slack: Workspace, kind: str, who: Member) -> dict[str, Any]:
    """Fields of every interaction."""
    return {
        "type": kind,
        "user": person(who),
        "team": {"id": cast.TEAM_ID, "domain": slack.config.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": cast.APP_ID,
        "token": VERIFICATION,
    }


def place(slack: Workspace, source: Source, values: Values) -> dict[str, Any]:
    """Where an action happened: container, and the message and channel, or the view; `values` as filled in so far."""
    if isinstance(source, View):
        return {"container": {"type": "view", "view_id": source.id}, "view": shapes.view(source)}
    room = slack.channel(source.channel)
    answer: dict[str, Any] = {
        "container": shapes.source(source),
        "channel": {"id": room.id, "name": shapes.channel_label(room)},
        "state": {"values": state_values(source.blocks, values, room.id)},
    }
    # Slack tells nothing of an ephemeral message's content.
    if isinstance(source, Message):
        answer["message"] = shapes.message(slack, source, metadata=True)
    return answer


def block_actions(
    slack: Workspace,
    who: Member,
    source: Source,
    block: dict[str, Any],
    element: dict[str, Any],
    state: dict[str, Any] | None,
    values: Values,
) -> dict[str, Any]:
    """A click or a choice. `state` is the element's new state, None for buttons; `values` those of all elements."""
    action = {
        name: value
        for name, value in element.items()
        if name in ("type", "action_id", "text", "value", "style", "url")
    }
    if state is not None:
        action = {"type": element["type"], "action_id": element["action_id"], **state}
    action |= {"block_id": block["block_id"], "action_ts": slack.fresh_ts()}
    grants = slack.grants
    answer = {**common(slack, "block_actions", who), **place(slack, source, values), "actions": [action]}
    if isinstance(source, View):
        answer["trigger_id"] = grants.trigger(who.id, view_id=source.id, channel=source.channel)
    else:
        answer["trigger_id"] = grants.trigger(who.id, channel=source.channel)
        answer["response_url"] = grants.response_url(who.id, source.channel, source)
    return answer


def block_suggestion(
    slack: Workspace, who: Member, source: Source, block: dict[str, Any], element: dict[str, Any], typed: str
) -> dict[str, Any]:
    """A request for the options of an external select."""
    asked = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    return {**common(slack, "block_suggestion", who), **place(slack, source, source.values), **asked}


def view_submission(slack: Workspace, who: Member, view: View) -> dict[str, Any]:
    """A submitted modal, with `response_urls` for selects that ask for them."""
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        if element.get("response_url_enabled"):
            state = state_values([block], view.values, view.channel)[block["block_id"]][element["action_id"]]
            channel = state.get("selected_conversation") or state.get("selected_channel")
            if channel:
                url = slack.grants.response_url(who.id, channel)
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                urls.append({**ids, "channel_id": channel, "response_url": url})
    trigger = slack.grants.trigger(who.id, view_id=view.id, channel=view.channel)
    return {
        **common(slack, "view_submission", who),
        "trigger_id": trigger,
        "view": shapes.view(view),
        "response_urls": urls,
    }


def view_closed(slack: Workspace, who: Member, view: View, *, cleared: bool) -> dict[str, Any]:
    """A modal dismissed by its person."""
    return {**common(slack, "view_closed", who), "view": shapes.view(view), "is_cleared": cleared}


def shortcut(slack: Workspace, who: Member, callback_id: str) -> dict[str, Any]:
    """A global shortcut."""
    trigger = slack.grants.trigger(who.id)
    now = slack.fresh_ts()
    return {**common(slack, "shortcut", who), "callback_id": callback_id, "trigger_id": trigger, "action_ts": now}


def message_action(slack: Workspace, who: Member, callback_id: str, message: Message) -> dict[str, Any]:
    """A message shortcut; in a thread the message carries its `thread_ts`."""
    room = slack.channel(message.channel)
    fields = common(slack, "message_action", who)
    # These two are not in Slack's payloads of this kind: nothing may rely on them.
    del fields["api_app_id"], fields["user"]["username"]
    return {
        **fields,
        "callback_id": callback_id,
        "trigger_id": slack.grants.trigger(who.id, channel=room.id),
        # Answers show up in the channel, or in the thread the message is in; there is nothing to replace.
        "response_url": slack.grants.response_url(who.id, room.id),
        "channel": {"id": room.id, "name": shapes.channel_label(room)},
        "message_ts": message.ts,
        "message": shapes.message(slack, message, metadata=True),
        "action_ts": slack.fresh_ts(),
    }


def command(slack: Workspace, who: Member, channel: str, name: str, text: str) -> dict[str, str]:
    """The form of a slash command."""
    room = slack.channel(channel)
    return {
        "token": VERIFICATION,
        "team_id": cast.TEAM_ID,
        "team_domain": slack.config.domain,
        "channel_id": room.id,
        "channel_name": shapes.channel_label(room),
        "user_id": who.id,
        "user_name": who.handle,
        "command": name,
        "text": text,
        "api_app_id": cast.APP_ID,
        "is_enterprise_install": "false",
        "response_url": slack.grants.response_url(who.id, room.id),
        "trigger_id": slack.grants.trigger(who.id, channel=room.id),
    }


def envelope(slack: Workspace, event: dict[str, Any]) -> dict[str, Any]:
    """An event in its envelope."""
    room = slack.channels.get(str(event.get("channel")))
    authorization = {
        "enterprise_id": None,
        "team_id": cast.TEAM_ID,
        "user_id": cast.BOT_USER_ID,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION,
        "team_id": cast.TEAM_ID,
        "context_team_id": cast.TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": cast.APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": slack.fresh_id("Ev"),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [authorization],
        "is_ext_shared_channel": bool(room and room.shared),
        "event_context": slack.fresh_id("4-"),
    }
