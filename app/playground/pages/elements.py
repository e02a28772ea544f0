"""Block elements to HTML: buttons, text and date inputs, menus; the choosers are in `selects`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from app.playground.pages import selects
from app.playground.pages.html import Value, join, safe_url, tag
from app.playground.pages.mrkdwn import text_object, words_of
from app.playground.pages.place import Json, Place, items
from app.playground.pages.values import epoch_to_local, holds, rich_words

_INPUT_TYPES = {
    "plain_text_input": "text",
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
}
# Kinds in which people type: these speak to the app on Enter or on every character, not on change.
TYPED = frozenset(_INPUT_TYPES) - {"datepicker", "timepicker", "datetimepicker"} | {"rich_text_input"}


@dataclass(frozen=True)
class Setting:
    """Where an element stands: its block, its label and description on the page, and when it speaks to the app.

    `dispatch` is `change`, `enter`, `char`, or "" for inputs that wait for the submit button.
    """

    block: str
    label: str = ""
    labelled_by: str = ""
    described_by: str = ""
    required: bool = False
    invalid: bool = False
    dispatch: str = "change"


def draw(element: Json, place: Place, at: Setting) -> Markup:
    """One element as HTML; a kind that is not known is shown as a marked box."""
    kind = str(element.get("type"))
    if kind == "image":
        return image(element, place.reader.site)
    if kind in _DRAWN:
        return _DRAWN[kind](element, place, at)
    if kind in _INPUT_TYPES or kind == "rich_text_input":
        return _text(element, place, at)
    drawn = selects.draw(
        element, place, state(element, place, at), attributes(element, place, at), group=at.labelled_by
    )
    return drawn if drawn is not None else unknown(kind, "element")


def unknown(kind: str, what: str) -> Markup:
    """A plain box that says what could not be drawn, so that nothing is dropped silently."""
    return tag("div", f"Unknown {what}: {kind}", class_="unknown", role="note")


def image(element: Json, site: str, class_: str = "thumb") -> Markup:
    """A picture from our own `site`; of one from elsewhere, which the page never loads, the description."""
    words = str(element.get("alt_text", ""))
    source = safe_url(str(element.get("image_url", "")))
    if not source or not site or not source.startswith(f"{site}/"):
        return tag("span", words, role="img", aria_label=words, class_=f"{class_} described", dir="auto")
    return tag("img", src=source, alt=words, title=words, class_=class_, loading="lazy")


def attributes(element: Json, place: Place, at: Setting) -> dict[str, Value]:
    """What every interactive element carries for the script: its name, kind, and when it speaks to the app."""
    own = element.get("confirm")
    confirm = own if isinstance(own, dict) else {}
    placeholder = words_of(element.get("placeholder"), place.reader)
    label = str(element.get("accessibility_label") or at.label or placeholder)
    return {
        "class_": "el",
        "id": place.id(at.block, str(element.get("action_id"))),
        "data_action": str(element.get("action_id", "")),
        "data_type": str(element.get("type")),
        "data_dispatch": at.dispatch or None,
        "data_confirm": words_of(confirm.get("text"), place.reader) or None,
        "data_confirm_title": words_of(confirm.get("title"), place.reader) or None,
        "data_confirm_yes": words_of(confirm.get("confirm"), place.reader) or None,
        "data_confirm_no": words_of(confirm.get("deny"), place.reader) or None,
        "data_confirm_style": str(confirm.get("style") or "") or None,
        "aria_label": None if at.labelled_by else (label or None),
        "aria_describedby": at.described_by or None,
        "aria_invalid": "true" if at.invalid else None,
        "required": at.required,
        "data_focus": bool(element.get("focus_on_load")),
    }


def state(element: Json, place: Place, at: Setting) -> object:
    """What the element holds: the person's own choice, else its initial value."""
    own = place.values.get(at.block, {}).get(str(element.get("action_id")))
    return holds(element, own, place.channel)


def _button(element: Json, place: Place, at: Setting) -> Markup:
    common = attributes(element, place, at)
    style = str(element.get("style") or "")
    common["class_"] = "el btn" + (f" {style}" if style in ("primary", "danger") else "")
    common["aria_label"] = element.get("accessibility_label")
    common["required"] = None
    common["data_value"] = str(element.get("value", ""))
    label = text_object(element.get("text"), place.reader)
    address = safe_url(str(element.get("url") or ""))
    if address:
        outward = tag("span", "↗\ufe0e", class_="outward", aria_hidden="true")
        return tag("a", label, outward, href=address, target="_blank", rel="noopener noreferrer", **common)
    return tag("button", label, type="button", **common)


def _overflow(element: Json, place: Place, at: Setting) -> Markup:
    common = attributes(element, place, at)
    common.update(class_="el overflow", required=None, aria_label=None)
    choices: list[Markup] = []
    for option in items(element.get("options")):
        words = text_object(option.get("text"), place.reader)
        address = safe_url(str(option.get("url") or ""))
        choice = (
            tag(
                "a",
                words,
                href=address,
                target="_blank",
                rel="noopener noreferrer",
                data_value=str(option.get("value")),
            )
            if address
            else tag("button", words, type="button", data_value=str(option.get("value", "")))
        )
        choices.append(tag("li", choice))
    summary = tag(
        "summary", "•••", aria_label=str(element.get("accessibility_label") or "More choices"), class_="btn"
    )
    return tag("details", summary, tag("ul", *choices, class_="menu"), **common)


def _text(element: Json, place: Place, at: Setting) -> Markup:
    kind, value = str(element.get("type")), state(element, place, at)
    common = attributes(element, place, at)
    common["placeholder"] = words_of(element.get("placeholder"), place.reader) or None
    common["dir"] = "auto"
    if kind in ("plain_text_input", "rich_text_input"):
        common["minlength"] = element.get("min_length")
        common["maxlength"] = element.get("max_length") or 3000
    if kind == "rich_text_input" or element.get("multiline"):
        words = rich_words(value) if kind == "rich_text_input" else str(value or "")
        # The parser drops one line end after the opening tag; the first one here is for it to drop.
        return tag("textarea", "\n", words, rows="5", **common)
    if kind == "number_input":
        common.update(min=element.get("min_value"), max=element.get("max_value"), dir=None)
        common["step"] = "any" if element.get("is_decimal_allowed") else "1"
    shown = epoch_to_local(value, place.reader.zone) if kind == "datetimepicker" else str(value or "")
    field = tag("input", type=_INPUT_TYPES[kind], value=shown, autocomplete="off", **common)
    zone = str(element.get("timezone") or (place.reader.zone if kind == "datetimepicker" else ""))
    if zone:
        return join(field, tag("span", zone.replace("_", " "), class_="zone"))
    return field


def _file(_element: Json, _place: Place, at: Setting) -> Markup:
    return tag("p", "Uploading files is left out of the playground.", class_="unknown", id=at.described_by or None)


def _icon(element: Json, place: Place, at: Setting) -> Markup:
    return _button({**element, "accessibility_label": words_of(element.get("text"), place.reader)}, place, at)


def _feedback(element: Json, place: Place, at: Setting) -> Markup:
    parts = []
    for key in ("positive_button", "negative_button"):
        one = element.get(key)
        if isinstance(one, dict):
            parts.append(_button({**element, **one, "type": "feedback_buttons"}, place, at))
    return tag("span", *parts, class_="btn-pair")


_DRAWN: dict[str, Callable[[Json, Place, Setting], Markup]] = {
    "button": _button,
    "workflow_button": _button,
    "icon_button": _icon,
    "feedback_buttons": _feedback,
    "overflow": _overflow,
    "file_input": _file,
}
