"""What can be done with a message: reactions under it, a bar that shows when one points at it, and its menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from app.playground.pages import emoji
from app.playground.pages.html import tag
from app.playground.slack.config import Shortcut


def reactions(
    given: Mapping[str, Sequence[str]], me: str, names: Mapping[str, str], *, can_add: bool
) -> Markup | None:
    """The reactions of a message, counted; one's own is pressed, and another press takes it back."""
    if not given:
        return None
    rows: list[Markup] = []
    for name, people in given.items():
        told = ", ".join("you" if one == me else names.get(one, one) for one in people)
        rows.append(
            tag(
                "button",
                emoji.show(name),
                f" {len(people)}",
                type="button",
                class_="reaction",
                data_do="react",
                data_name=name,
                aria_pressed="true" if me in people else "false",
                aria_label=f"{name.replace('_', ' ')}, {len(people)}: {told}",
                title=told,
            )
        )
    more = tag("button", _FACE, type="button", class_="add-reaction", data_do="emoji", aria_label="Add a reaction")
    return tag("div", *rows, more if can_add else None, class_="reactions")


def bar(key: str, shortcuts: Sequence[Shortcut], *, can_reply: bool) -> Markup:
    """Some reactions at hand, the picker, the thread, and the menu with the app's message shortcuts."""
    # Named apart from their likes in the menu, so that nobody has to guess between two of one name.
    at_hand = (_react(name, "React with ") for name in emoji.QUICK_REACTIONS[: emoji.AT_HAND])
    pick = tag("button", _FACE, type="button", data_do="emoji", aria_label="Choose an emoji", title="Choose an emoji")
    reply = tag("button", "💬", type="button", data_do="reply", aria_label="Open the thread", title="Reply in thread")
    return tag(
        "div",
        tag("span", *at_hand, pick, reply if can_reply else None, class_="at-hand"),
        _menu(key, shortcuts, can_reply=can_reply),
        class_="msg-tools",
    )


def _menu(key: str, shortcuts: Sequence[Shortcut], *, can_reply: bool) -> Markup:
    rows = [tag("button", "☺\ufe0e\u2002More emoji…", type="button", data_do="emoji", class_="more-emoji")]
    if can_reply:
        rows.append(tag("button", "💬 Reply in thread", type="button", data_do="reply"))
    rows.extend(
        tag(
            "button",
            f"⚡ {one.name}",
            tag("small", "Baobab"),
            type="button",
            data_do="shortcut",
            data_id=one.callback_id,
        )
        for one in shortcuts
        if one.kind == "message"
    )
    quick = (_react(name) for name in emoji.QUICK_REACTIONS)
    return tag(
        "details",
        tag("summary", "⋮", aria_label="Message menu"),
        tag("div", tag("div", *quick, class_="quick"), *rows, class_="menu"),
        class_="msg-menu",
        id=f"{key}-menu",
    )


def _react(name: str, words: str = "React: ") -> Markup:
    label = f"{words}{name}"
    return tag("button", emoji.show(name), type="button", data_do="react", data_name=name, aria_label=label)


_FACE = tag("span", "☺\ufe0e", tag("sup", "+"), class_="face", aria_hidden="true")
