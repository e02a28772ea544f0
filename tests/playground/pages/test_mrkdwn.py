"""Message text reads as in Slack, for each reader in their zone, and nothing typed becomes markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playground.pages import compose
from app.playground.pages.mrkdwn import mrkdwn
from app.playground.pages.reader import Reader
from tests.playground.pages.parsing import outline, tags_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EPOCH = int(NOON.timestamp())


def reader(zone: str = "Africa/Nairobi", locale: str = "en-GB") -> Reader:
    return Reader(
        me="U1",
        zone=zone,
        locale=locale,
        now=NOON,
        people={"U1": "Amina", "U2": "João"},
        channels={"C1": "general"},
        groups={"S1": "@leads"},
        channel_url="/playground/U1/",
    )


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <del>gone</del>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("```\na < b\n```", "<pre><code>a &lt; b</code></pre>"),
        ("```open", "```open"),
        ("a\nb", "a<br>b"),
        ("&gt; quoted\nafter", "<blockquote>quoted</blockquote>after"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("_*both*_", "<em><strong>both</strong></em>"),
        (":no_such_code: :+1", ":no_such_code: :+1"),
        ("<just words>", "&lt;just words&gt;"),
    ],
)
def test_text_reads_as_in_slack(text: str, drawn: str) -> None:
    assert mrkdwn(text, reader()) == drawn


def test_mentions_carry_names_and_ones_own_stands_out() -> None:
    shown = mrkdwn("<@U1> <@U2|joao> <@U9|gone>", reader())
    assert ">@Amina</span>" in shown and 'class="mention me"' in shown
    assert ">@João</span>" in shown and ">@gone</span>" in shown


def test_a_channel_the_reader_may_not_see_is_only_called_private() -> None:
    shown = mrkdwn("<#C1|general> <#C2|>", reader())
    assert 'href="/playground/U1/C1"' in shown
    assert "C2" not in shown and "private channel" in shown


def test_everybody_is_mentioned_loudly() -> None:
    assert 'class="mention loud"' in mrkdwn("<!channel>", reader())
    assert ">@leads</span>" in mrkdwn("<!subteam^S1>", reader())


@pytest.mark.parametrize(
    ("zone", "locale", "words"),
    [
        ("Africa/Nairobi", "en-GB", "today 15:00"),
        ("Asia/Kathmandu", "en-GB", "today 17:45"),
        ("Africa/Dakar", "fr-FR", "aujourd’hui 12:00"),
        ("Pacific/Kiritimati", "pt-PT", "hoje 02:00"),
        ("America/La_Paz", "es-LA", "hoy 8:00"),
    ],
)
def test_dates_are_told_on_the_readers_own_clock(zone: str, locale: str, words: str) -> None:
    there = reader(zone, locale)
    assert f">{words}</time>" in mrkdwn(f"<!date^{EPOCH}^{{date_short_pretty}} {{time}}|then>", there)


def test_a_date_that_cannot_be_read_shows_its_fallback() -> None:
    assert mrkdwn("<!date^soon^{date}|next week>", reader()) == "next week"


def test_links_open_beside_the_page_and_scripts_are_no_links() -> None:
    assert 'href="https://example.org/a_b_c"' in mrkdwn("see https://example.org/a_b_c.", reader())
    for address in ("javascript://x%0aalert(1)", "data://text/html,x", "JaVaScRiPt://x", "vbscript://x"):
        shown = mrkdwn(f"<{address}|click>", reader())
        assert "href" not in shown and "click" in shown


def test_emoji_may_stand_inside_emphasis() -> None:
    assert mrkdwn("*well done :tada:*", reader()).startswith("<strong>well done <span")


@given(st.text(alphabet=st.sampled_from("<>&|!@#^*_~`:\"'/\\=\x00\n ab1U{}-"), max_size=60))
def test_whatever_is_typed_the_markup_is_ours_and_closes(text: str) -> None:
    allowed = {"strong", "em", "del", "code", "pre", "blockquote", "br", "span", "a", "time"}
    assert tags_of(mrkdwn(text, reader())) <= allowed
    outline(mrkdwn(text, reader()))


def test_typed_names_become_tokens_and_the_rest_is_escaped() -> None:
    known = ({"joao": "U2"}, {"general": "C1"}, {"leads": "S1"})
    typed = "@joao & @nobody in #general <!channel> @leads @here https://example.org/?a=1&b=2."
    assert compose.encode(typed, *known) == (
        "<@U2> &amp; @nobody in <#C1|general> &lt;!channel&gt; <!subteam^S1|@leads> <!here> "
        "<https://example.org/?a=1&amp;b=2>."
    )
    assert compose.encode("ann@joao.org", *known) == "ann@joao.org"


@pytest.mark.parametrize(
    ("text", "is_command"),
    [
        ("/thanks @joao", True),
        ("/cop-thanks", True),
        ("/thanks\nall", True),
        ("/ x", False),
        ("//x", False),
        ("a /b", False),
    ],
)
def test_a_slash_and_a_name_is_a_command(text: str, is_command: bool) -> None:
    assert compose.is_command(text) is is_command
