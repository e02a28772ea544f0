"""The one place where a failure becomes words: kind for expected ones, a reference for the others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from app.errors import AlreadyAnswered, DomainError
from app.i18n import Reader
from app.services import Services
from app.slack.mrkdwn import readable
from app.slack.once import team_of
from app.slack.views import ids, notes

log = structlog.get_logger(__name__)
JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json;charset=utf-8"}


def answer_of(body: Mapping[str, Any] | None) -> BoltResponse:
    """The HTTP answer for an ack body: empty, or JSON."""
    return BoltResponse(status=200, body=json.dumps(body) if body else "", headers=JSON if body else None)


def register(bolt: AsyncApp) -> None:
    """Install the error handler."""

    @bolt.error
    async def on_error(
        error: Exception, body: dict[str, Any], context: AsyncBoltContext, services: Services
    ) -> BoltResponse:
        if isinstance(error, AlreadyAnswered):
            return answer_of(error.answer)
        if isinstance(error, DomainError):
            log.info("a request was declined", reason=type(error).__name__, message=error.message)
            reader = _reader(services, body)
            return await tell(services, body, error.said(reader.words()), error.field, reader)
        if isinstance(error, BoltUnhandledRequestError):
            # Slack also reports clicks on plain links and surfaces of older versions; there is nothing to do.
            log.info("a request nobody listens to", kind=body.get("type"), action=_action(body))
            return answer_of(None)
        reference = str(context.get("request_id", ""))
        services.metrics.failures.inc()
        log.error("a request failed", reference=reference, exc_info=error)
        if body.get("type") == "event_callback":
            # Slack will send an event again when we say that we failed.
            return BoltResponse(status=500, body="")
        reader = _reader(services, body)
        return await tell(services, body, notes.unexpected(reference, reader), None, reader)


async def tell(
    services: Services, body: Mapping[str, Any], message: str, field: str | None, reader: Reader
) -> BoltResponse:
    """Show a message to the person behind a request, in the way that its kind of request allows."""
    kind = str(body.get("type", ""))
    if "command" in body:
        if field == ids.DRAFT:
            return answer_of(notes.question_back(message, reader))
        if typed := readable(str(body.get("text") or "")):
            return answer_of(notes.problem_with_words(message, f"{body['command']} {typed}", reader))
        return answer_of(notes.problem(message))
    if kind == "view_submission":
        if field:
            return answer_of({"response_action": "errors", "errors": {field: message}})
        # On top of the form, so that what was typed stays; Slack refuses a fourth view, so there it takes its place.
        action = "update" if _is_third(body.get("view") or {}) else "push"
        return answer_of({"response_action": action, "view": notes.problem_view(message, reader)})
    try:
        await _show(services, body, message, reader)
    except DomainError as problem:
        # The window of three seconds is over, or Slack does not answer: the log is the only place left.
        log.warning("a person could not be told", told=message, reason=problem.message)
    return answer_of(None)


async def _show(services: Services, body: Mapping[str, Any], message: str, reader: Reader) -> None:
    """Show a message where an ack body shows nothing: by response URL, else in a modal."""
    if response_url := body.get("response_url"):
        await services.slack.respond(str(response_url), {**notes.problem(message), "replace_original": False})
    elif trigger_id := body.get("trigger_id"):
        view = notes.problem_view(message, reader)
        team_id = str((body.get("team") or {}).get("id", ""))
        if isinstance(body.get("view"), Mapping) and body["view"].get("type") == "modal":
            await services.slack.views_push(team_id, str(trigger_id), view)
        else:
            await services.slack.views_open(team_id, str(trigger_id), view)


def _reader(services: Services, body: Mapping[str, Any]) -> Reader:
    """Whom the words are for, from memory alone: what failed may be the looking up."""
    user = body.get("user")
    slack_id = body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else "")
    return services.people.known_reader(team_of(body), str(slack_id or ""))


def _is_third(view: Mapping[str, Any]) -> bool:
    below = view.get("previous_view_id")
    return bool(below) and below != view.get("root_view_id")


def _action(body: Mapping[str, Any]) -> str:
    actions = body.get("actions") or [{}]
    return str(actions[0].get("action_id", ""))
