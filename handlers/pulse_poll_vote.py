"""Votes: a click is counted with whatever else comes at that moment, and confirmed to the person alone."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from app.polls import queries
from app.polls.ballots import Ballot, Cast
from app.polls.rules import is_open, may_vote
from app.polls.service import life_of
from app.polls.shapes import Act, Choices, Clear, Drop, Fill, Pick
from app.services import Services
from app.slack import mrkdwn
from app.slack.once import Once
from app.slack.people import Asker
from app.slack.views import notes
from app.slack.views.ids import unpack
from app.slack.views.polls import answer, ids, mine, results


def register(bolt: AsyncApp) -> None:
    """Register what voters press."""
    bolt.action(ids.VOTE)(vote)
    bolt.action(ids.CHOOSE)(choose)
    bolt.action(ids.TAKE_BACK)(take_back)
    bolt.action(ids.TAKE_ALL_BACK)(take_all_back)
    bolt.action(ids.OPEN_FORM)(open_form)
    bolt.action(ids.MINE)(own_vote)
    bolt.action(ids.RESULTS)(see_results)
    bolt.view(ids.ANSWER)(answered)


async def vote(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """A button under the poll."""
    key, question, option = unpack(action["value"], 3)
    await _count(services, once, body, key, Pick(int(question), int(option)))
    await ack()


async def choose(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services) -> None:
    """The menu under a poll of many options."""
    key, question, option = unpack(str((action.get("selected_option") or {}).get("value")), 3)
    await _count(services, once, body, key, Pick(int(question), int(option)))
    await ack()


async def take_back(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """One choice back, in the confirmation."""
    key, question, option = unpack(action["value"], 3)
    await _count(services, once, body, key, Drop(int(question), int(option)), instead=True)
    await ack()


async def take_all_back(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The whole vote back."""
    (key,) = unpack(action["value"], 1)
    await _count(services, once, body, key, Clear(), instead=True)
    await ack()


async def open_form(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """The window of a poll that is not answered by one click. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        may_vote(life_of(poll), now)
        card = await queries.card(session, poll, now)
        own = await queries.mine(session, poll, _secret(services), asker.slack_id)
    await services.slack.views_open(asker.team_id, body["trigger_id"], answer.window(card, own, asker.reader))
    await ack()


async def answered(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], once: Once, services: Services) -> None:
    """The window was sent: every question in it is answered anew."""
    (key,) = unpack(view["private_metadata"], 1)
    asker = await services.people.behind(once.team_id, body)
    cast = await services.ballots.cast(_ballot(once, asker, key, read_answers(view["state"]["values"])))
    shown = mine.own_vote(key, cast.mode, cast.sheets, cast.mine, asker.reader)
    await ack({"response_action": "update", "view": notes.told_view(shown["text"], asker.reader)})


async def own_vote(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """ "Your vote", to the person alone. Reading only, so no receipt."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    now = services.clock.now()
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        own = await queries.mine(session, poll, _secret(services), asker.slack_id)
        sheets = await queries.sheets(session, poll.id or 0)
    shown = mine.own_vote(key, poll.mode, sheets, own, asker.reader, open_now=is_open(life_of(poll), now))
    services.whispers.say(str(body.get("response_url") or ""), {**shown, "replace_original": False})
    await ack()


async def see_results(
    ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], once: Once, services: Services
) -> None:
    """Results for those who voted, to the person alone."""
    (key,) = unpack(action["value"], 1)
    asker = await services.people.behind(once.team_id, body)
    async with services.db.read_only() as session:
        poll = await queries.by_key(session, asker.workspace_id, key)
        own = await queries.mine(session, poll, _secret(services), asker.slack_id)
        card = await queries.card(session, poll, services.clock.now(), voted=bool(own))
    shown = results.private(card, asker.reader)
    services.whispers.say(str(body.get("response_url") or ""), {**shown, "replace_original": False})
    await ack()


def read_answers(values: dict[str, dict[str, Any]]) -> Fill:
    """The window's inputs by question; a question without an answer has none any more."""
    choices: dict[int, Choices] = {}
    texts: dict[int, str] = {}
    for block_id, actions in values.items():
        number, _, place = block_id.removeprefix("q").partition("-")
        question = int(number)
        state: dict[str, Any] = next(iter(actions.values()), {})
        if state.get("type") == "plain_text_input":
            texts[question] = mrkdwn.clean(state.get("value") or "")
            continue
        chosen = state.get("selected_options") or [one for one in [state.get("selected_option")] if one]
        made = tuple((int(one["value"]), int(place or 0)) for one in chosen)
        choices[question] = choices.get(question, ()) + made
    return Fill(choices, texts)


async def _count(
    services: Services, once: Once, body: dict[str, Any], key: str, act: Act, *, instead: bool = False
) -> None:
    """Count an act; the confirmation is said after the commit, and written down nowhere.

    A click in a confirmation changes it (`instead`). One under the poll gets a new one: its response URL reaches the
    poll itself and no private message, and of those Slack lets nothing else be changed or deleted. So an older
    confirmation stays until Slack lets it go.
    """
    asker = await services.people.behind(once.team_id, body)
    cast: Cast = await services.ballots.cast(_ballot(once, asker, key, act))
    shown = mine.own_vote(key, cast.mode, cast.sheets, cast.mine, asker.reader)
    services.whispers.say(str(body.get("response_url") or ""), {**shown, "replace_original": instead})


def _ballot(once: Once, asker: Asker, key: str, act: Act) -> Ballot:
    return Ballot(once.key, asker.team_id, asker.workspace_id, key, asker.slack_id, act)


def _secret(services: Services) -> str:
    return services.settings.secret_key.get_secret_value()
