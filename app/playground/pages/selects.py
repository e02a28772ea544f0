"""Choosers to HTML: a native select for one of the app's options, boxes to tick, and search boxes with chips."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from app.playground.pages.html import Value, join, tag
from app.playground.pages.mrkdwn import text_object, words_of
from app.playground.pages.place import Json, Place, items
from app.playground.pages.values import options_of

_PLACES = frozenset({"users_select", "channels_select", "conversations_select"})
_PLACEHOLDERS = {"users": "Choose a person", "channels": "Choose a channel", "conversations": "Choose a conversation"}
# Letters to type before the app is asked, where it does not say.
LEAST = 3
MOST = 100


def draw(element: Json, place: Place, held: object, common: dict[str, Value], *, group: str) -> Markup | None:
    """A chooser as HTML, or `None` for a kind that is none. `group` is the id of the visible label, or ""."""
    kind = str(element.get("type"))
    if kind == "static_select":
        return _native(element, place, _names(held), common)
    if kind in ("checkboxes", "radio_buttons"):
        return _boxes(element, place, _names(held), common, group)
    if kind in ("external_select", "multi_external_select"):
        chosen = [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]
        least = element.get("min_query_length")
        return _search(element, place, chosen, common, least=LEAST if least is None else least)
    if kind == "multi_static_select":
        return _listed(element, place, _groups(element, place), _names(held), common)
    if kind.removeprefix("multi_") in _PLACES:
        return _listed(element, place, [("", _offered(element, place))], _names(held), common)
    return None


def _names(held: object) -> list[str]:
    """The values chosen: of one option or several, of one id or several."""
    several = held if isinstance(held, list) else [held]
    return [str(one.get("value") if isinstance(one, Mapping) else one) for one in several if one]


def _groups(element: Json, place: Place) -> list[tuple[str, list[Json]]]:
    """The app's own options as (label or "", options)."""
    groups = [
        (words_of(one.get("label"), place.reader), items(one.get("options")))
        for one in items(element.get("option_groups"))
    ]
    return groups or [("", options_of(element))]


def _offered(element: Json, place: Place) -> list[Json]:
    """What a picker of people or conversations offers, as options."""
    kind = str(element.get("type")).removeprefix("multi_")
    if kind == "users_select":
        return [_option(one, name) for one, name in place.reader.choosable.items()]
    if kind == "channels_select":
        return [_option(one, f"#{name}") for one, name in place.reader.channels.items()]
    wanted = element.get("filter")
    kinds = wanted.get("include") if isinstance(wanted, dict) else None
    return [
        _option(one, name)
        for one, name in place.reader.conversations.items()
        if not kinds or ("im" in kinds if one.startswith("D") else {"public", "private"} & set(kinds))
    ]


def _option(value: str, words: str) -> Json:
    return {"text": {"type": "plain_text", "text": words, "emoji": False}, "value": value}


def _placeholder(element: Json, place: Place) -> str:
    kind = str(element.get("type")).removeprefix("multi_").removesuffix("_select")
    return words_of(element.get("placeholder"), place.reader) or _PLACEHOLDERS.get(kind, "Choose")


def _native(element: Json, place: Place, chosen: list[str], common: dict[str, Value]) -> Markup:
    rows: list[Markup] = [tag("option", _placeholder(element, place), value="")]
    rows.extend(_row(one, place, chosen) for one in items(element.get("options")))
    for group in items(element.get("option_groups")):
        inner = (_row(one, place, chosen) for one in items(group.get("options")))
        rows.append(tag("optgroup", *inner, label=words_of(group.get("label"), place.reader)))
    common["aria_label"] = common.get("aria_label") or None
    return tag("select", *rows, **common)


def _row(option: Json, place: Place, chosen: list[str]) -> Markup:
    value = str(option.get("value", ""))
    words = words_of(option.get("text"), place.reader)
    more = words_of(option.get("description"), place.reader)
    return tag("option", f"{words} – {more}" if more else words, value=value, selected=value in chosen, dir="auto")


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


def _listed(
    element: Json,
    place: Place,
    groups: list[tuple[str, list[Json]]],
    names: list[str],
    common: dict[str, Value],
) -> Markup:
    """A search box whose options are all on the page; what was chosen keeps its order."""
    known = {str(one.get("value")): one for _, options in groups for one in options}
    if str(element.get("type")).endswith("users_select"):
        # Somebody who left is offered no more, but may stand there already.
        known |= {one: _option(one, name) for one, name in place.reader.people.items() if one not in known}
    chosen = [known[one] for one in names if one in known]
    rows = found_options(groups, place, f"{common['id']}-list")
    return _search(element, place, chosen, common, rows=rows)


def _search(
    element: Json,
    place: Place,
    chosen: list[Json],
    common: dict[str, Value],
    *,
    rows: Markup | None = None,
    least: object = 0,
) -> Markup:
    """Chips and a search box; without `rows` the app is asked for options, from `least` letters on."""
    own_id = str(common.pop("id"))
    inner: dict[str, Value] = {
        key: common.pop(key, None) for key in ("aria_label", "aria_describedby", "aria_invalid", "data_focus")
    }
    most = element.get("max_selected_items") or MOST if str(element.get("type")).startswith("multi_") else 1
    common.update(
        class_="el chooser",
        required=None,
        data_max=most,
        data_source="app" if rows is None else "page",
        data_least=None if rows is not None else str(least),
    )
    field = tag(
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
    found = tag("ul", rows, id=f"{own_id}-list", role="listbox", class_="menu", hidden=True)
    return tag("div", tag("span", *(chip(one, place) for one in chosen), class_="chips"), field, found, **common)


def chip(option: Json, place: Place) -> Markup:
    """One chosen option, with the cross that takes it away again."""
    words = words_of(option.get("text"), place.reader)
    cross = tag("button", "×", type="button", class_="cross", aria_label=f"Remove {words}")
    return tag("span", tag("span", words, dir="auto"), cross, class_="chip", data_option=_sent(option, words))


def _sent(option: Json, words: str) -> str:
    return json.dumps({"text": words, "value": str(option.get("value", ""))}, ensure_ascii=False)


def found_options(groups: list[tuple[str, list[Json]]], place: Place, list_id: str) -> Markup:
    """What the app answered to a search, as the rows of the list box; `groups` are (label or "", options)."""
    rows: list[Markup] = []
    for label, options in groups:
        if label:
            rows.append(tag("li", label, role="presentation", class_="group"))
        for option in options:
            words = words_of(option.get("text"), place.reader)
            more = words_of(option.get("description"), place.reader)
            rows.append(
                tag(
                    "li",
                    tag("span", words, dir="auto"),
                    tag("small", more, dir="auto") if more else None,
                    role="option",
                    tabindex="-1",
                    id=f"{list_id}-{len(rows)}",
                    data_option=_sent(option, words),
                )
            )
    if not any(options for _, options in groups):
        rows.append(tag("li", "Nothing found", role="presentation", class_="group"))
    return join(*rows)
