"""How a command of the command line ended, for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT / "app" / "playground" / "data"


@dataclass
class Said:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    def kindly(self, *words: str) -> None:
        """It refused, with these words, on standard error alone, and without a traceback."""
        assert self.code == 1, self
        assert self.out == ""
        assert "Traceback" not in self.err
        assert [word for word in words if word not in self.err] == [], self.err


Run = Callable[..., Said]
