"""What protects the page: requests that change something must come from it, and it loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import HTTPException, Request

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def same_origin(public_url: str = "") -> Callable[[Request], Awaitable[None]]:
    """A dependency that answers 403 unless the browser says that the request came from this very page.

    A proxy may change the host: then the browser's own `Sec-Fetch-Site` or the public address decides.
    """
    public = urlsplit(public_url).netloc.lower()

    async def check(request: Request) -> None:
        if request.headers.get("sec-fetch-site") == "same-origin":
            return
        origin = urlsplit(request.headers.get("origin", "")).netloc.lower()
        hosts = {request.headers.get("host", "").lower(), public} - {""}
        if origin not in hosts:
            raise HTTPException(403, "This request did not come from the playground's own page.")

    return check
