"""What Slack was promised, what listens, and what people can press are the same; no scope is missing or idle."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs

import app.playground.slack.server  # noqa: F401 - it fills the register of methods
import handlers
from app.playground.slack.api.registry import METHODS as LOCAL_METHODS
from app.slack.gateway import SlackGateway
from app.slack.manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS, bot_scopes, manifest
from app.slack.views import export_ids, ids, privacy_ids
from app.slack.views.huddles import ids as huddle_ids
from app.slack.views.polls import ids as polls_ids
from app.slack.views.thanks import ids as thanks_ids
from tests.views import samples

ROOT = Path(__file__).parents[2]
# Where the ids of each room stand.
IDS = (export_ids, ids, privacy_ids, polls_ids, thanks_ids, huddle_ids)
SPECS = ROOT.parent / "shared" / "specs" / "slack" / "web-api" / "methods"

# Which scopes of ours each method needs (docs.slack.dev/reference/methods); several where it depends on the channel.
READING = {"channels:read", "groups:read"}
HISTORY = {"channels:history", "groups:history", "im:history"}
NEEDED: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "chat:write.public"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": READING,
    "conversations.members": READING,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "reactions.add": {"reactions:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
# Calls that the gateway can make and nobody asks it for yet; whoever does first adds the scope to the manifest.
ASLEEP = {"add_reaction": "reactions.add"}

# What Bolt hands to any listener by name (it passes None for names it does not know), and what our door adds.
EVERYWHERE = set(inspect.signature(AsyncArgs.__init__).parameters) - {"self", "next", "next_", "kwargs"}
EVERYWHERE |= {"services", "once", "request_id"}
ONE_KIND = {"command", "shortcut", "action", "view", "event", "message", "options", "step", "error"}
OWN = {"command": {"command"}, "shortcut": {"shortcut"}, "action": {"action"}, "view": {"view"}, "event": {"event"}}
OWN |= {"error": {"error"}, "options": {"options"}}


class Register:
    """Stands where Bolt's app stands when listeners are registered, and writes down who listens to what."""

    def __init__(self, prefix: str = "") -> None:
        self.heard: list[tuple[str, Any, Callable[..., Any]]] = []
        handlers.register(self, prefix=prefix)  # type: ignore[arg-type]

    def __getattr__(self, kind: str) -> Callable[..., Any]:
        def to(named: Any) -> Callable[..., Any]:
            def listen(listener: Callable[..., Any]) -> Callable[..., Any]:
                self.heard.append((kind, named, listener))
                return listener

            return listen

        return to

    def error(self, listener: Callable[..., Any]) -> Callable[..., Any]:
        self.heard.append(("error", "", listener))
        return listener

    def named(self, kind: str) -> list[Any]:
        return [named for one, named, _ in self.heard if one == kind]


REGISTER = Register()


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object within a view or message."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def emitted_actions() -> set[str]:
    """Ids of everything that reports a click: what stands in forms reports with the form."""
    found = set()
    for body in [*samples.messages().values(), *samples.views().values()]:
        for block in body.get("blocks") or ():
            if block["type"] != "input" or block.get("dispatch_action"):
                found |= {str(part["action_id"]) for part in parts(block) if "action_id" in part}
    return found


def submitted_views() -> set[str]:
    return {
        view["callback_id"] for view in samples.views().values() if "submit" in view or view.get("notify_on_close")
    }


@pytest.mark.parametrize("prefix", ["", "cop-"])
def test_the_manifest_promises_exactly_what_listens(prefix: str) -> None:
    register, promised = Register(prefix), manifest("https://baobab.example.org", prefix)
    commands = [one["command"] for one in promised["features"]["slash_commands"]]
    assert sorted(register.named("command")) == sorted(commands)
    kinds = {"message": "message_action", "global": "shortcut"}
    shortcuts = [(one["callback_id"], kinds[one["type"]]) for one in promised["features"]["shortcuts"]]
    assert sorted((one["callback_id"], one["type"]) for one in register.named("shortcut")) == sorted(shortcuts)
    assert sorted(register.named("event")) == sorted(promised["settings"]["event_subscriptions"]["bot_events"])
    assert len(COMMANDS) == len(commands)
    assert len(SHORTCUTS) == len(shortcuts)


def test_every_button_has_a_listener_and_every_listener_a_button() -> None:
    assert emitted_actions() == set(REGISTER.named("action"))


def test_every_form_has_a_listener_and_every_listener_a_form() -> None:
    assert submitted_views() == set(REGISTER.named("view"))


def test_nobody_listens_to_the_same_thing_twice() -> None:
    heard = [(kind, str(named)) for kind, named, _ in REGISTER.heard]
    assert len(heard) == len(set(heard))


def test_every_id_is_used() -> None:
    # Values of a choice, and block ids of inputs, are read by their listener; they need to be somewhere in a view.
    named = {
        f"{room.__name__}.{name}": value
        for room in IDS
        for name, value in vars(room).items()
        if name.isupper() and not name.startswith("_")
    }
    known = {name: value for name, value in named.items() if isinstance(value, str)}
    used: set[str] = {str(value) for kind, value, _ in REGISTER.heard if kind in ("action", "view")}
    used |= {one.callback_id for one in SHORTCUTS}
    for body in [*samples.messages().values(), *samples.views().values()]:
        for part in parts(body):
            used |= {str(part[key]) for key in ("action_id", "block_id", "callback_id", "value") if key in part}
    assert {name for name, value in known.items() if value not in used} == set()


def test_bolt_has_just_these_listeners() -> None:
    bolt = AsyncApp(token=None, authorize=_nobody, request_verification_enabled=False)
    handlers.register(bolt, prefix="")
    assert len(bolt._async_listeners) == len([one for one in REGISTER.heard if one[0] != "error"])


@pytest.mark.parametrize(
    ("kind", "named", "listener"), REGISTER.heard, ids=[f"{kind} {named}" for kind, named, _ in REGISTER.heard]
)
def test_bolt_can_give_every_argument_a_listener_asks_for(
    kind: str, named: Any, listener: Callable[..., Any]
) -> None:
    allowed = (EVERYWHERE - ONE_KIND) | OWN[kind]
    assert set(inspect.signature(listener).parameters) - allowed == set()
    assert inspect.iscoroutinefunction(listener)


def called_methods() -> set[str]:
    """Every Web API method named in the modules that call Slack."""
    method = re.compile(
        r'"((?:auth|chat|views|users|usergroups|conversations|reactions|files|team|dnd)\.[A-Za-z.]+)"'
    )
    return {
        found
        for name in ("gateway", "posting", "uploading", "calls", "people", "authorize")
        for found in method.findall((ROOT / "app" / "slack" / f"{name}.py").read_text(encoding="utf-8"))
    }


def test_every_call_we_can_make_has_its_scopes_in_the_manifest() -> None:
    assert called_methods() == set(NEEDED)
    awake = set(NEEDED) - set(ASLEEP.values())
    missing = {name: NEEDED[name] - bot_scopes() for name in awake if NEEDED[name] - bot_scopes()}
    assert missing == {}


def test_calls_that_sleep_are_asked_for_by_nobody() -> None:
    assert {name for name in ASLEEP if not hasattr(SlackGateway, name)} == set()
    asked = re.compile(rf"\.({'|'.join(ASLEEP)})\(")
    users = [
        str(file.relative_to(ROOT))
        for folder in ("app", "handlers")
        for file in (ROOT / folder).rglob("*.py")
        if "playground" not in file.parts
        and file.parts[-2:] != ("slack", "gateway.py")
        and asked.search(file.read_text(encoding="utf-8"))
    ]
    assert users == []


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    needed = {"commands"} | {one.scope for one in EVENTS if one.scope}
    for name in set(NEEDED) - set(ASLEEP.values()):
        needed |= NEEDED[name]
    assert {one.name for one in SCOPES} - needed == set()


def test_the_local_slack_wants_the_same_scopes() -> None:
    for name, needed in NEEDED.items():
        assert name in LOCAL_METHODS, f"the local Slack does not speak {name}"
        # Of the scopes of a method one is enough there: that of the conversation's kind.
        wanted = set(LOCAL_METHODS[name].scopes)
        assert bool(wanted & needed) == bool(wanted), name


@pytest.mark.skipif(not SPECS.is_dir(), reason="Slack's specifications are not beside the project")
@pytest.mark.parametrize("name", sorted(NEEDED))
def test_slack_has_such_a_method(name: str) -> None:
    found = list(SPECS.rglob(f"{name}.json"))
    assert found, name
    assert '"deprecated": false' in found[0].read_text(encoding="utf-8")


async def _nobody() -> None:
    return None
