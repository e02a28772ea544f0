"""What escaping makes of typed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playground.slack.mentions import escaped
from app.playground.slack.state import Member
from app.playground.slack.workspace import Workspace


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@ana for the job aid", "<@U0ANA00003|ana> for the job aid"),
        ("thanks @ana, @joao.", "thanks <@U0ANA00003|ana>, <@U0JOAO0002|joao>."),
        ("@joão and @João; @joa\u0303o.", "<@U0JOAO0002|joao> and <@U0JOAO0002|joao>; <@U0JOAO0002|joao>."),
        ("“@ana” – l’aide‑mémoire", "“<@U0ANA00003|ana>” – l’aide‑mémoire"),
        ("@km-team and @here", "<!subteam^S0KMTEAM01|@km-team> and <!here>"),
        ("see #cop-mnh and #cop-leads", "see <#C0MNH00000|cop-mnh> and <#C0LEADS001|>"),
        ("not #reorg-2026, not @nobody", "not #reorg-2026, not @nobody"),
        ("<!channel> & <script>", "&lt;!channel&gt; &amp; &lt;script&gt;"),
        ("write ana@example.org", "write <mailto:ana@example.org|ana@example.org>"),
        ("https://example.org/@ana?a=1&b=2 ok", "<https://example.org/@ana?a=1&amp;b=2> ok"),
    ],
)
def test_names_become_ids(typed: str, sent: str) -> None:
    assert escaped(Workspace(), "U0JOAO0002", typed) == sent


def test_a_name_that_two_people_bear_stays_as_typed() -> None:
    slack = Workspace()
    slack.add_person(Member("U0NEW00001", "ana.silva", "Ana Silva", "Ana", "", "", "UTC", "pt-BR"))
    slack.add_person(Member("U0NEW00002", "zoe", "Zoé Rakoto", "Zoé", "", "", "UTC", "fr-FR"))
    assert escaped(slack, "U0JOAO0002", "@Ana @ana.silva @Zoé") == (
        "<@U0ANA00003|ana> <@U0NEW00001|ana.silva> <@U0NEW00002|zoe>"
    )
    slack.change_person("U0ANA00003", kind="full").handle = "quispe"
    assert escaped(slack, "U0JOAO0002", "@Ana @quispe") == "@Ana <@U0ANA00003|quispe>"


@given(st.text())
def test_no_text_breaks_it_and_nothing_raw_gets_through(typed: str) -> None:
    sent = escaped(Workspace(), "U0GRACE010", typed)
    assert "<!channel>" not in sent or "@channel" in typed
    assert sent.count("<") == sent.count(">")
