"""Under an answer: "We've done this before", up to three earlier forum topics and what the person says of each."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from app.i18n import Reader
from app.routing.rules import Answer, EarlierTopic
from app.slack.mrkdwn import cut, escape, link
from app.slack.views import ids, kit


def earlier_topics(answer: Answer, reader: Reader) -> list[Block]:
    """The blocks of the earlier topics; none where there are none."""
    if not answer.earlier:
        return []
    _ = reader.words()
    shown: list[Block] = [kit.divider(), kit.section(_("*We've done this before*"))]
    for topic in answer.earlier:
        shown.append(kit.section(_topic_line(topic, reader)))
        if topic.said:
            shown.append(kit.context(_said(topic.said, reader)))
            continue
        value = ids.pack(answer.key, str(topic.forum_id))
        shown.append(
            kit.actions(
                kit.button(_("Reuse it"), ids.REUSE, value, label=_("Reuse {topic}").format(topic=topic.title)),
                kit.button(_("Extend it"), ids.EXTEND, value, label=_("Extend {topic}").format(topic=topic.title)),
                kit.button(
                    _("Mine is different"),
                    ids.DIFFERENT,
                    value,
                    label=_("Mine is different from {topic}").format(topic=topic.title),
                ),
            )
        )
    return shown


def _topic_line(topic: EarlierTopic, reader: Reader) -> str:
    _ = reader.words()
    title = cut(topic.title, 150)
    shown = link(topic.url, title) if topic.url else escape(title)
    state = _("answered") if topic.answered else _("not answered yet")
    author = _("by {author}").format(author=escape(topic.author)) if topic.author else ""
    return f"{shown}\n" + " · ".join(part for part in (reader.day(topic.posted_at), author, state) if part)


def _said(said: str, reader: Reader) -> str:
    _ = reader.words()
    return {
        "reuse": _(":white_check_mark: You will reuse it."),
        "extend": _(":white_check_mark: You will extend it: reply in that topic so that its readers see yours."),
        "different": _(":white_check_mark: Yours is different."),
    }[said]
