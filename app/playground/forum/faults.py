"""Faults on demand, so that tests meet what a real forum does on its bad days."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "limited",  # 429 with extras and Retry-After
    "limited_search",  # 429 as search sends it: no extras, no Retry-After
    "limited_text",  # 429 in plain text, per address
    "error",  # 500
    "gateway_html",  # 502 from the proxy while the container restarts
    "lost",  # does the work, then drops the connection
    "lost_gateway",  # does the work, then the proxy answers 504
    "slow",  # answers after `seconds`
)


@dataclass
class Fault:
    """One planned fault for requests of `method` whose path contains `where`, for the next `times` of them."""

    kind: str
    where: str
    method: str
    times: int
    seconds: float


class Faults:
    """The planned faults, first come first served."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        # Every request that came, "GET /latest.json": tests count them.
        self.seen: list[str] = []

    def plan(self, kind: str, where: str = "", *, method: str = "", times: int = 1, seconds: float = 5.0) -> None:
        """Let the next matching requests fail in this way."""
        if kind not in KINDS:
            raise ValueError(f"{kind} is not one of {', '.join(KINDS)}")
        self._planned.append(Fault(kind, where, method, times, seconds))

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, used up by one, or None."""
        self.seen.append(f"{method} {path}")
        del self.seen[:-5000]
        for fault in self._planned:
            if fault.where in path and fault.method in ("", method):
                fault.times -= 1
                if fault.times <= 0:
                    self._planned.remove(fault)
                return fault
        return None
