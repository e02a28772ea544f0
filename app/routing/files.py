"""The command `route`: the same rankers on files, for evaluation and for trying a directory out."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import app.routing.prior.files as prior_files
import app.routing.ranking.files as ranking_files


def run(
    directory: Path | None,
    topics: Path | None,
    feedback: Path | None,
    queries: TextIO,
    out: TextIO,
    *,
    words_only: bool = False,
) -> None:
    """One JSON line a query; with `topics` the ranking lists topics, else the directory's communities."""
    if topics is not None:
        prior_files.run(topics, queries, out)
    elif directory is not None:
        ranking_files.run(directory, queries, out, feedback_path=feedback, words_only=words_only)
