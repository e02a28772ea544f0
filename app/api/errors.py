"""What goes wrong in the API, as `application/problem+json` (RFC 9457), and the id that every answer carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DomainError, NotFound, NotUnderstood, Refused, Unavailable
from app.services import Services

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "X-Request-Id"

log = structlog.get_logger(__name__)


class ParameterProblem(BaseModel):
    """One parameter that cannot be used."""

    parameter: str = Field(description="Its name in the address.")
    detail: str = Field(description="What is wrong with it, and how to write it.")


class Problem(BaseModel):
    """Why a request was not answered as asked (RFC 9457)."""

    type: str = Field(default="about:blank", description="Always about:blank: the title is that of the status.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong and what to do, for people.")
    request_id: str = Field(description="Say this when you ask for help; it is in our log.")
    errors: list[ParameterProblem] = Field(default_factory=list, description="The parameters that are to blame.")


_REF = "#/components/schemas/{model}"
PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {name: part for name, part in Problem.model_json_schema(ref_template=_REF).items() if name != "$defs"},
    "ParameterProblem": ParameterProblem.model_json_schema(),
}
ID_HEADER = {REQUEST_ID: {"description": "The id of this request in our log.", "schema": {"type": "string"}}}


def described(
    statuses: Mapping[int, str], headers: Mapping[int, Mapping[str, str]] | None = None
) -> dict[int | str, Any]:
    """The `responses` of a route in OpenAPI: status to a sentence; `headers` are further ones by status."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
    return {
        status: {
            "description": sentence,
            "content": content,
            "headers": {
                **ID_HEADER,
                **{
                    name: {"description": said, "schema": {"type": "string"}}
                    for name, said in (headers or {}).get(status, {}).items()
                },
            },
        }
        for status, sentence in statuses.items()
    }


class ApiError(Exception):
    """A request that is not answered as asked; `errors` are pairs of a parameter and what is wrong with it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def wrong_parameters(errors: Sequence[tuple[str, str]]) -> ApiError:
    """The error for parameters that cannot be used."""
    return ApiError(422, " ".join(f"{name}: {detail}" for name, detail in errors), errors=errors)


def handle_errors(api: FastAPI) -> None:
    """Answer every expected failure as a problem."""

    @api.exception_handler(ApiError)
    async def refused(_request: Request, error: ApiError) -> Response:
        return _answer(error)

    @api.exception_handler(RequestValidationError)
    async def unreadable(_request: Request, error: RequestValidationError) -> Response:
        found = [(str(one["loc"][-1]), _kindly(one)) for one in error.errors()]
        return _answer(wrong_parameters(found))

    @api.exception_handler(DomainError)
    async def expected(_request: Request, error: DomainError) -> Response:
        if error.field:
            return _answer(wrong_parameters([(error.field, error.message)]))
        statuses = {NotUnderstood: 422, NotFound: 404, Refused: 403, Unavailable: 503}
        status = next((one for kind, one in statuses.items() if isinstance(error, kind)), 422)
        return _answer(ApiError(status, error.message))

    @api.exception_handler(HTTPException)
    async def unroutable(_request: Request, error: HTTPException) -> Response:
        details = {
            404: "There is nothing at this address. /api/v1/openapi.json tells what there is.",
            405: "This address can only be read: use GET.",
        }
        detail = details.get(error.status_code, str(error.detail))
        return _answer(ApiError(error.status_code, detail, headers=error.headers))


def _kindly(error: Mapping[str, Any]) -> str:
    """A sentence for what the framework found."""
    limits = error.get("ctx") or {}
    if error["type"] == "extra_forbidden":
        return "There is no such parameter; /api/v1/openapi.json lists those there are."
    if error["type"].startswith(("int_", "greater_", "less_")) and error["loc"][-1] == "limit":
        return "Write a whole number from 1 to 1000."
    if "expected" in limits:
        return f"Choose one of: {limits['expected']}."
    return f"{error['msg']}."


def _answer(error: ApiError) -> Response:
    found = Problem(
        title=HTTPStatus(error.status).phrase,
        status=error.status,
        detail=error.detail,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        errors=[ParameterProblem(parameter=name, detail=detail) for name, detail in error.errors],
    )
    body = found.model_dump_json(exclude=None if found.errors else {"errors"})
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=error.headers)


class RequestIds:
    """Gives each request an id, in its answer and in its log lines; an unexpected failure is answered with that."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._services.clock.fresh_id()[-12:]
        started = False

        async def tagged(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                headers["Cache-Control"] = "no-store"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, tagged)
            except Exception:
                log.exception("a request of the API failed", path=scope["path"])
                self._services.metrics.failures.inc()
                if not started:
                    detail = "Something went wrong on our side. Try again; if it stays so, tell us the request id."
                    await _answer(ApiError(500, detail))(scope, receive, tagged)
