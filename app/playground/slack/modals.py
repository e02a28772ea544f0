"""Views: each person's stack of modals (three at most) and their App Home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.playground.slack.feed import Feed
from app.playground.slack.state import Ephemeral, SlackError, View

STACK_LIMIT = 3


class Modals:
    """Opens, pushes, updates and closes views; the payloads were checked before."""

    def __init__(self, feed: Feed, fresh_id: Callable[[str], str]) -> None:
        self._feed = feed
        self._fresh_id = fresh_id
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, person: str) -> list[View]:
        """The person's open modals, the visible one last."""
        return list(self._stacks.get(person, ()))

    def top(self, person: str) -> View | None:
        """The modal the person sees, or None."""
        stack = self._stacks.get(person)
        return stack[-1] if stack else None

    def home(self, person: str) -> View | None:
        """The person's App Home as last published, or None."""
        return self._homes.get(person)

    def find(self, view_id: str = "", external_id: str = "") -> View:
        """An open view by either id; `not_found`."""
        every = [*self._homes.values(), *(view for stack in self._stacks.values() for view in stack)]
        for view in every:
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def open(self, person: str, payload: dict[str, Any], channel: str = "") -> View:
        """A modal on an empty stack: what was open before is gone. `duplicate_external_id`."""
        self._check_external_id(payload)
        view = self._new("modal", person, payload, channel)
        self._stacks[person] = [view]
        self._changed(view)
        return view

    def push(self, person: str, payload: dict[str, Any], channel: str = "") -> View:
        """A modal on top of the open ones. `push_limit_reached` at three, `not_found` without an open one."""
        stack = self._stacks.get(person)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise SlackError("push_limit_reached")
        self._check_external_id(payload)
        view = self._new("modal", person, payload, channel or stack[-1].channel)
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        self._changed(view)
        return view

    def update(self, view: View, payload: dict[str, Any], hash_: str = "") -> View:
        """Replace a view's content; inputs keep their values by block_id and action_id. `hash_conflict`."""
        if hash_ and hash_ != view.hash:
            raise SlackError("hash_conflict")
        if payload.get("external_id") not in (None, "", view.external_id):
            self._check_external_id(payload)
        view.payload = payload
        view.hash = self._hash()
        view.errors, view.trouble = {}, ""
        view.values = kept_values(view)
        self._changed(view)
        return view

    def publish(self, person: str, payload: dict[str, Any], hash_: str = "") -> View:
        """Set the person's App Home. `hash_conflict`."""
        view = self._homes.get(person)
        if view is not None:
            return self.update(view, payload, hash_)
        self._check_external_id(payload)
        self._homes[person] = view = self._new("home", person, payload, "")
        self._changed(view)
        return view

    def close(self, view: View) -> None:
        """Take one modal off its stack."""
        stack = self._stacks.get(view.person, [])
        if view in stack:
            stack.remove(view)
        self._changed(view)

    def clear(self, person: str) -> None:
        """Close every modal of a person."""
        self._stacks.pop(person, None)
        self._feed.publish("view", person=person)

    def fill(self, view: View | Ephemeral, values: dict[str, dict[str, Any]]) -> None:
        """Its person fills in inputs: `{block_id: {action_id: element state}}`, as in `view.state.values`."""
        for block_id, actions in values.items():
            view.values.setdefault(block_id, {}).update(actions)

    def show(self, view: View, *, errors: dict[str, str] | None = None, trouble: str = "") -> None:
        """Show field errors (by block_id) or Slack's own words of trouble on an open modal."""
        view.errors, view.trouble = errors or {}, trouble
        self._changed(view)

    def _new(self, kind: Any, person: str, payload: dict[str, Any], channel: str) -> View:
        view = View(self._fresh_id("V"), kind, person, payload, self._hash(), channel=channel)
        view.root_id = view.id
        return view

    def _hash(self) -> str:
        return self._fresh_id("").lower()

    def _check_external_id(self, payload: dict[str, Any]) -> None:
        wanted = payload.get("external_id")
        if not wanted:
            return
        try:
            self.find(external_id=wanted)
        except SlackError:
            return
        raise SlackError("duplicate_external_id")

    def _changed(self, view: View) -> None:
        self._feed.publish("home" if view.kind == "home" else "view", person=view.person, view_id=view.id)


def kept_values(view: View) -> dict[str, dict[str, Any]]:
    """Typed values that still have their block and element after an update."""
    places = {
        (block.get("block_id"), element.get("action_id"))
        for block in view.blocks
        for element in (block.get("element"), block.get("accessory"), *(block.get("elements") or ()))
        if isinstance(element, dict)
    }
    return {
        block_id: kept
        for block_id, actions in view.values.items()
        if (kept := {name: state for name, state in actions.items() if (block_id, name) in places})
    }
