"""Let time pass in the playground: a reminder of tomorrow need not be waited for."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.clock import AheadClock
from app.playground.pages.gate import SECURITY, same_origin
from app.playground.pages.show import Pages

STEPS = {"15": "15 minutes", "60": "1 hour", "1440": "1 day", "10080": "1 week"}
# Beyond, the year of life that everything is filled with would be long past.
FURTHEST = timedelta(days=90)


def later_routes(pages: Pages, clock: AheadClock | None, public_url: str) -> APIRouter:
    """The route of the form in the sidebar; without such a clock there is neither."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin(public_url))])
    if clock is None:
        return router

    @router.post("/{me}/-/later")
    async def later(
        request: Request, me: str, minutes: Annotated[str, Form()] = "", place: Annotated[str, Form()] = ""
    ) -> Response:
        if me not in pages.workspace.people or minutes not in STEPS:
            return JSONResponse({"error": "Choose one of the steps that are offered."}, 400, headers=SECURITY)
        by = timedelta(minutes=int(minutes))
        if clock.ahead + by > FURTHEST:
            told = f"That is as far as it goes: {FURTHEST.days} days. A new start of the demo begins today again."
            return JSONResponse({"error": told}, 400, headers=SECURITY)
        clock.skip(by)
        # Everybody's page shows another time now.
        pages.workspace.feed.publish("time")
        if request.headers.get("x-refresh"):
            return JSONResponse({"ok": True}, headers=SECURITY)
        return RedirectResponse(f"{pages.base}/{me}/{pages.landing(me, place)}", 303)

    return router
