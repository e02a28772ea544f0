"""Choosers to HTML: native selects for one choice, check lists for several, a search box for external options."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from app.playground.pages.html import Value, join, tag
from app.playground.pages.mrkdwn import text_object, words_of
from app.playground.pages.place import Json, Place, items
from app.playground.pages.values import options_of

_ONE = frozenset({"static_select", "users_select", "channels_select", "conversations_select"})
_SEVERAL = frozenset(
    {"multi_static_select", "multi_users_select", "multi_channels_select", "multi_conversations_select"}
)
_PLACEHOLDERS = {"users": "Choose a person", "channels": "Choose a channel", "conversations": "Choose a conversation"}


def draw(element: Json, place: Place, held: object, common: dict[str, Value], *, group: str) -> Markup | None:
    """A chooser as HTML, or `None` for a kind that is none. `group` is the id of the visible label, or ""."""
    kind = str(element.get("type"))
    if kind in _ONE:
        return _one(element, place, _names(held), common)
    if kind in _SEVERAL:
        return _several(element, place, _names(held), common)
    if kind in ("checkboxes", "radio_buttons"):
        return _boxes(element, place, _names(held), common, group)
    if kind in ("external_select", "multi_external_select"):
        return _external(element, place, held, common)
    return None


def _names(held: object) -> list[str]:
    """The values chosen: of one option or several, of one id or several."""
    several = held if isinstance(held, list) else [held]
    return [str(one.get("value") if isinstance(one, Mapping) else one) for one in several if one]


def _offered(element: Json, place: Place) -> list[tuple[str, str]]:
    """What a picker of people or conversations offers, as (id, name)."""
    kind = str(element.get("type")).removeprefix("multi_")
    if kind == "users_select":
        return list(place.reader.people.items())
    if kind == "channels_select":
        return [(one, f"#{name}") for one, name in place.reader.channels.items()]
    wanted = element.get("filter")
    kinds = wanted.get("include") if isinstance(wanted, dict) else None
    return [
        (one, name)
        for one, name in place.reader.conversations.items()
        if not kinds or ("im" in kinds if one.startswith("D") else {"public", "private"} & set(kinds))
    ]


def _placeholder(element: Json, place: Place) -> str:
    kind = str(element.get("type")).removeprefix("multi_").removesuffix("_select")
    return words_of(element.get("placeholder"), place.reader) or _PLACEHOLDERS.get(kind, "Choose")


def _one(element: Json, place: Place, chosen: list[str], common: dict[str, Value]) -> Markup:
    rows: list[Markup] = [tag("option", _placeholder(element, place), value="")]
    if element.get("type") == "static_select":
        rows.extend(_option(one, place, chosen) for one in items(element.get("options")))
        for group in items(element.get("option_groups")):
            inner = (_option(one, place, chosen) for one in items(group.get("options")))
            rows.append(tag("optgroup", *inner, label=words_of(group.get("label"), place.reader)))
    else:
        rows.extend(
            tag("option", name, value=one, selected=one in chosen, dir="auto")
            for one, name in _offered(element, place)
        )
    common["aria_label"] = common.get("aria_label") or None
    return tag("select", *rows, **common)


def _option(option: Json, place: Place, chosen: list[str]) -> Markup:
    value = str(option.get("value", ""))
    words = words_of(option.get("text"), place.reader)
    more = words_of(option.get("description"), place.reader)
    return tag("option", f"{words} – {more}" if more else words, value=value, selected=value in chosen, dir="auto")


def _several(element: Json, place: Place, chosen: list[str], common: dict[str, Value]) -> Markup:
    if element.get("type") == "multi_static_select":
        offered = [
            (str(one.get("value", "")), words_of(one.get("text"), place.reader)) for one in options_of(element)
        ]
    else:
        offered = _offered(element, place)
    names = [name for value, name in offered if value in chosen]
    placeholder = _placeholder(element, place)
    rows = [
        tag(
            "label",
            tag("input", type="checkbox", value=value, checked=value in chosen),
            tag("span", name, dir="auto"),
        )
        for value, name in offered
    ]
    most = element.get("max_selected_items")
    label = str(common.pop("aria_label", "") or placeholder)
    common.update(class_="el several", required=None, data_max=most, data_placeholder=placeholder)
    described = common.pop("aria_describedby", None)
    summary = tag("summary", ", ".join(names) or placeholder, aria_describedby=described)
    box = tag("div", *rows, class_="menu checks", role="group", aria_label=label)
    return tag("details", summary, box, **common)


def _boxes(element: Json, place: Place, chosen: list[str], common: dict[str, Value], group: str) -> Markup:
    kind = "checkbox" if element.get("type") == "checkboxes" else "radio"
    name = str(common["id"])
    rows: list[Markup] = []
    for option in items(element.get("options")):
        value = str(option.get("value", ""))
        more = text_object(option.get("description"), place.reader)
        rows.append(
            tag(
                "label",
                tag("input", type=kind, name=name, value=value, checked=value in chosen),
                tag(
                    "span",
                    tag("span", text_object(option.get("text"), place.reader), dir="auto"),
                    tag("small", more, dir="auto") if more else None,
                ),
            )
        )
    common.update(class_="el boxes", required=None, aria_labelledby=group or None)
    return tag("div", *rows, role="radiogroup" if kind == "radio" else "group", tabindex="-1", **common)


def _external(element: Json, place: Place, held: object, common: dict[str, Value]) -> Markup:
    chosen = [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]
    chips = [chip(one, place) for one in chosen]
    own_id = str(common.pop("id"))
    inner: dict[str, Value] = {
        key: common.pop(key, None) for key in ("aria_label", "aria_describedby", "aria_invalid", "data_focus")
    }
    several = element.get("type") == "multi_external_select"
    default = 3
    least = element.get("min_query_length")
    common.update(
        class_="el external",
        required=None,
        data_max=element.get("max_selected_items") if several else 1,
        data_least=default if least is None else least,
    )
    search = tag(
        "input",
        type="text",
        id=own_id,
        role="combobox",
        autocomplete="off",
        dir="auto",
        aria_expanded="false",
        aria_controls=f"{own_id}-list",
        placeholder=_placeholder(element, place),
        **inner,
    )
    found = tag("ul", id=f"{own_id}-list", role="listbox", class_="menu", hidden=True)
    return tag("div", tag("span", *chips, class_="chips"), search, found, **common)


def chip(option: Json, place: Place) -> Markup:
    """One chosen external option, with the cross that takes it away again."""
    words = words_of(option.get("text"), place.reader)
    sent = json.dumps({"text": words, "value": str(option.get("value", ""))}, ensure_ascii=False)
    return tag(
        "button",
        join(words, tag("span", " ×", aria_hidden="true")),
        type="button",
        class_="chip",
        data_option=sent,
        aria_label=f"Remove {words}",
    )


def found_options(groups: list[tuple[str, list[Json]]], place: Place, list_id: str) -> Markup:
    """What the app answered to a search, as the rows of the list box; `groups` are (label or "", options)."""
    rows: list[Markup] = []
    for label, options in groups:
        if label:
            rows.append(tag("li", label, role="presentation", class_="group"))
        for option in options:
            words = words_of(option.get("text"), place.reader)
            more = words_of(option.get("description"), place.reader)
            sent = json.dumps({"text": words, "value": str(option.get("value", ""))}, ensure_ascii=False)
            rows.append(
                tag(
                    "li",
                    tag("span", words, dir="auto"),
                    tag("small", more, dir="auto") if more else None,
                    role="option",
                    tabindex="-1",
                    id=f"{list_id}-{len(rows)}",
                    data_option=sent,
                )
            )
    if not any(options for _, options in groups):
        rows.append(tag("li", "Nothing found", role="presentation", class_="group"))
    return join(*rows)
