"""What people do that the app hears of at once: commands, clicks, shortcuts, option searches, opening Home."""

from __future__ import annotations

from typing import Any

from app.playground import cast
from app.playground.slack import payloads, shapes
from app.playground.slack.answers import said, say
from app.playground.slack.elements import OPTION
from app.playground.slack.events import Pump
from app.playground.slack.inputs import Values, filled, find_element
from app.playground.slack.mentions import escaped
from app.playground.slack.payloads import Source
from app.playground.slack.schema import Findings, items
from app.playground.slack.state import Ephemeral, Member, Message, SlackError, View
from app.playground.slack.submissions import Submissions
from app.playground.slack.transport import Delivery, Forged, Post
from app.playground.slack.workspace import Workspace

OPTIONS = 100


class Courier(Submissions):
    """Acts for people: checks what Slack's client would let them do, sends it signed, applies the answer."""

    def __init__(self, slack: Workspace, post: Post | None = None) -> None:
        self.slack = slack
        self.post = post or Post(slack.config)
        self.events = Pump(slack, self.post)
        # Choices in messages that many people see, each person's own: {(person, channel, ts): values}.
        self._chosen: dict[tuple[str, str, str], Values] = {}

    async def command(
        self, person: str, command: str, text: str, channel: str, *, raw: bool = False, forged: Forged = ""
    ) -> Delivery:
        """Type a slash command; `raw` sends the text as it is, else it is escaped as the command is registered.

        Partners, and commands nobody registered, get Slack's own "not a valid command": `error` is
        `not_a_command`, nothing is sent. Raises what `Workspace.check_may_write` raises.
        """
        self.slack.check_may_write(person, channel)
        who = self.slack.member(person)
        registered = {one.name: one for one in self.slack.config.commands}
        if who.outsider or (registered and command not in registered):
            self._slack_says(person, channel, f"{command} is not a valid command.")
            return Delivery("command", {"command": command, "text": text}, error="not_a_command")
        known = registered.get(command)
        typed = text if raw or (known and not known.should_escape) else escaped(self.slack, person, text)
        form = payloads.command(self.slack, who, channel, command, typed.strip() if not raw else typed)
        return self._command_answered(await self.post.form("command", form, forged))

    async def again(self, delivery: Delivery, *, forged: Forged = "") -> Delivery:
        """The same request once more, as a double click or a retry would send it; its answer is applied too."""
        repeated = await self.post.again(delivery, forged)
        if delivery.kind == "command":
            return self._command_answered(repeated)
        if delivery.kind == "view_submission":
            try:
                view = self.slack.modals.find(delivery.payload["view"]["id"])
            except SlackError:
                return repeated
            return self.answered(view, repeated)
        return repeated

    def _command_answered(self, delivery: Delivery) -> Delivery:
        form = delivery.payload
        person, channel, command = form["user_id"], form["channel_id"], form["command"]
        if not delivery.ok:
            self._slack_says(person, channel, f'{command} failed with the error "{delivery.error}"')
            return delivery
        try:
            say(self.slack, person, channel, said(delivery))
        except SlackError as error:
            self._slack_says(person, channel, f'{command} failed with the error "{error.code}"')
            return self.post.judged(delivery, error.code, tuple(error.extra.get("errors") or ()))
        return delivery

    async def click(
        self,
        person: str,
        source: Source,
        action_id: str,
        value: Any = None,
        *,
        block_id: str = "",
        forged: Forged = "",
    ) -> Delivery:
        """Press a button, or choose `value` in a select, picker or input that reports at once.

        Where several buttons share an action_id, `value` or `block_id` picks one. `KeyError` when there is no such
        element, `ValueError` when the value is not offered, `message_not_found`/`not_found` when it is gone. To send
        a value that the button does not have: `forged="value"`.
        """
        who = self._may_touch(person, source)
        wanted = value if isinstance(value, str) else None
        block, element = find_element(source.blocks, action_id, block_id, wanted)
        state = None
        if element.get("type") not in ("button", "workflow_button", "icon_button", "feedback_buttons"):
            state = filled(element, value)
        elif forged == "value":
            element = {**element, "value": value}
        elif value is not None and element.get("value") != value:
            there = element.get("value")
            raise KeyError(f"button {action_id!r} has the value {there!r}, not {value!r} (forged='value' sends it)")
        keep = {} if state is None or element["type"] == "overflow" else {element["action_id"]: state}
        values = self._choose(person, source, {block["block_id"]: keep} if keep else {})
        payload = payloads.block_actions(self.slack, who, source, block, element, state, values)
        return await self.post.interaction(payload, forged)

    def _choose(self, person: str, source: Source, new: Values) -> Values:
        if not isinstance(source, Message):
            self.slack.modals.fill(source, new)
            return source.values
        mine = self._chosen.setdefault((person, source.channel, source.ts), {})
        for layer in (source.values, new):
            for block_id, states in layer.items():
                mine.setdefault(block_id, {}).update(states)
        return mine

    async def options(
        self, person: str, source: Source, action_id: str, typed: str, *, block_id: str = ""
    ) -> tuple[Delivery, list[dict[str, Any]]]:
        """Search an external select: the delivery, and the options offered (groups flattened, at most 100)."""
        who = self._may_touch(person, source)
        block, element = find_element(source.blocks, action_id, block_id)
        payload = payloads.block_suggestion(self.slack, who, source, block, element, typed)
        delivery = await self.post.interaction(payload)
        answer = said(delivery) if delivery.ok else {}
        offered = [
            *(answer.get("options") or []),
            *(one for group in answer.get("option_groups") or [] for one in group.get("options") or []),
        ]
        findings = Findings()
        items(OPTION, OPTIONS, least=0)(findings, "/options", offered)
        if findings.found:
            problems = tuple(str(one) for one in findings.found)
            return self.post.judged(delivery, "invalid_options", problems), []
        return delivery, offered

    async def shortcut(self, person: str, callback_id: str, *, forged: Forged = "") -> Delivery:
        """Start a global shortcut from the search box."""
        who = self._present(person)
        self._may_start(who, callback_id, "global")
        return await self.post.interaction(payloads.shortcut(self.slack, who, callback_id), forged)

    async def message_shortcut(
        self, person: str, callback_id: str, message: Message, *, forged: Forged = ""
    ) -> Delivery:
        """Start a message shortcut from a message's menu (also within threads)."""
        who = self._may_touch(person, message)
        self._may_start(who, callback_id, "message")
        payload = payloads.message_action(self.slack, who, callback_id, message)
        return await self.post.interaction(payload, forged)

    async def open_home(self, person: str, tab: str = "home") -> Delivery:
        """Open the app's Home (or its `messages` tab): `app_home_opened`, delivered and awaited."""
        self._present(person)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": person,
            "channel": self.slack.open_dm(person, cast.BOT_USER_ID).id,
            "tab": tab,
            "event_ts": self.slack.fresh_ts(),
        }
        view = self.slack.modals.home(person)
        if view is not None and tab == "home":
            event["view"] = shapes.view(view)
        return await self.events.deliver(event)

    async def close(self) -> None:
        """Stop pending retries and close connections."""
        await self.events.close()
        await self.post.close()

    def _present(self, person: str) -> Member:
        who = self.slack.member(person)
        if who.left:
            raise SlackError("user_disabled")
        return who

    def _may_start(self, who: Member, callback_id: str, kind: str) -> None:
        registered = [one.callback_id for one in self.slack.config.shortcuts if one.kind == kind]
        if self.slack.config.shortcuts and callback_id not in registered:
            raise KeyError(f"no {kind} shortcut {callback_id!r} is registered, only {registered}")
        if who.outsider:
            raise SlackError("not_allowed")

    def _may_touch(self, person: str, source: Source) -> Member:
        who = self._present(person)
        if not self.slack.config.interactive:
            raise SlackError("interactivity_disabled")
        if isinstance(source, View):
            open_views = [*self.slack.modals.stack(person), self.slack.modals.home(person)]
            if source not in open_views:
                raise SlackError("not_found")
        elif source.deleted or (isinstance(source, Ephemeral) and source.to != person):
            raise SlackError("message_not_found")
        elif not self.slack.sees(person, source.channel):
            raise SlackError("channel_not_found")
        return who

    def _slack_says(self, person: str, channel: str, text: str) -> None:
        self.slack.whisper(person, channel, text, from_slack=True)
