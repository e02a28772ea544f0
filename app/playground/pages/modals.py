"""Modals and the App Home to HTML: the open stack's top as a dialog, the Home as a page."""

from __future__ import annotations

import hashlib

from markupsafe import Markup

from app.playground.pages.blocks import draw_blocks
from app.playground.pages.html import tag
from app.playground.pages.mrkdwn import words_of
from app.playground.pages.place import Place, items
from app.playground.pages.reader import Reader
from app.playground.slack.state import View


def draw_modal(stack: list[View], reader: Reader) -> Markup:
    """The modal on top as a `<dialog>`, nothing without one. The script opens it and keeps what is being typed."""
    if not stack:
        return Markup("")
    view = stack[-1]
    scope = f"v-{view.id}"
    submit = words_of(view.payload.get("submit"), reader)
    close = words_of(view.payload.get("close"), reader) or "Cancel"
    place = Place(reader, scope, values=view.values, errors=view.errors, channel=view.channel)
    foot = [
        tag("button", close, type="button", class_="btn", data_close=True),
        tag("button", submit, class_="btn primary", data_submit=True) if submit else None,
    ]
    form = tag(
        "form",
        tag(
            "header",
            tag("h2", view.title or "Baobab", id=f"{scope}-title", dir="auto"),
            tag("button", "×", type="button", class_="plain", data_close=True, aria_label="Close"),
        ),
        tag("p", view.trouble, class_="alert error", role="alert") if view.trouble else None,
        tag("div", draw_blocks(items(view.blocks), place), class_="modal-body"),
        tag("div", *foot, class_="foot"),
        method="dialog",
        novalidate=True,
    )
    return tag(
        "dialog",
        form,
        id=scope,
        class_="modal",
        aria_labelledby=f"{scope}-title",
        data_container="view",
        data_view=view.id,
        data_mark=_mark(form),
    )


def draw_home(view: View | None, reader: Reader) -> Markup:
    """The App Home; a friendly line until the app has published one."""
    if view is None:
        waiting = tag("p", "Baobab has not written this page yet. It appears here in a moment.", class_="empty")
        return tag("div", waiting, id="home-none", data_mark="none")
    inner = draw_blocks(items(view.blocks), Place(reader, "home", values=view.values))
    return tag(
        "div",
        inner,
        id=f"home-{view.id}",
        class_="home",
        data_container="view",
        data_view=view.id,
        data_mark=_mark(inner),
    )


def _mark(inner: Markup) -> str:
    return hashlib.blake2s(inner.encode(), digest_size=8).hexdigest()
