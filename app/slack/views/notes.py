"""Short words to one person: a question back, something that did not work, an answer that comes later."""

from __future__ import annotations

from app.i18n import Reader
from app.slack.mrkdwn import cut, escape
from app.slack.views import ids, kit


def question_back(question: str, reader: Reader) -> kit.Body:
    """One question, and a button that opens the form."""
    _ = reader.words()
    return kit.private(
        question,
        [
            kit.section(question),
            kit.actions(kit.button(_("Say more"), ids.START, ids.pack(""), style="primary")),
        ],
    )


def coming_by_message(reader: Reader) -> kit.Body:
    """Said when the answer takes longer than an acknowledgement may."""
    _ = reader.words()
    return kit.private(_(":hourglass: I am still looking. The answer comes in a direct message in a moment."))


def coming_view(reader: Reader) -> kit.Body:
    """The same, where the form was."""
    _ = reader.words()
    text = _(":hourglass: I am still looking. The answer comes in a direct message in a moment.")
    return kit.modal(_("Where to share"), [kit.section(text)], callback_id=ids.NOTICE, close=_("Close"))


def problem(message: str) -> kit.Body:
    """An expected failure, to the person alone. The message is ours; typed parts in it are escaped already."""
    return kit.private(message, [kit.section(f":information_source: {message}")])


def problem_with_words(message: str, typed: str, reader: Reader) -> kit.Body:
    """The same with what was typed: Slack has emptied the line, and nobody likes to type it twice."""
    _ = reader.words()
    return kit.private(
        message,
        [
            kit.section(f":information_source: {message}"),
            kit.context(_("What you typed, to copy:")),
            kit.as_typed(cut(typed, 3000)),
        ],
    )


def problem_view(message: str, reader: Reader) -> kit.Body:
    """The same inside a modal."""
    _ = reader.words()
    return kit.modal(_("One moment"), [kit.section(message)], callback_id=ids.NOTICE, close=_("Close"))


def looking_up(reader: Reader) -> kit.Body:
    """A modal that waits for what Slack knows of a group or an address."""
    _ = reader.words()
    text = _(":hourglass: Looking up who that is…")
    return kit.modal(_("Thank somebody"), [kit.section(text)], callback_id=ids.NOTICE, close=_("Close"))


def asking_forum(reader: Reader) -> kit.Body:
    """Said while the forum is asked for a post's author."""
    _ = reader.words()
    return kit.private(
        _(":hourglass: I am asking the forum who wrote that post. Your receipt comes here in a moment.")
    )


def asking_forum_view(reader: Reader) -> kit.Body:
    """The same, where the form was."""
    _ = reader.words()
    text = _(":hourglass: I am asking the forum who wrote that post. Your receipt comes in a direct message.")
    return kit.modal(_("Thank somebody"), [kit.section(text)], callback_id=ids.NOTICE, close=_("Close"))


def forum_away(reader: Reader) -> kit.Body:
    """Said when the forum does not answer at once."""
    _ = reader.words()
    return kit.private(
        _(
            ":hourglass: The forum does not answer just now. Your thanks is kept and I go on trying: the receipt "
            "comes here or in a direct message."
        )
    )


def unreached(slack_id: str, problem: str, reader: Reader) -> kit.Body:
    """A thanks is kept, but its recipient could not be told."""
    _ = reader.words()
    text = _("Your thanks to {person} is kept, but I could not tell them: {problem} Perhaps you tell them yourself?")
    said = text.format(person=f"<@{slack_id}>", problem=escape(reader.words()(problem)))
    return kit.message(said, [kit.section(said)])


def unexpected(reference: str, reader: Reader) -> str:
    """What is said when we failed: no details, a reference that the log has too, and what to do."""
    _ = reader.words()
    return _(
        "Something went wrong on my side, and nothing was changed. Please try once more; if it happens again, "
        "tell your admin this reference: `{reference}`."
    ).format(reference=escape(reference))


def looking(reader: Reader) -> kit.Body:
    """A modal that waits for an answer."""
    _ = reader.words()
    return kit.modal(
        _("Where to share"), [kit.section(_(":hourglass: Looking…"))], callback_id=ids.NOTICE, close=_("Close")
    )


def told_view(text: str, reader: Reader, *, last: bool = False) -> kit.Body:
    """A window that says that something is done; the `last` of a stack closes all below it."""
    _ = reader.words()
    view = kit.modal(_("Done"), [kit.section(text)], callback_id=ids.NOTICE, close=_("Close"))
    return {**view, "clear_on_close": True} if last else view
