"""users.*, usergroups.*, dnd.*, bots.*, team.*, emoji.*, auth.* and api.test."""

from __future__ import annotations

from typing import Any

from app.playground import cast
from app.playground.slack import shapes
from app.playground.slack.api.registry import Answer, Call, invalid_arguments, method
from app.playground.slack.people import FOUNDED
from app.playground.slack.state import Member, SlackError, UserGroup


@method("api.test", tier="4")
def api_test(call: Call) -> Answer:
    """Says back what was sent; the `error` argument asks for a failure."""
    if call.has("error"):
        raise SlackError(call.text("error"), args=dict(call.args))
    return {"args": dict(call.args)}


@method("auth.test", tier="special")
def auth_test(call: Call) -> Answer:
    """Who the token is."""
    return {
        "url": f"{call.slack.config.base_url}/",
        "team": cast.TEAM_NAME,
        "user": call.slack.member(call.me).handle,
        "team_id": cast.TEAM_ID,
        "user_id": call.me,
        "bot_id": cast.BOT_ID,
        "app_id": cast.APP_ID,
        "is_enterprise_install": False,
    }


@method("auth.revoke", tier="3")
def auth_revoke(call: Call) -> Answer:
    """Ends the token: `tokens_revoked`."""
    if not call.flag("test"):
        call.token.revoked = True
        call.slack.emit({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [call.me]}})
    return {"revoked": not call.flag("test")}


def _shown(call: Call, who: Member) -> dict[str, Any]:
    return shapes.user(
        who,
        call.slack.clock.now(),
        email="users:read.email" in call.token.scopes,
        locale=call.flag("include_locale"),
        stranger=not call.slack.meets(call.me, who.id),
    )


@method("users.info", "users:read", tier="4")
def user_info(call: Call) -> Answer:
    """One person; the address only with users:read.email, the locale only with include_locale."""
    return {"user": _shown(call, call.slack.member(call.required("user")))}


@method("users.list", "users:read", tier="2")
def user_list(call: Call) -> Answer:
    """Everybody the workspace knows: leavers, guests, partners, bots and Slackbot too."""
    people, rest = call.page(list(call.slack.people.values()))
    return {"members": [_shown(call, one) for one in people], "cache_ts": call.slack.epoch(), **rest}


@method("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: Call) -> Answer:
    """The person with this address; leavers are not found: `users_not_found`."""
    wanted = call.required("email").lower()
    for who in call.slack.people.values():
        if who.email == wanted and not who.left:
            return {"user": _shown(call, who)}
    raise SlackError("users_not_found")


@method("users.profile.get", "users.profile:read", tier="4")
def profile_get(call: Call) -> Answer:
    """One person's profile."""
    who = call.slack.member(call.text("user") or call.me)
    return {"profile": shapes.profile(who, email="users:read.email" in call.token.scopes)}


@method("usergroups.list", "usergroups:read", tier="2")
def groups(call: Call) -> Answer:
    """User groups; members with `include_users`, their number with `include_count`, disabled ones on request."""
    shown = [one for one in call.slack.groups.values() if not one.disabled or call.flag("include_disabled")]
    users, count = call.flag("include_users"), call.flag("include_count")
    return {"usergroups": [shapes.group(one, users=users, count=count) for one in shown]}


@method("usergroups.users.list", "usergroups:read", tier="2")
def group_members(call: Call) -> Answer:
    """Ids of a user group's members; `no_such_subteam`."""
    found: UserGroup | None = call.slack.groups.get(call.required("usergroup"))
    if found is None or (found.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(found.members)}


def _dnd(call: Call, who: Member) -> dict[str, Any]:
    now = call.slack.epoch()
    snoozing = who.snoozed_until > now
    return {
        "dnd_enabled": snoozing,
        "next_dnd_start_ts": now if snoozing else 1,
        "next_dnd_end_ts": who.snoozed_until if snoozing else 1,
    }


@method("dnd.info", "dnd:read")
def dnd_info(call: Call) -> Answer:
    """Whether one person wants no notifications now."""
    who = call.slack.member(call.text("user") or call.me)
    snoozing = who.snoozed_until > call.slack.epoch()
    return {**_dnd(call, who), "snooze_enabled": snoozing, "snooze_endtime": who.snoozed_until if snoozing else 0}


@method("dnd.teamInfo", "dnd:read", tier="2")
def dnd_team(call: Call) -> Answer:
    """The same for up to fifty people."""
    people = call.ids("users")
    if not people:
        raise SlackError("no_users_provided")
    if len(people) > 50:
        raise invalid_arguments("must be less than 51 items [json-pointer:/users]")
    return {"users": {one: _dnd(call, call.slack.people[one]) for one in people if one in call.slack.people}}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Answer:
    """The app's bot; `bot_not_found`."""
    if call.text("bot", cast.BOT_ID) != cast.BOT_ID:
        raise SlackError("bot_not_found")
    bot = {"id": cast.BOT_ID, "deleted": False, "name": "Baobab", "updated": FOUNDED, "app_id": cast.APP_ID}
    return {"bot": {**bot, "user_id": cast.BOT_USER_ID, "icons": {}}}


@method("team.info", "team:read")
def team_info(call: Call) -> Answer:
    """The workspace itself."""
    team = {"id": cast.TEAM_ID, "name": cast.TEAM_NAME, "domain": call.slack.config.domain}
    return {
        "team": {**team, "email_domain": "", "url": f"{call.slack.config.base_url}/", "icon": {"image_default": True}}
    }


@method("emoji.list", "emoji:read", tier="2")
def emoji_list(call: Call) -> Answer:
    """Custom emoji: one, so that there is one."""
    return {
        "emoji": {"baobab": f"{call.slack.config.base_url}/emoji/baobab.png"},
        "cache_ts": str(call.slack.epoch()),
    }
