"""How a page or a file is answered to who may have it already."""

from __future__ import annotations

from hashlib import sha256

from fastapi import Request, Response


def answered(request: Request, body: bytes, headers: dict[str, str], kind: str) -> Response:
    """The body with its ETag; to who has it, only that it is the same (RFC 9110, 13.1.2)."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(b"" if request.method == "HEAD" else body, headers=headers, media_type=kind)
