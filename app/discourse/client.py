"""pydiscourse, tamed: it must not sleep, follow redirects, or leave its own kinds of failure lying about.

The client sleeps up to four times inside a 429, and breaks on the ones without `extras`. A response hook of
`requests` runs before it looks at the answer, so raising there keeps the wait in our hands.
"""

from __future__ import annotations

import re
from typing import Any

import requests
from pydiscourse.client import DiscourseClient
from pydiscourse.exceptions import DiscourseClientError, DiscourseError, DiscourseServerError

from app.errors import DomainError, NotFound, NotUnderstood, Refused, Unavailable

DEFAULT_WAIT = 10.0
LONGEST_WAIT = 86_400.0
UNCONFIRMED = "The forum did not confirm this. We will look whether it arrived."
JSON_TYPE = "application/json; charset=utf-8"


class RateLimited(Unavailable):
    """The forum asks to wait `retry_after` seconds; `for_today` when only tomorrow will help."""

    def __init__(self, retry_after: float, *, for_today: bool = False) -> None:
        super().__init__("The forum is busy just now. Please try again in a moment.", retry_after=retry_after)
        self.for_today = for_today


class OutcomeUnknown(Unavailable):
    """The request was sent and no answer came: it may have been done, or not."""


class Invalid(NotUnderstood):
    """The forum did not accept what was written; `reasons` are its own sentences."""

    def __init__(self, reasons: tuple[str, ...], *, field: str | None = None) -> None:
        super().__init__(f"The forum did not accept this: {joined(reasons)}", field=field)
        self.reasons = reasons


class Moved(Exception):
    """The forum points to another address; it is never followed, since the key would travel along."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def joined(reasons: tuple[str, ...]) -> str:
    """Several sentences as one text: each with its full stop, none twice."""
    tidy = dict.fromkeys(" ".join(one.split()) for one in reasons if one.strip())
    return " ".join(one if one[-1] in ".!?…" else f"{one}." for one in tidy)


class TamedClient(DiscourseClient):  # type: ignore[misc]  # the package has no types
    """The real client with every call guarded: 429 and redirects raise at once, the content type is made exact."""

    def _request(
        self,
        verb: str,
        path: str,
        params: Any = None,
        files: Any = None,
        data: Any = None,
        json: Any = None,
        override_request_kwargs: dict[str, Any] | None = None,
    ) -> Any:
        guarded = {"hooks": {"response": [_guard]}} | (override_request_kwargs or {})
        return super()._request(verb, path, params, files, data, json, guarded)


def _guard(answer: requests.Response, *_: Any, **__: Any) -> requests.Response:
    if answer.status_code == 429:
        raise _limited(answer)
    if answer.is_redirect:
        raise Moved(answer.headers.get("location", ""))
    kind = answer.headers.get("content-type", "")
    # Only the letter case and the space before "charset" differ between servers; the client compares exactly.
    if re.sub(r"\s", "", kind).lower() == "application/json;charset=utf-8" or not kind:
        answer.headers["content-type"] = JSON_TYPE if kind else "text/html"
    return answer


def _limited(answer: requests.Response) -> RateLimited:
    """The wait from Retry-After, else from the body, else ten seconds."""
    code = answer.headers.get("Discourse-Rate-Limit-Error-Code", "")
    wait: Any = answer.headers.get("Retry-After")
    if wait is None and "json" in answer.headers.get("content-type", ""):
        try:
            body = answer.json()
            wait = (body.get("extras") or {}).get("wait_seconds")
        except (ValueError, AttributeError):
            wait = None
    try:
        seconds = float(wait)
    except (TypeError, ValueError):
        seconds = DEFAULT_WAIT
    if not 0 <= seconds <= LONGEST_WAIT:
        seconds = DEFAULT_WAIT
    return RateLimited(max(1.0, seconds), for_today=code.endswith("_1_day"))


def reasons_of(answer: requests.Response | None) -> tuple[str, ...]:
    """The sentences of an error answer, whatever shape they came in."""
    if answer is None:
        return ()
    try:
        errors = answer.json().get("errors")
    except (ValueError, AttributeError):
        return ()
    if isinstance(errors, str):
        return (errors,)
    return tuple(str(one) for one in errors) if isinstance(errors, list) else ()


def translated(problem: Exception, *, writing: bool) -> DomainError:
    """What a failed call means to us. `writing` tells whether a lost answer may hide a done deed."""
    if isinstance(problem, DomainError):
        return problem
    if isinstance(problem, requests.ConnectTimeout):
        return Unavailable("The forum does not answer. Please try again in a few minutes.")
    if isinstance(problem, DiscourseClientError):
        return _refusal(problem.response)
    if isinstance(problem, DiscourseServerError):
        status = problem.response.status_code if problem.response is not None else 500
        if writing and status in (500, 502, 504):
            return OutcomeUnknown(UNCONFIRMED)
        return Unavailable("The forum has trouble just now. Please try again in a few minutes.")
    if isinstance(problem, DiscourseError):
        reasons = reasons_of(problem.response)
        if reasons:
            return Invalid(reasons)
        if writing:
            return OutcomeUnknown(UNCONFIRMED)
        return Unavailable("The forum's answer could not be read. Check DISCOURSE_URL, or try again later.")
    if isinstance(problem, Moved):
        return Unavailable("The forum sends us to another address. Check DISCOURSE_URL (https, no path too many).")
    if writing:
        return OutcomeUnknown(UNCONFIRMED)
    return Unavailable("The forum does not answer. Please try again in a few minutes.")


def _refusal(answer: requests.Response | None) -> DomainError:
    status = answer.status_code if answer is not None else 400
    reasons = reasons_of(answer)
    if status in (404, 410):
        return NotFound("The forum has no such page, or it is not open to this person.")
    if status in (401, 403):
        return Refused(
            "The forum does not allow this: the person may lack the right there, or the API key its scope."
        )
    return Invalid(reasons or ("the request was not understood",), field=_field(reasons))


def _field(reasons: tuple[str, ...]) -> str | None:
    """The form field that a refusal is about, when all its sentences begin alike."""
    first = {one.split(" ")[0].lower() for one in reasons}
    names = {"title": "title", "body": "text", "category": "category"}
    return names.get(first.pop()) if len(first) == 1 else None
