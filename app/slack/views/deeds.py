"""Under an answer: what the person did with it so far, and the ways out of it."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, InteractiveElement

from app.i18n import Reader
from app.routing.rules import Answer, Shared
from app.slack.mrkdwn import escape, link
from app.slack.views import ids, kit


def ways_out(answer: Answer, reader: Reader) -> list[Block]:
    """Ask a person, none fits; and what came of pressing them."""
    _ = reader.words()
    shown: list[Block] = []
    elements: list[InteractiveElement] = []
    if not answer.asked:
        elements.append(_ask_button(answer, reader))
    if not answer.none_fits:
        elements.append(kit.button(_("None fits"), ids.NONE_FITS, ids.pack(answer.key)))
    if elements:
        shown.append(kit.actions(*elements))
    if answer.asked:
        people = reader.listing([f"<#{one}>" if one.startswith("C") else f"<@{one}>" for one in answer.asked])
        # True from the click on, whenever it is read: it is not drawn anew when the question has arrived.
        goes = _(":incoming_envelope: Your question goes to {people}. If it does not reach them, I tell you.")
        shown.append(kit.context(goes.format(people=people)))
    if answer.none_fits:
        noted = _("Noted: none of them fits. Your words are kept as a proposal for a new community.")
        shown.append(kit.context(f":white_check_mark: {noted}"))
    return shown


def whereabouts(one: Shared, reader: Reader) -> list[Block]:
    """Where words that were posted are now."""
    _ = reader.words()
    lines = []
    for state, url, where in (
        (one.channel_state, one.channel_link, _("the channel")),
        (one.forum_state, one.forum_link, _("the forum")),
    ):
        if state == "posted":
            done = _("Posted in {place}").format(place=where)
            lines.append(":white_check_mark: " + (link(url, done) if url else done))
        elif state == "held":
            lines.append(_(":hourglass: Waiting for a moderator of {place}").format(place=where))
        elif state == "failed":
            lines.append(
                _(":warning: Not posted in {place}: {problem}").format(place=where, problem=escape(one.problem))
            )
        elif state == "waiting":
            lines.append(_(":hourglass: On its way to {place}").format(place=where))
    return [kit.context(*lines)] if lines else []


def _ask_button(answer: Answer, reader: Reader) -> InteractiveElement:
    _ = reader.words()
    whom = next((lead.slack_id for one in answer.suggestions[:1] for lead in one.leads), "")
    if answer.verdict == "none" or answer.passed_over:
        whom = ""
    to_lead = _("Your text and your name go by direct message to a lead of the first community.")
    to_team = _("Your text and your name go to the knowledge team.")
    return kit.button(
        _("Ask a person"),
        ids.ASK_PERSON,
        ids.pack(answer.key, whom),
        confirm=kit.sure(_("Ask a person?"), to_lead if whom else to_team, _("Send it"), _("Not now")),
    )
