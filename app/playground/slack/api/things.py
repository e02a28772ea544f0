"""views.*, reactions.* and pins.*."""

from __future__ import annotations

from typing import Any

from app.playground.slack import shapes
from app.playground.slack.api.content import checked_view
from app.playground.slack.api.registry import Answer, Call, invalid_arguments, method
from app.playground.slack.state import Message, SlackError, View


def _view_sent(call: Call, kind: str) -> dict[str, Any]:
    if not call.has("view"):
        raise invalid_arguments("missing required field: view")
    return checked_view(call.slack, call.json("view", "invalid_arguments"), kind)


@method("views.open", tier="4")
def view_open(call: Call) -> Answer:
    """Open a modal with a trigger. Its content is checked first, so a wrong one does not spend the trigger."""
    payload = _view_sent(call, "modal")
    trigger = call.slack.grants.use_trigger(call.required("trigger_id"))
    return {"view": shapes.view(call.slack.modals.open(trigger.person, payload, trigger.channel))}


@method("views.push", tier="4")
def view_push(call: Call) -> Answer:
    """Put a modal on top of the open one, with a trigger that came from it."""
    payload = _view_sent(call, "modal")
    trigger = call.slack.grants.use_trigger(call.required("trigger_id"))
    if not trigger.view_id:
        raise SlackError("not_found")
    return {"view": shapes.view(call.slack.modals.push(trigger.person, payload))}


@method("views.update", tier="4")
def view_update(call: Call) -> Answer:
    """Replace an open view's content, found by `view_id` or `external_id`."""
    if not (call.has("view_id") or call.has("external_id")):
        raise invalid_arguments("missing required field: view_id")
    view: View = call.slack.modals.find(call.text("view_id"), call.text("external_id"))
    payload = _view_sent(call, view.kind)
    return {"view": shapes.view(call.slack.modals.update(view, payload, call.text("hash")))}


@method("views.publish", tier="4")
def view_publish(call: Call) -> Answer:
    """Set a person's App Home; `not_enabled` when the app has none."""
    person = call.required("user_id")
    if not call.slack.config.home_tab:
        raise SlackError("not_enabled")
    payload = _view_sent(call, "home")
    if person not in call.slack.people:
        raise invalid_arguments("user not found [json-pointer:/user_id]")
    return {"view": shapes.view(call.slack.modals.publish(person, payload, call.text("hash")))}


def _message(call: Call) -> Message:
    room = call.room()
    return call.slack.message(room.id, call.required("timestamp"))


@method("reactions.add", "reactions:write")
def react(call: Call) -> Answer:
    """React as the app."""
    name = call.required("name").strip(":")
    if not name or not all(one.isalnum() or one in "_+-'" for one in name.replace("::skin-tone-", "")):
        raise SlackError("invalid_name")
    message = _message(call)
    call.slack.add_reaction(call.me, message.channel, message.ts, name)
    return {}


@method("reactions.remove", "reactions:write", tier="2")
def unreact(call: Call) -> Answer:
    """Take the app's reaction back."""
    message = _message(call)
    call.slack.remove_reaction(call.me, message.channel, message.ts, call.required("name").strip(":"))
    return {}


@method("reactions.get", "reactions:read")
def reactions(call: Call) -> Answer:
    """A message with who reacted to it."""
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": shapes.message(call.slack, message)}


@method("pins.add", "pins:write", tier="2")
def pin(call: Call) -> Answer:
    """Pin a message; `already_pinned`."""
    message = _message(call)
    pins = call.slack.channel(message.channel).pins
    if message.ts in pins:
        raise SlackError("already_pinned")
    pins.append(message.ts)
    return {}


@method("pins.remove", "pins:write", tier="2")
def unpin(call: Call) -> Answer:
    """Unpin a message; `no_pin`."""
    message = _message(call)
    pins = call.slack.channel(message.channel).pins
    if message.ts not in pins:
        raise SlackError("no_pin")
    pins.remove(message.ts)
    return {}
