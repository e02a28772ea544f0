"""The people whom the tests of imports name, and where they live."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.thanks.import_people import Candidate

NAIROBI = ZoneInfo("Africa/Nairobi")
ANA = Candidate("U0ANA00003", ("Ana Lucía Quispe", "ana"), "ana@example.org")
JOAO = Candidate("U0JOAO0002", ("João Macuácua", "joao"), "joao@example.org")
GRACE = Candidate("U0GRACE004", ("Grace Banda",), "grace@example.org", left=True)
OTHER_GRACE = Candidate("U0GRACE005", ("grace banda",))
BOT = Candidate("U0BOT00001", ("Helper",), is_bot=True)
GONE = Candidate("U0GONE0001", (), "gone@example.org", erased=True)
EVERYBODY = (ANA, JOAO, GRACE, OTHER_GRACE, BOT, GONE)
