"""Slack's listeners, one file a command. A listener parses, calls a service in one transaction, and acks a view."""

from slack_bolt.async_app import AsyncApp

from handlers import (
    errors,
    events,
    exports,
    home,
    huddle,
    huddle_calendar,
    huddle_card,
    huddle_choose,
    huddle_details,
    huddle_fairer,
    huddle_form,
    huddle_manage,
    huddle_move,
    privacy,
    pulse_poll,
    pulse_poll_manage,
    pulse_poll_outward,
    pulse_poll_vote,
    shortcuts,
    thanks,
    thanks_acts,
    thanks_form,
    thanks_keep,
    thanks_wishes,
    whereshare,
    whereshare_acts,
    whereshare_post,
)


def register(bolt: AsyncApp, *, prefix: str) -> None:
    """Register every listener, once, in this order."""
    errors.register(bolt)
    # Bolt asks one listener after the other whether a request is theirs: votes come in crowds, so they are first.
    pulse_poll_vote.register(bolt)
    whereshare.register(bolt, prefix=prefix)
    whereshare_acts.register(bolt)
    whereshare_post.register(bolt)
    pulse_poll.register(bolt, prefix=prefix)
    pulse_poll_manage.register(bolt)
    pulse_poll_outward.register(bolt)
    shortcuts.register(bolt)
    thanks.register(bolt, prefix=prefix)
    thanks_form.register(bolt)
    thanks_acts.register(bolt)
    thanks_wishes.register(bolt)
    thanks_keep.register(bolt)
    huddle.register(bolt, prefix=prefix)
    huddle_details.register(bolt)
    huddle_form.register(bolt)
    huddle_card.register(bolt)
    huddle_calendar.register(bolt)
    huddle_manage.register(bolt)
    huddle_move.register(bolt)
    huddle_choose.register(bolt)
    huddle_fairer.register(bolt)
    home.register(bolt)
    exports.register(bolt)
    privacy.register(bolt)
    events.register(bolt)
