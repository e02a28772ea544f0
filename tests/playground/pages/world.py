"""The page with everything behind it, driven over HTTP without a browser."""

from __future__ import annotations

from typing import Any

import httpx

from app.clock import StillClock
from tests.playground.pages.stub import StubApp, build

AMINA, JOAO, GRACE, ISSA = "U0AMINA001", "U0JOAO0002", "U0GRACE010", "U0ISSA0011"
GENERAL, SECRET = "C0GENERAL1", "C0SECRET01"
OWN = {"Origin": "http://page.test", "X-Refresh": "1"}


class World:
    """The page, the workspace behind it and the app that answers."""

    def __init__(self, clock: StillClock) -> None:
        app, self.workspace, self.stub = build(clock=clock)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://page.test/playground")

    async def see(self, path: str) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def do(self, path: str, status: int = 200, **sent: Any) -> Any:
        answer = await self.http.post(path, json=sent, headers=OWN)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.text

    async def type(self, person: str, channel: str, text: str, thread: str = "", status: int = 200) -> None:
        sent = {"text": text, "thread_ts": thread}
        answer = await self.http.post(f"/{person}/{channel}/send", data=sent, headers=OWN)
        assert answer.status_code == status, answer.text


def last_heard(stub: StubApp) -> dict[str, Any]:
    return stub.heard[-1]
