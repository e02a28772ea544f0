"""Slack's limits on the elements of blocks: buttons, menus, inputs, their texts and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Options a menu holds; a static select with groups holds a hundred groups of a hundred.
OPTIONS = {
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
    "static_select": 100,
    "multi_static_select": 100,
}
_PICKERS = frozenset(
    "external_select multi_external_select users_select multi_users_select conversations_select "
    "multi_conversations_select channels_select multi_channels_select datepicker timepicker datetimepicker "
    "email_text_input url_text_input number_input rich_text_input file_input feedback_buttons icon_button "
    "workflow_button".split()
)


class Complaints(list[tuple[str, str]]):
    """What was found so far: (JSON pointer, message)."""

    def add(self, pointer: str, message: str) -> None:
        """Note one problem."""
        self.append((pointer, message))


def length(found: Complaints, at: str, value: Any, most: int, *, needed: bool = False) -> None:
    """Complain of a string with more than `most` characters, or of a missing one that is needed."""
    if value is None or value == "":
        if needed:
            found.add(at, "must not be empty")
    elif not isinstance(value, str):
        found.add(at, "must be a string")
    elif len(value) > most:
        found.add(at, f"{len(value)} characters, at most {most}")


def listed(found: Complaints, at: str, value: Any, most: int, *, least: int = 0) -> Sequence[Any]:
    """The list itself, complaining when it holds too many or too few."""
    if value is None:
        value = ()
    if not isinstance(value, Sequence) or isinstance(value, str):
        found.add(at, "must be a list")
        return ()
    if not least <= len(value) <= most:
        found.add(at, f"{len(value)} items, {least} to {most} are possible")
    return value


def in_text(found: Complaints, at: str, value: Any, most: int, *, plain: bool = False, needed: bool = True) -> None:
    """Check a text object (`{"type", "text"}`), `plain` where mrkdwn is not possible."""
    if value is None:
        if needed:
            found.add(at, "is missing")
        return
    if not isinstance(value, Mapping):
        found.add(at, "must be a text object")
        return
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in kinds:
        found.add(f"{at}/type", " or ".join(kinds))
    length(found, f"{at}/text", value.get("text"), most, needed=True)


def check_element(found: Complaints, at: str, element: Mapping[str, Any]) -> None:
    """Check one interactive element or image."""
    kind = str(element.get("type"))
    length(found, f"{at}/action_id", element.get("action_id"), 255)
    in_text(found, f"{at}/placeholder", element.get("placeholder"), 150, plain=True, needed=False)
    if confirm := element.get("confirm"):
        _confirm(found, f"{at}/confirm", confirm)
    if kind in OPTIONS:
        _options(found, at, kind, element)
    elif kind in _CHECKS:
        _CHECKS[kind](found, at, element)
    elif kind not in _PICKERS:
        found.add(f"{at}/type", f"{kind} is no element")


def _button(found: Complaints, at: str, element: Mapping[str, Any]) -> None:
    in_text(found, f"{at}/text", element.get("text"), 75, plain=True)
    length(found, f"{at}/value", element.get("value"), 2000)
    length(found, f"{at}/url", element.get("url"), 3000)
    length(found, f"{at}/accessibility_label", element.get("accessibility_label"), 75)
    if element.get("style") not in (None, "primary", "danger"):
        found.add(f"{at}/style", "primary or danger")


def _image(found: Complaints, at: str, element: Mapping[str, Any]) -> None:
    length(found, f"{at}/alt_text", element.get("alt_text"), 2000, needed=True)
    length(found, f"{at}/image_url", element.get("image_url"), 3000)


def _typed(found: Complaints, at: str, element: Mapping[str, Any]) -> None:
    least, most = element.get("min_length"), element.get("max_length")
    length(found, f"{at}/initial_value", element.get("initial_value"), 3000)
    if least is not None and not 0 <= least <= 3000:
        found.add(f"{at}/min_length", "0 to 3000")
    if most is not None and not 1 <= most <= 3000:
        found.add(f"{at}/max_length", "1 to 3000")
    if least is not None and most is not None and least > most:
        found.add(f"{at}/min_length", "above max_length")


_CHECKS: dict[str, Callable[[Complaints, str, Mapping[str, Any]], None]] = {
    "button": _button,
    "image": _image,
    "plain_text_input": _typed,
}


def _confirm(found: Complaints, at: str, confirm: Mapping[str, Any]) -> None:
    in_text(found, f"{at}/title", confirm.get("title"), 100, plain=True)
    in_text(found, f"{at}/text", confirm.get("text"), 300)
    in_text(found, f"{at}/confirm", confirm.get("confirm"), 30, plain=True)
    in_text(found, f"{at}/deny", confirm.get("deny"), 30, plain=True)


def _options(found: Complaints, at: str, kind: str, element: Mapping[str, Any]) -> None:
    groups = element.get("option_groups")
    offered: list[Any] = []
    if groups is not None and kind.endswith("static_select"):
        for number, group in enumerate(listed(found, f"{at}/option_groups", groups, 100, least=1)):
            here = f"{at}/option_groups/{number}"
            in_text(found, f"{here}/label", group.get("label"), 75, plain=True)
            offered += _each_option(found, f"{here}/options", group.get("options"), 100, kind)
    else:
        offered += _each_option(found, f"{at}/options", element.get("options"), OPTIONS[kind], kind)
    chosen = list(element.get("initial_options") or ())
    if element.get("initial_option"):
        chosen.append(element["initial_option"])
    if any(one not in offered for one in chosen):
        found.add(f"{at}/initial_option", "must equal one of the options, description included")


def check_options(found: Complaints, at: str, options: Any) -> None:
    """Check what a block_suggestion is answered with: at most a hundred options."""
    _each_option(found, at, options, 100, "external_select", least=0)


def _each_option(found: Complaints, at: str, options: Any, most: int, kind: str, least: int = 1) -> list[Any]:
    # Checkboxes and radio buttons may be bold and linked; menus are plain.
    plain = kind not in ("checkboxes", "radio_buttons")
    all_of_them = list(listed(found, at, options, most, least=least))
    for number, option in enumerate(all_of_them):
        here = f"{at}/{number}"
        in_text(found, f"{here}/text", option.get("text"), 75, plain=plain)
        length(found, f"{here}/value", option.get("value"), 150, needed=True)
        in_text(found, f"{here}/description", option.get("description"), 75, plain=plain, needed=False)
        length(found, f"{here}/url", option.get("url"), 3000)
    return all_of_them
