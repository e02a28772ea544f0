"""`GET /recognition`, a page of the log, and `GET /recognition/changes`, what is new since a cursor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.api.auth import Bearer, Gate, bearer_scheme
from app.api.errors import ID_HEADER, described, wrong_parameters
from app.api.shapes import Changes, Page, Recognition
from app.errors import NotUnderstood
from app.services import Services
from app.thanks.filters import STATUS_FILTERS, log_filter
from app.thanks.log import CREATED, UPDATED, Cursor, changes, page
from app.thanks.shapes import LogLine
from models import Community
from models.thanks import SOURCES

SCOPE = "recognition:read"
PAGE, MOST = 100, 1000
# What is being written just now may yet be committed in another order.
SETTLES_IN = timedelta(seconds=5)
BEGINNING = Cursor(UPDATED, datetime(1970, 1, 1, tzinfo=UTC), 0, 0)

_REFUSALS = described(
    {
        401: "No token, or one that is unknown, expired or revoked.",
        403: "The token may not read the recognition log.",
        422: "A parameter cannot be used; `errors` names it and says how to write it.",
        429: "Too many requests: about two a second, a hundred and twenty at once after a rest.",
        500: "Something went wrong on our side.",
    },
    {
        401: {"WWW-Authenticate": "How to authenticate (RFC 6750)."},
        403: {"WWW-Authenticate": "The scope that is missing (RFC 6750)."},
        429: {"Retry-After": "Seconds to wait."},
    },
)


class PageQuery(BaseModel):
    """What may be asked of a page; those left out do not narrow it."""

    model_config = ConfigDict(extra="forbid")

    since: str = Field(
        "",
        alias="from",
        description="The first moment: a date such as 2026-11-01, or an instant such as 2026-11-01T08:00:00Z.",
    )
    until: str = Field(
        "",
        alias="to",
        description="The last day, which is included whole; or an instant, the first that is left out.",
    )
    zone: str = Field(
        "UTC", description="The time zone of dates and of instants without an offset, such as Africa/Nairobi."
    )
    community: str = Field("", description="Id of a community.")
    giver: str = Field("", description="Slack member id of who gave it.")
    recipient: str = Field("", description="Slack member id of who received it.")
    value: str = Field("", description="The value it was tagged with.")
    source: str = Field("", description="How it was given.", json_schema_extra={"enum": ["", *SOURCES]})
    status: str = Field("", description="What became of it.", json_schema_extra={"enum": ["", *STATUS_FILTERS]})
    limit: int = Field(PAGE, ge=1, le=MOST, description="At most so many lines.")
    cursor: str = Field("", description="`next_cursor` of the page before, with everything else as it was.")


class ChangesQuery(BaseModel):
    """Where to go on, and how far."""

    model_config = ConfigDict(extra="forbid")

    since: str = Field("", description="`next_cursor` of your last answer; left out, everything from the beginning.")
    limit: int = Field(MOST, ge=1, le=MOST, description="At most so many lines.")


def recognition_router(services: Services, gate: Gate) -> APIRouter:
    """Both routes; a token sees the log of its own workspace."""
    router = APIRouter(tags=["recognition"])

    async def reader(
        request: Request,
        afterwards: BackgroundTasks,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer_scheme)],
    ) -> Bearer:
        bearer = await gate.enter(credentials, SCOPE, afterwards)
        _check_query(request)
        return bearer

    @router.get(
        "/recognition",
        summary="A page of the recognition log, newest first",
        response_model=Page,
        responses={200: {"headers": ID_HEADER}, **_REFUSALS},
        operation_id="listRecognition",
    )
    async def listed(asked: Annotated[PageQuery, Query()], bearer: Bearer = Depends(reader)) -> Response:
        """One line is one thank-you to one person. Follow `next_cursor` until it is null: each line comes exactly
        once, however many are added meanwhile. What was given in a private channel or a direct message has neither
        reason nor channel here.
        """
        wanted = log_filter(**asked.model_dump(exclude={"limit", "cursor"}))
        after = _cursor(asked.cursor, CREATED, "cursor")
        async with services.db.read_only() as session:
            if wanted.community:
                await _check_community(session, bearer.workspace_id, wanted.community)
            lines, following = await page(session, bearer.workspace_id, wanted, after=after, limit=asked.limit)
        return _json(Page(data=_shown(lines), next_cursor=following.text if following else None))

    @router.get(
        "/recognition/changes",
        summary="What is new or changed since a cursor, oldest change first",
        response_model=Changes,
        responses={200: {"headers": ID_HEADER}, **_REFUSALS},
        operation_id="listRecognitionChanges",
    )
    async def changed(asked: Annotated[ChangesQuery, Query()], bearer: Bearer = Depends(reader)) -> Response:
        """For copies of the log elsewhere: store each line by `line_id`, keep `next_cursor`, ask again later. A line
        that is edited, withdrawn, seconded, hidden or erased comes again as it is then. What changed within the last
        five seconds is left for the next time.
        """
        since = _cursor(asked.since, UPDATED, "since") or BEGINNING
        before = services.clock.now() - SETTLES_IN
        async with services.db.read_only() as session:
            lines, following = await changes(
                session, bearer.workspace_id, since=since, limit=asked.limit, settled_before=before
            )
        return _json(
            Changes(data=_shown(lines), next_cursor=(following or since).text, more=len(lines) == asked.limit)
        )

    return router


def _check_query(request: Request) -> None:
    """Refuse what would quietly be taken for something else: an empty value for all, the last of two for both."""
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name in seen:
            wrong[name] = "It is there twice; keep one."
        elif not value.strip():
            wrong[name] = "It is empty; give it a value, or leave it out."
        seen.add(name)
    if wrong:
        raise wrong_parameters(list(wrong.items()))


def _cursor(text: str, order: str, parameter: str) -> Cursor | None:
    if not text:
        return None
    try:
        return Cursor.of(text, order)
    except NotUnderstood as error:
        raise wrong_parameters([(parameter, error.message)]) from None


async def _check_community(session: AsyncSession, workspace_id: int, slug: str) -> None:
    found = await session.exec(
        select(Community.id).where(Community.workspace_id == workspace_id, Community.slug == slug)
    )
    if found.first() is None:
        raise wrong_parameters([("community", "There is no community with this id; it looks like maternal-health.")])


def _shown(lines: list[LogLine]) -> list[Recognition]:
    return [Recognition.model_validate(line) for line in lines]


def _json(answer: Any) -> Response:
    # Written here once; given to the framework as a model it would be checked all over again.
    return Response(answer.model_dump_json(), media_type="application/json")
