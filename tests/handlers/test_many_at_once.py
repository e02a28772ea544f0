"""Many questions while the encoders are slow: everybody is acknowledged in time, the rest comes by message."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.house import House

WORDS = "I have a job aid on postpartum hemorrhage for midwives"


@pytest.mark.lifelike
async def test_slow_encoders_do_not_hold_up_acknowledgements(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = house.baobab.services.desk
    quick = desk.consider

    async def slow(*args: Any) -> Any:
        found = await quick(*args)
        await asyncio.sleep(1.0)
        return found

    monkeypatch.setattr(desk, "consider", slow)
    for person in ("mateo", "neema", "ana"):
        await house.slack.command(person, "/whereshare", "", "general")

    async def ask(number: int) -> float:
        began = time.perf_counter()
        person = ("mateo", "neema", "ana")[number % 3]
        delivery = await house.slack.command(person, "/whereshare", f"{WORDS} {number}", "general")
        assert delivery.status == 200
        return time.perf_counter() - began

    asking = []
    for number in range(30):
        asking.append(asyncio.create_task(ask(number)))
        await asyncio.sleep(0.1)
    assert max(await asyncio.gather(*asking)) < 3.0
