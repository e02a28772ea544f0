"""What stands behind /thanks is read as people mean it, in any script, and nothing of it is lost."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.slack import thanks_text
from app.slack.mrkdwn import clean, escape
from app.slack.thanks_text import Group, Said

VALUES = ("sharing", "mentoring", "अनुवाद")
FORUM = "https://forum.example.org"
ANA, JOAO, TEAM = "<@U0ANA|ana>", "<@U0JOAO>", "<!subteam^S0TEAM|@km-team>"


def read(text: str) -> Said:
    return thanks_text.read(text, VALUES, FORUM)


TABLE: dict[str, Said] = {
    # people
    f"{ANA} for the malaria brief": Said(("U0ANA",), reason="the malaria brief"),
    "<@U0ANA|> the malaria brief": Said(("U0ANA",), reason="the malaria brief"),
    "<@W0ANA> for the brief": Said(("W0ANA",), reason="the brief"),
    f"to {ANA}, {JOAO} and <@U0NEEMA>: the brief": Said(("U0ANA", "U0JOAO", "U0NEEMA"), reason="the brief"),
    f"{ANA}{JOAO} the brief": Said(("U0ANA", "U0JOAO"), reason="the brief"),
    f"{ANA} &amp; {JOAO} + <@U0NEEMA> the brief": Said(("U0ANA", "U0JOAO", "U0NEEMA"), reason="the brief"),
    f"{ANA} {ANA} for the brief": Said(("U0ANA",), reason="the brief"),
    f"\u200f{ANA}\u2069، {JOAO} الترجمة": Said(("U0ANA", "U0JOAO"), reason="الترجمة"),
    f"{ANA}\u00a0for\u00a0the brief": Said(("U0ANA",), reason="the brief"),
    f"{ANA}\nfor the brief,\nand the slides": Said(("U0ANA",), reason="the brief,\nand the slides"),
    f"{ANA} for helping {JOAO}": Said(("U0ANA",), reason=f"helping {JOAO}"),
    f"great work {ANA}, {JOAO} and <@U0NEEMA> on the brief": Said(
        ("U0ANA", "U0JOAO", "U0NEEMA"), reason="great work on the brief"
    ),
    f"thanks to {ANA} for the brief": Said(("U0ANA",), reason="the brief"),
    # nothing said
    "": Said(),
    f"{ANA}": Said(("U0ANA",)),
    f"{ANA} for": Said(("U0ANA",)),
    f"{ANA} :tada:": Said(("U0ANA",), reason=":tada:"),
    f"{ANA}: :+1::skin-tone-2: the brief": Said(("U0ANA",), reason=":+1::skin-tone-2: the brief"),
    f"{ANA} for #sharing": Said(("U0ANA",), value="sharing"),
    # groups, everybody
    f"{TEAM} for the launch": Said(groups=(Group("S0TEAM", "km-team"),), reason="the launch"),
    "<!subteam^S0TEAM> for the launch": Said(groups=(Group("S0TEAM", ""),), reason="the launch"),
    f"{ANA} and {TEAM} for the launch": Said(("U0ANA",), (Group("S0TEAM", "km-team"),), reason="the launch"),
    "<!here> for coming": Said(everybody=True, reason="coming"),
    "<!channel|@channel> for coming": Said(everybody=True, reason="coming"),
    f"{ANA} for moderating <!here>": Said(("U0ANA",), reason="moderating <!here>"),
    # names that Slack did not recognise
    "@ana for the brief": Said(unsure=("@ana",), reason="the brief"),
    "@joa\u0303o, for the brief": Said(unsure=("@joa\u0303o",), reason="the brief"),
    "@सुनिल for the brief": Said(unsure=("@सुनिल",), reason="the brief"),
    "@ليلى: الترجمة": Said(unsure=("@ليلى",), reason="الترجمة"),
    "@李娜，谢谢": Said(unsure=("@李娜",), reason="谢谢"),
    "@ana.q. The brief": Said(unsure=("@ana.q",), reason="The brief"),
    f"{ANA} and @bob for the brief": Said(("U0ANA",), unsure=("@bob",), reason="the brief"),
    f"{ANA} for the @who guide": Said(("U0ANA",), reason="the @who guide"),
    "Ana Quispe for the brief": Said(unsure=("Ana Quispe",), reason="the brief"),
    "Ana, João y Neema: the brief": Said(unsure=("Ana", "João", "Neema"), reason="the brief"),
    "for all your help": Said(reason="all your help"),
    # addresses
    "<mailto:ana@example.org|ana@example.org> for the brief": Said(unsure=("ana@example.org",), reason="the brief"),
    "ana.q+x@mail.example.org for the brief": Said(unsure=("ana.q+x@mail.example.org",), reason="the brief"),
    f"{ANA} for writing to <mailto:x@y.org|x@y.org>": Said(("U0ANA",), reason="writing to <mailto:x@y.org|x@y.org>"),
    # links
    f"<{FORUM}/t/a-brief/12/3> for the brief": Said(links=(f"{FORUM}/t/a-brief/12/3",), reason="the brief"),
    f"for the brief <{FORUM}/t/12?u=ana&amp;x=1|forum>": Said(links=(f"{FORUM}/t/12?u=ana&x=1",), reason="the brief"),
    f"{ANA} for <https://who.int|who.int>": Said(("U0ANA",), reason="<https://who.int|who.int>"),
    "<https://who.int/@ana> is great": Said(reason="<https://who.int/@ana> is great"),
    f"<{FORUM}.evil.org/t/12> is great": Said(reason=f"<{FORUM}.evil.org/t/12> is great"),
    # values
    f"{ANA} for the brief #sharing": Said(("U0ANA",), reason="the brief", value="sharing"),
    f"{ANA} for the brief #Sharing.": Said(("U0ANA",), reason="the brief.", value="sharing"),
    f"{ANA} #sharing for the brief": Said(("U0ANA",), reason="the brief", value="sharing"),
    f"#sharing {ANA} for the brief": Said(("U0ANA",), reason="the brief", value="sharing"),
    f"{ANA} for #sharing the brief": Said(("U0ANA",), reason="the brief", value="sharing"),
    f"{ANA} for your #sharing of it": Said(("U0ANA",), reason="your #sharing of it", value="sharing"),
    f"{ANA} for it <#C0SHARE|sharing>": Said(("U0ANA",), reason="it", value="sharing"),
    f"{ANA} for it <#C0OTHER|>": Said(("U0ANA",), reason="it <#C0OTHER|>"),
    f"{ANA} for it #unknown": Said(("U0ANA",), reason="it #unknown"),
    f"{ANA} for it #sharing #mentoring": Said(("U0ANA",), reason="it #sharing #mentoring", value="sharing"),
    f"{ANA} धन्यवाद #अनुवाद": Said(("U0ANA",), reason="धन्यवाद", value="अनुवाद"),
    # words that lead to the reason, and quotes around it
    f"{ANA} pour la fiche": Said(("U0ANA",), reason="la fiche"),
    f"{ANA} por la guía": Said(("U0ANA",), reason="la guía"),
    f"{ANA} para: o guia": Said(("U0ANA",), reason="o guia"),
    f"{ANA} kwa msaada wako": Said(("U0ANA",), reason="msaada wako"),
    f"{ANA} — the brief": Said(("U0ANA",), reason="the brief"),
    f"{ANA} fortitude": Said(("U0ANA",), reason="fortitude"),
    f"{ANA} for “the brief”": Said(("U0ANA",), reason="the brief"),
    f"{ANA} pour « la fiche »": Said(("U0ANA",), reason="la fiche"),
    f"{ANA} für „die Übersetzung“": Said(("U0ANA",), reason="für „die Übersetzung“"),
    f"{ANA} 「翻译」": Said(("U0ANA",), reason="翻译"),
    f'{ANA} "the brief" #sharing': Said(("U0ANA",), reason="the brief", value="sharing"),
    f'{ANA} for "yes" and "no"': Said(("U0ANA",), reason='"yes" and "no"'),
    # as it is
    f"{ANA} for the brief :tada:": Said(("U0ANA",), reason="the brief :tada:"),
    f"{ANA} شكرا على الترجمة": Said(("U0ANA",), reason="شكرا على الترجمة"),
    f"{ANA} 和 {JOAO} 谢谢你们的翻译": Said(("U0ANA", "U0JOAO"), reason="谢谢你们的翻译"),
    f"{ANA} for x &lt; y &amp; z": Said(("U0ANA",), reason="x &lt; y &amp; z"),
}


@pytest.mark.parametrize("text", sorted(TABLE))
def test_a_command_is_read_as_it_is_meant(text: str) -> None:
    assert read(text) == TABLE[text]


def test_a_reason_is_shown_with_names() -> None:
    typed = (
        f"helping {JOAO} and <@U0NEW|newcomer> in <#C0MNH|cop-mnh>, see <https://who.int|who.int>; "
        "<mailto:a@b.org|a@b.org>, <!subteam^S1|@leads>, <!subteam^S2>, <!here> &amp; all"
    )
    assert thanks_text.mentioned(typed) == ("U0JOAO", "U0NEW")
    assert thanks_text.readable_reason(typed, {"U0JOAO": "João"}) == (
        "helping @João and @newcomer in #cop-mnh, see https://who.int; a@b.org, @leads, @S2, @here & all"
    )


SCRIPTS = (
    st.text("abcxyzé", min_size=1, max_size=8),
    st.text("شكراعلىالترجمة", min_size=1, max_size=8),
    st.sampled_from(["धन्यवाद", "सहयोगका", "लागि", "नेपाली", "किताब"]),
    st.text("谢你们的翻译很棒", min_size=1, max_size=6),
    st.sampled_from(["asante", "kwa", "msaada", "for", "and", "e", "to", "pour"]),
    st.sampled_from([":tada:", ":+1::skin-tone-3:", "🎉", "👩🏽‍⚕️", "5°C", "don’t", "“so”", "«oui»", "it's", "x@y"]),
)
WORDS = st.one_of(*SCRIPTS)
IDS = st.sampled_from(["U0ANA", "U0JOAO", "W0NEEMA"])
NAMED = st.one_of(
    IDS.map(lambda one: f"<@{one}>"),
    IDS.map(lambda one: f"<@{one}|somebody>"),
    IDS.map(lambda one: f"<@{one}|>"),
    st.sampled_from([TEAM, "<!subteam^S1>", "<!here>", "<!channel|channel>", "@ana", "@सुनिल", "@joa\u0303o"]),
    st.sampled_from(["<mailto:ana@example.org|ana@example.org>", "ana@example.org"]),
    st.sampled_from([f"<{FORUM}/t/x/1/2>", "<https://who.int|who.int>", "#sharing", "#other", "<#C0SHARE|sharing>"]),
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\u00a0", ", ", " and ", " — ", ": "])
TEXTS = st.lists(st.tuples(st.one_of(NAMED, WORDS), BLANKS), max_size=12).map(
    lambda parts: "".join(word + blank for word, blank in parts)
)
JOINTS = frozenset(
    "and et y e na und र अनि और و 和 跟 与 to à a for pour por para kwa "
    "thanks merci gracias obrigado obrigada asante".split()
)


def words_of(text: str) -> set[str]:
    """The words in a text, bare of marks that may be taken off; mentions and those that only join are left out."""
    shown = thanks_text.readable_reason(re.sub(r"<[@!][^>]*>", " ", text), {})
    bare = (word.strip("“”«»‘’'\"„‚「」,.;:!?()—–-\u200f") for word in shown.split())
    return {word for word in bare if word and word.casefold() not in JOINTS}


def understood(said: Said) -> str:
    named = (*said.people, *said.unsure, *said.links, *(one.name or one.id for one in said.groups))
    values = (said.value, "#" + said.value) if said.value else ()
    return " ".join((*named, *values, thanks_text.readable_reason(said.reason, {})))


@given(TEXTS)
@example(f"{ANA} for")
@example("for : — and")
def test_nothing_that_was_typed_is_lost(text: str) -> None:
    said = read(text)
    shown = understood(said)
    missing = {word for word in words_of(text) if word not in shown and word.lstrip("@#") not in shown}
    assert missing == set()
    for one in re.findall(r"<@([UW]\w+)", text):
        assert one in said.people or f"<@{one}" in said.reason
    for one in re.findall(r"<!subteam\^(S\w+)", text):
        assert one in [group.id for group in said.groups] or one in said.reason
    for one in re.findall(r"<!(here|channel)", text):
        assert said.everybody or f"<!{one}" in said.reason


@given(st.one_of(st.text(), TEXTS, st.text("<>@#!|&;^U1S:/ \n“”'\"a.", max_size=60)))
@example("<@U1")
@example("<!subteam^S1|&lt;!channel&gt;>")
@example("\ud800\x00\x85")
def test_whatever_is_typed_can_be_read_stored_and_shown(text: str) -> None:
    said = read(text)
    for part in (*said.people, *said.unsure, *said.links, said.value):
        assert clean(part) == part
    reason = thanks_text.readable_reason(said.reason, {"U1": "Ana"})
    assert not [one for one in reason if unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t"]
    reason.encode()
    assert clean(reason) == reason


@given(st.text())
def test_slacks_escapes_never_reach_the_reader(typed: str) -> None:
    """What a person typed comes back letter by letter: no entity of Slack is left in it."""
    said = read(f"{ANA} x{escape(typed)}x")
    assert thanks_text.readable_reason(said.reason, {}) == f"x{clean('x' + typed + 'x')[1:-1]}x"


@pytest.mark.parametrize("piece", [" ", "a", "a ", "@a ", "<@U1> and ", "x@", "#", "“", "and ", "<", ",;", "@", "a."])
def test_a_long_text_is_read_at_once(piece: str) -> None:
    """No pattern may take time that grows with the square of the length: one person could hold everybody up."""
    text = (piece * 40_000)[:40_000]
    began = time.thread_time()
    read(f"z{text}z")
    read(f"{text}z{ANA}")
    assert time.thread_time() - began < 1.5
