"""The emoji shortcodes that messages here use; others stay as typed."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.playground.pages.html import tag

SHORTCODES: dict[str, str] = {
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "tada": "🎉", "heart": "❤️", "pray": "🙏",
    "clap": "👏", "eyes": "👀", "wave": "👋", "raised_hands": "🙌", "muscle": "💪", "sparkles": "✨", "star": "⭐",
    "star2": "🌟", "trophy": "🏆", "medal": "🏅", "sports_medal": "🏅", "first_place_medal": "🥇", "bulb": "💡",
    "question": "❓", "grey_question": "❔", "exclamation": "❗", "warning": "⚠️", "rotating_light": "🚨",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌", "no_entry": "⛔",
    "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "alarm_clock": "⏰", "clock3": "🕒", "calendar": "📅",
    "date": "📅", "spiral_calendar_pad": "🗓️", "bell": "🔔", "mega": "📣", "loudspeaker": "📢", "memo": "📝",
    "pencil": "✏️", "pencil2": "✏️", "books": "📚", "book": "📖", "bookmark": "🔖", "clipboard": "📋", "link": "🔗",
    "mag": "🔍", "mag_right": "🔎", "bar_chart": "📊", "chart_with_upwards_trend": "📈", "chart": "💹", "lock": "🔒",
    "unlock": "🔓", "key": "🔑", "gear": "⚙️", "hammer_and_wrench": "🛠️", "package": "📦", "inbox_tray": "📥",
    "outbox_tray": "📤", "envelope": "✉️", "incoming_envelope": "📨", "email": "📧", "speech_balloon": "💬",
    "thought_balloon": "💭",
    "bust_in_silhouette": "👤", "busts_in_silhouette": "👥", "people_holding_hands": "🧑‍🤝‍🧑", "handshake": "🤝",
    "globe_with_meridians": "🌐", "earth_africa": "🌍", "earth_americas": "🌎", "earth_asia": "🌏", "world_map": "🗺️",
    "seedling": "🌱", "herb": "🌿", "deciduous_tree": "🌳", "evergreen_tree": "🌲", "palm_tree": "🌴", "leaves": "🍃",
    "sunny": "☀️", "crescent_moon": "🌙", "no_entry_sign": "🚫", "zzz": "💤",
    "fire": "🔥", "rocket": "🚀", "100": "💯", "smile": "😄",
    "slightly_smiling_face": "🙂", "grinning": "😀",
    "joy": "😂", "wink": "😉", "blush": "😊", "thinking_face": "🤔", "cry": "😢", "sob": "😭",
    "heart_eyes": "😍", "sunglasses": "😎", "hugging_face": "🤗", "relieved": "😌", "point_right": "👉",
    "point_down": "👇", "point_up": "☝️", "arrow_right": "➡️", "arrow_left": "⬅️",
    "leftwards_arrow_with_hook": "↩️", "arrow_up": "⬆️",
    "arrow_down": "⬇️", "repeat": "🔁", "recycle": "♻️", "round_pushpin": "📍", "pushpin": "📌", "gift": "🎁",
    "headphones": "🎧", "microphone": "🎤", "telephone_receiver": "📞", "computer": "💻", "house": "🏠",
    "hospital": "🏥", "pill": "💊", "syringe": "💉", "stethoscope": "🩺", "baby": "👶", "pregnant_woman": "🤰",
    "mosquito": "🦟", "microbe": "🦠", "dna": "🧬", "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣",
    "five": "5️⃣", "six": "6️⃣", "seven": "7️⃣", "eight": "8️⃣", "nine": "9️⃣", "zero": "0️⃣", "keycap_ten": "🔟",
    "ok_hand": "👌", "sweat_smile": "😅", "candle": "🕯️", "droplet": "💧", "radio": "📻",
    "chart_with_downwards_trend": "📉",
    "information_source": "ℹ️", "large_green_circle": "🟢", "large_yellow_circle": "🟡", "red_circle": "🔴",
    "large_blue_circle": "🔵", "white_circle": "⚪", "black_circle": "⚫", "small_blue_diamond": "🔹",
    "star-struck": "🤩", "smiling_face_with_3_hearts": "🥰", "blue_heart": "💙", "green_heart": "💚",
    "yellow_heart": "💛", "purple_heart": "💜", "bouquet": "💐", "sunflower": "🌻", "clinking_glasses": "🥂",
    "partying_face": "🥳", "saluting_face": "🫡", "mortar_board": "🎓", "baobab": "🌳",
    "ballot_box_with_ballot": "🗳️", "ballot_box": "🗳️", "compass": "🧭", "robot_face": "🤖", "new": "🆕", "ok": "🆗",
}  # fmt: skip

# What the message menu offers as reactions, by shortcode; the first of them are at hand beside each message.
QUICK_REACTIONS: tuple[str, ...] = (
    "raised_hands", "tada", "heart", "pray", "clap", "+1", "eyes", "white_check_mark",
)  # fmt: skip
AT_HAND = 3

_CODE = re.compile(r":([a-z0-9_+\-]{1,40}):(?::skin-tone-[2-6]:)?")


def offered() -> list[tuple[str, str]]:
    """Shortcodes and characters for the picker, the quick ones first, each character once."""
    names = {SHORTCODES[one]: one for one in (*QUICK_REACTIONS, "baobab")}
    for name, char in SHORTCODES.items():
        names.setdefault(char, name)
    return [(name, char) for char, name in names.items()]


def show(name: str) -> Markup:
    """One emoji by shortcode; an unknown one is shown as its code."""
    char = SHORTCODES.get(name.partition("::")[0])
    if char is None:
        return escape(f":{name}:")
    return tag("span", char, class_="emoji", role="img", aria_label=name.replace("_", " "), title=f":{name}:")


def in_text(escaped: Markup) -> Markup:
    """Put emoji for the shortcodes in text that is already escaped."""
    return Markup(  # noqa: S704 - the text came escaped, and `show` escapes what it adds
        _CODE.sub(lambda hit: str(show(hit[1])) if hit[1] in SHORTCODES else hit[0], str(escaped))
    )
