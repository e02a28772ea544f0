"""Modals from the person's side: submitting, closing, and what the app's answers do to the stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.playground.slack import payloads
from app.playground.slack.answers import said
from app.playground.slack.api.content import checked_view
from app.playground.slack.inputs import fill_in, refused_by_client, state_values
from app.playground.slack.state import SlackError, View
from app.playground.slack.transport import Delivery, Forged, Post
from app.playground.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class Submissions:
    """The part of the courier that deals with modals."""

    slack: Workspace
    post: Post

    async def submit(
        self, person: str, view: View, values: Mapping[str, Any] | None = None, *, forged: Forged = ""
    ) -> Delivery:
        """Fill in and submit a modal.

        `values`: `{block_id: {action_id: value}}`, or `{block_id or action_id: value}`; options by their value.
        What Slack's client refuses (a required field left empty) is not sent: `error == "invalid_input"`, and
        `problems` say why. `not_found` when the modal is no longer open, `not_allowed` for another person's.
        """
        self._check_open(person, view)
        if view.payload.get("submit_disabled"):
            raise SlackError("submit_disabled")
        self.slack.modals.fill(view, fill_in(view.blocks, values or {}))
        state = state_values(view.blocks, view.values, view.channel)
        refused = refused_by_client(view.blocks, state)
        if refused:
            self.slack.modals.show(view, errors=refused)
            problems = tuple(f"{name}: {why}" for name, why in refused.items())
            return Delivery("view_submission", {}, error="invalid_input", problems=problems)
        payload = payloads.view_submission(self.slack, self.slack.member(person), view)
        delivery = await self.post.interaction(payload, forged)
        return self.answered(view, delivery)

    def answered(self, view: View, delivery: Delivery) -> Delivery:
        """Apply the app's answer to a submission: close, errors, update, push, clear; or show trouble."""
        modals = self.slack.modals
        if not delivery.ok:
            modals.show(view, trouble=TROUBLE)
            return delivery
        answer = said(delivery)
        action = answer.get("response_action")
        try:
            if action == "errors":
                self._show_errors(view, answer.get("errors"))
            elif action == "update":
                modals.update(view, checked_view(self.slack, answer.get("view"), "modal"))
            elif action == "push":
                modals.push(view.person, checked_view(self.slack, answer.get("view"), "modal"))
            elif action == "clear":
                modals.clear(view.person)
            elif not answer:
                modals.close(view)
            else:
                raise SlackError("invalid_response_action")
        except SlackError as error:
            modals.show(view, trouble=TROUBLE)
            problems = (error.extra.get("response_metadata") or {}).get("messages") or ()
            return self.post.judged(delivery, error.code, tuple(problems))
        return delivery

    def _show_errors(self, view: View, errors: Any) -> None:
        inputs = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
        if not isinstance(errors, dict) or not errors:
            raise SlackError("invalid_errors")
        strange = [name for name in errors if name not in inputs]
        if strange:
            listed = [f"[ERROR] no input block has the block_id {name!r}" for name in strange]
            raise SlackError("invalid_errors", response_metadata={"messages": listed})
        self.slack.modals.show(view, errors={name: str(text) for name, text in errors.items()})

    async def close_view(self, person: str, view: View, *, forged: Forged = "") -> Delivery | None:
        """Dismiss a modal; the app hears of it when it asked to (`notify_on_close`), else None is returned."""
        self._check_open(person, view)
        cleared = bool(view.payload.get("clear_on_close"))
        if cleared:
            self.slack.modals.clear(person)
        else:
            self.slack.modals.close(view)
        if not view.payload.get("notify_on_close"):
            return None
        payload = payloads.view_closed(self.slack, self.slack.member(person), view, cleared=cleared)
        return await self.post.interaction(payload, forged)

    def _check_open(self, person: str, view: View) -> None:
        if view.person != person:
            raise SlackError("not_allowed")
        if view not in self.slack.modals.stack(person):
            raise SlackError("not_found")
