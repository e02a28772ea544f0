"""The answer of /whereshare: one sure suggestion with two others, three equals, or "none of these fits"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, InteractiveElement

from app.i18n import Reader
from app.routing.rules import Answer, PassedOver, Suggestion
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids, kit
from app.slack.views.deeds import ways_out, whereabouts
from app.slack.views.earlier import earlier_topics
from app.slack.views.reasons import worded


def message(answer: Answer, reader: Reader, now: datetime) -> kit.Body:
    """The answer as a private message (an ack body, or a response URL's)."""
    return kit.private(summary(answer, reader), blocks(answer, reader, now))


def direct_message(answer: Answer, reader: Reader, now: datetime) -> kit.Body:
    """The answer as a message in the person's conversation with the app."""
    return kit.message(summary(answer, reader), blocks(answer, reader, now))


def modal(answer: Answer, reader: Reader, now: datetime) -> kit.Body:
    """The answer inside a modal (after the form, or for a message shortcut)."""
    _ = reader.words()
    return kit.modal(
        _("Where to share"),
        blocks(answer, reader, now),
        callback_id=ids.ANSWER,
        close=_("Close"),
        private_metadata=answer.key,
    )


def summary(answer: Answer, reader: Reader) -> str:
    """One line that reads well alone: a notification, a screen reader, a text-only client."""
    _ = reader.words()
    names = [escape(one.name) for one in answer.suggestions]
    if not names or answer.verdict == "none":
        return _("None of the communities I know seems to fit.")
    if answer.verdict == "sure":
        return _("Share it in {community}.").format(community=names[0])
    return _("It could fit in {communities}.").format(communities=reader.listing(names))


def blocks(answer: Answer, reader: Reader, now: datetime) -> list[Block]:
    """All blocks of an answer, in the order a person reads: where, what came before, what else can be done."""
    _ = reader.words()
    own = _("The message: {draft}") if answer.origin or _is_guidance(answer) else _("Your words: {draft}")
    shown: list[Block] = [kit.context(own.format(draft=_quoted(answer.text)))]
    for one in answer.shared:
        shown.extend(whereabouts(one, reader))
    if answer.verdict == "sure" and answer.suggestions:
        shown.extend(_suggestion(answer, answer.suggestions[0], reader, now, lead_in=_("Share it in"), first=True))
        if others := answer.suggestions[1:]:
            shown.append(kit.context(_("Less likely, but possible:")))
            shown.extend(_alternative(answer, one_more, reader, now) for one_more in others)
    elif answer.verdict == "unsure":
        shown.extend(_passed_over(answer.passed_over, reader, now))
        shown.append(kit.section(_("*It could fit in more than one place.* You know best:")))
        for equal in answer.suggestions:
            shown.extend(_suggestion(answer, equal, reader, now))
    else:
        shown.append(
            kit.section(
                _("*None of the communities I know seems to fit.* A person can help, or start something new.")
            )
        )
        if answer.suggestions:
            shown.append(kit.context(_("The nearest, in case I am wrong:")))
            shown.extend(_nearest(answer, one, reader) for one in answer.suggestions)
    shown.extend(earlier_topics(answer, reader))
    if _is_guidance(answer):
        shown.append(
            kit.context(_("Only its author, or a lead of a community, can bring it there. You could tell them."))
        )
    else:
        shown.extend(ways_out(answer, reader))
    return shown


def _nearest(answer: Answer, one: Suggestion, reader: Reader) -> Block:
    """A community that is near but hardly fits: its name and place, no reasons that would make it look better."""
    return kit.section(
        _title(answer, one, reader),
        accessory=_post_button(answer, one, reader, first=False) if _can_post(answer, one, reader) else None,
    )


def _alternative(answer: Answer, one: Suggestion, reader: Reader, now: datetime) -> Block:
    """A less likely community, in two lines with its button beside it: an answer must fit a phone."""
    return kit.section(
        "\n".join(_lines(answer, one, reader, now)),
        accessory=_post_button(answer, one, reader, first=False) if _can_post(answer, one, reader) else None,
    )


def _suggestion(
    answer: Answer, one: Suggestion, reader: Reader, now: datetime, *, lead_in: str = "", first: bool = False
) -> list[Block]:
    _ = reader.words()
    lines = _lines(answer, one, reader, now)
    lines[0] = f"{lead_in} {lines[0]}".strip()
    buttons: list[InteractiveElement] = []
    if _can_post(answer, one, reader):
        buttons.append(_post_button(answer, one, reader, first=first))
    buttons.append(
        kit.button(
            _("Not this"),
            ids.NOT_THIS,
            ids.pack(answer.key, one.slug),
            label=_("Not {community}").format(community=one.name),
        )
    )
    return [kit.section("\n".join(lines)), kit.actions(*buttons)]


def _title(answer: Answer, one: Suggestion, reader: Reader) -> str:
    place = _place(answer, one, reader)
    return f"*{escape(one.name)}*" + (f" · {place}" if place else "")


def _lines(answer: Answer, one: Suggestion, reader: Reader, now: datetime) -> list[str]:
    """Name and place; why (where there is a reason); lead, languages, activity."""
    _ = reader.words()
    lines = [_title(answer, one, reader)]
    why = [worded(reason, reader) for reason in one.reasons]
    if one.heir_of:
        merged = reader.listing([escape(old) for old in one.heir_of])
        why.insert(0, _("{merged} is now part of it").format(merged=merged))
    if why := [reason for reason in why if reason][:2]:
        lines.append(_("Why: {reasons}").format(reasons="; ".join(why)))
    return [*lines, " · ".join(_facts(one, reader, now))]


def _post_button(answer: Answer, one: Suggestion, reader: Reader, *, first: bool) -> ButtonElement:
    _ = reader.words()
    return kit.button(
        _("Carry it over") if answer.source == "cross_post" else _("Post it there"),
        ids.POST_IT,
        ids.pack(answer.key, one.slug),
        style="primary" if first else None,
        label=_("Post it in {community}").format(community=one.name),
    )


def _facts(one: Suggestion, reader: Reader, now: datetime) -> list[str]:
    _ = reader.words()
    facts = []
    if one.leads:
        facts.append(_("Lead: {people}").format(people=", ".join(f"<@{lead.slack_id}>" for lead in one.leads[:2])))
    if one.languages:
        facts.append(reader.languages(one.languages))
    if one.last_active_at:
        active = _("last active {ago}").format(ago=reader.ago(one.last_active_at, now))
        facts.append(f":warning: {active}" if one.quiet else active)
    if one.category_name == one.name:
        facts.append(_("also on the forum"))
    elif one.category_name:
        facts.append(_("forum: {category}").format(category=escape(one.category_name)))
    return facts


def _place(answer: Answer, one: Suggestion, reader: Reader) -> str:
    _ = reader.words()
    if not one.channel_id:
        return ""
    if one.channel_private:
        return _("private channel, ask its lead")
    if reader.guest and one.channel_id != answer.channel_id:
        # A guest may not see channels they were not invited to, not even their names.
        return _("ask its lead to invite you")
    return f"<#{one.channel_id}>"


def _passed_over(passed: Sequence[PassedOver], reader: Reader, now: datetime) -> list[Block]:
    _ = reader.words()
    lines = []
    for one in passed:
        name = escape(one.name)
        if one.why == "dormant":
            since = reader.ago(one.last_active_at, now) if one.last_active_at else _("a long time ago")
            lines.append(
                _(
                    "*{community}* is close, but not active now (last active {ago}): perhaps nobody would answer."
                ).format(community=name, ago=since)
            )
        else:
            lines.append(_("*{community}* is close, but it has no lead at the moment.").format(community=name))
    return [kit.context(*lines[:10])] if lines else []


def _is_guidance(answer: Answer) -> bool:
    """Whether the words are another person's, who alone may send them anywhere."""
    return answer.source == "guidance"


def _can_post(answer: Answer, one: Suggestion, reader: Reader) -> bool:
    """Whether there is a place this person may post to, and nothing of theirs is there or on its way already."""
    channel = bool(one.channel_id) and not one.channel_private and not reader.guest
    gone = {"posted", "held", "waiting"}
    again = any(
        shared.community == one.slug and gone & {shared.channel_state, shared.forum_state} for shared in answer.shared
    )
    return not _is_guidance(answer) and not again and (channel or one.category_id is not None)


def _quoted(text: str) -> str:
    return "“" + escape(cut(" ".join(text.split()), 200)) + "”"
