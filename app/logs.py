"""Structured logs: one JSON object a line, with the request's id, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

# Tokens by their shapes, so that one is masked even where a library logs it.
SECRETS = re.compile(
    r"xox[a-z]-[\w.-]+"
    r"|xapp-[\w-]+"
    r"|xoxe\.[\w.-]+"
    r"|bao_[\w-]{20,}"
    r"|(?<=hooks\.slack\.com/)\S+"
    r"|(?i:(?<=bearer )|(?<=api-key: )|(?<=api_key=)|(?<=client_secret=)|(?<=signing_secret=))[^\s&'\"]+"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|/response/[\w./-]+"
)
SECRET_NAMES = re.compile(r"token|secret|password|authorization|api_?key|signature|response_url", re.IGNORECASE)
MASK = "[hidden]"


def redact(value: Any) -> Any:
    """Mask secrets in text, and in the values of mappings and lists at any depth."""
    if isinstance(value, str):
        return SECRETS.sub(MASK, value)
    if isinstance(value, dict):
        return {
            key: MASK if isinstance(key, str) and SECRET_NAMES.search(key) and value[key] else redact(value[key])
            for key in value
        }
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def _redacted(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    internal = {key: event[key] for key in event if key.startswith("_")}
    return {**redact({key: event[key] for key in event if not key.startswith("_")}), **internal}


def set_up_logs(log_format: str, stream: TextIO | None = None, level: str = "INFO") -> None:
    """Send every log, ours and the libraries', through one redacting formatter to `stream` (standard error)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redacted,
            renderer,
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "slack_bolt", "slack_sdk", "aiosqlite", "dbos", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for own in ("uvicorn", "uvicorn.error", "dbos"):
        logging.getLogger(own).handlers[:] = []
        logging.getLogger(own).propagate = True
