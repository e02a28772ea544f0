"""What Slack answers when it does not do what was asked, as errors that say what to do next."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from app.errors import Refused, Unavailable

_BOT_MISSING = "I am not in that channel. Invite me there (type /invite and my name in it), then try again."
EXPLANATIONS = {
    "channel_not_found": "I cannot see that channel. If it is private, invite me there first.",
    "not_in_channel": _BOT_MISSING,
    "is_archived": "That channel is archived. Choose another, or ask an admin to bring it back.",
    "restricted_action": "This workspace restricts who may post there. Ask an admin, or choose another channel.",
    "restricted_action_read_only_channel": "That channel is read-only. Ask an admin, or choose another channel.",
    "restricted_action_thread_only_channel": "That channel takes replies in threads only. Choose another channel.",
    "restricted_action_non_threadable_channel": "That channel has no threads. Post to the channel itself.",
    "restricted_action_thread_locked": "That thread is locked. Start a new message instead.",
    "missing_scope": "I lack a permission for this. Ask an admin to install me again, so that new permissions count.",
    "user_disabled": "That person has left this workspace.",
    "user_not_found": "I cannot find that person in this workspace.",
    "users_not_found": "I cannot find that person in this workspace.",
    "user_not_visible": "I may not see that person from here.",
    "cannot_dm_bot": "That is a bot: it cannot be written to.",
    "messages_tab_disabled": "That app takes no messages.",
    "message_not_found": "That message is not there any more.",
    "cant_update_message": "I can only change messages of my own.",
    "cant_delete_message": "I can only delete messages of my own.",
    "edit_window_closed": "That message is too old to be changed in this workspace.",
    "thread_not_found": "That thread is not there any more.",
    "not_found": "That window is closed already. Start again from the command.",
    "expired_trigger_id": "That took too long, so Slack did not open the window. Please try again.",
    "exchanged_trigger_id": "That window was opened already. Please try again.",
    "invalid_trigger_id": "Slack did not open the window. Please try again.",
    "trigger_exchanged": "That window was opened already. Please try again.",
    "trigger_expired": "That took too long, so Slack did not open the window. Please try again.",
    "push_limit_reached": "Three windows are open already. Close one and try again.",
    "hash_conflict": "Somebody changed this window meanwhile. Please look again.",
    "invalid_auth": "Slack does not accept my token. An admin has to install me again.",
    "not_authed": "I have no token for Slack. Set SLACK_BOT_TOKEN, or install the app.",
    "account_inactive": "I was removed from this workspace. An admin has to install me again.",
    "token_revoked": "My access to this workspace was withdrawn. An admin has to install me again.",
    "token_expired": "My access has expired and could not be renewed. An admin has to install me again.",
    "team_not_found": "This workspace is not known to Slack any more.",
    "team_access_not_granted": "I was not given access to this workspace. Ask an admin of the organisation.",
    "ekm_access_denied": "Your organisation has suspended access to its messages.",
    "already_reacted": "I have reacted there already.",
    "used_url": "That answer can no longer be changed: Slack allows five changes.",
    "expired_url": "That answer can no longer be changed: Slack allows it for half an hour.",
    "msg_too_long": "That text is too long for Slack.",
    "no_permission": "This workspace does not let me do that. Ask an admin.",
    "access_denied": "This workspace does not let me do that. Ask an admin.",
    "method_not_supported_for_channel_type": "That is not possible in this kind of conversation.",
}
# Passing trouble at Slack. The first few may have done what was asked before they failed.
_HALF_DONE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_ASK_AGAIN = frozenset(
    {"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org", "org_login_required"}
)


class SlackSaidNo(Refused):
    """Slack refused, and will again: `error` is its code, `needed` the missing scope if that is the reason."""

    def __init__(self, error: str, method: str, *, needed: str = "", detail: str = "") -> None:
        message = EXPLANATIONS.get(error, "Slack did not accept that. An admin finds the reason in the log.")
        if needed:
            message = f"{message} (missing: {needed})"
        super().__init__(message)
        self.error = error
        self.method = method
        self.needed = needed
        self.detail = detail

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.message} [{self.method}: {self.error}{detail}]"


class RateLimited(Unavailable):
    """Slack asks to wait `retry_after` seconds; nothing was done."""

    def __init__(self, retry_after: float, method: str) -> None:
        super().__init__(f"Slack asks to wait {retry_after:.0f} s before {method}.", retry_after=retry_after)
        self.method = method


class SlackDown(Unavailable):
    """Slack could not be reached, or failed before it did anything."""


class OutcomeUnknown(Unavailable):
    """The request went out and no answer came back: it may have been done, or not."""


def refusal(error: SlackApiError, method: str) -> Exception:
    """Slack's error answer as one of the errors above."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 0)
    data: Any = getattr(answer, "data", None)
    body = data if isinstance(data, dict) else {}
    code = str(body.get("error") or "")
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return RateLimited(_seconds(getattr(answer, "headers", {}).get("Retry-After")), method)
    if status >= 500 or code in _HALF_DONE or not code:
        return OutcomeUnknown(f"Slack failed in {method} ({code or status}). Please try again in a minute.")
    if code in _ASK_AGAIN:
        return SlackDown(f"Slack is busy with this workspace ({code}). Please try again later.", retry_after=60.0)
    listed = (body.get("response_metadata") or {}).get("messages") or ()
    return SlackSaidNo(
        code, method, needed=str(body.get("needed") or ""), detail="; ".join(str(one) for one in listed)[:500]
    )


def unreached(error: Exception, method: str) -> Exception:
    """A broken connection as one of the errors above: refused ones never carried the request."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientProxyConnectionError):
        return SlackDown("Slack cannot be reached. Please try again in a minute.")
    return OutcomeUnknown(f"Slack did not answer {method}. Please try again in a minute.")


def _seconds(header: Any) -> float:
    try:
        return max(0.05, float(header))
    except (TypeError, ValueError):
        return 1.0
