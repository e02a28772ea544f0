"""Routing, end to end: p50 and p99 at 21 and 1,000 communities, as ratios to the bare encoders in the same run.

    python -m bench.routing [--queries 300]

The floor is encoding the same query with both models and doing nothing else. Prints memory of parent and child.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time
from pathlib import Path

from app.routing.ranking import evaluate, files
from app.routing.ranking.encoders import ChildEncoders
from app.routing.ranking.ranker import Ranker
from app.routing.ranking.shapes import CommunityText

_WHAT = (
    "maternal health,malaria,tuberculosis,nutrition,vaccines,water,surgery,eye care,mental health,dental care".split(
        ","
    )
)
_WHO = "nurses,midwives,managers,pharmacists,data clerks,trainers,volunteers,researchers,drivers,donors".split(",")
_HOW = "training,supervision,financing,supply,records,outreach,research,advocacy,quality,planning".split(",")


def directory(size: int) -> list[CommunityText]:
    """Made-up communities, always the same: a name, a purpose, two keywords, three examples each (7.8 parts)."""
    rng = random.Random(7)
    themes = list(itertools.product(_WHAT, _WHO, _HOW))
    rng.shuffle(themes)
    return [
        CommunityText(
            f"c{at}",
            f"{how.title()} of {who} in {what}",
            f"We share what works in {how} for {who} who look after {what}.",
            (f"{what} {how}", f"{who} {how}"),
            ("en",),
            tuple(f"{one} {rng.choice(_HOW)} with {rng.choice(_WHO)}, round {at}" for one in (what, who, how))[
                : 2 + at % 2
            ],
        )
        for at, (what, who, how) in enumerate(themes[:size])
    ]


def memory(pid: str = "self") -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def spread(times: list[float]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(times)
    return 1000 * ordered[len(ordered) // 2], 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


async def main(queries: int) -> None:
    """Measure and print."""
    texts = [row.text for row in evaluate.read_rows(evaluate.LABELLED)]
    texts = [texts[at % len(texts)] for at in range(queries)]
    bare = memory()
    encoders = ChildEncoders()
    await encoders.start()
    await encoders.ready(60)
    floor = []
    for text in texts:
        begin = time.perf_counter()
        await encoders.encode("e5", [text])
        await encoders.encode("use", [text])
        floor.append(time.perf_counter() - begin)
    low, high = spread(floor)
    print(f"{'bare encoders':<28} p50 {low:6.1f} ms   p99 {high:6.1f} ms")
    ranker = Ranker(encoders, cache_dir=Path("var/bench"), patience=5.0)
    for name, listed in (("21 communities", files.read_directory(evaluate.DIRECTORY)), ("1,000", directory(1000))):
        begin = time.perf_counter()
        first = await ranker.rank(texts[0], listed)
        cold = time.perf_counter() - begin
        await ranker.prepare(listed)
        ready = time.perf_counter() - begin
        times = []
        for text in texts:
            begin = time.perf_counter()
            await ranker.rank(text, listed)
            times.append(time.perf_counter() - begin)
        one, two = spread(times)
        print(
            f"{name:<28} p50 {one:6.1f} ms   p99 {two:6.1f} ms   x{one / low:.2f} and x{two / high:.2f} of it; "
            f"first answer {1000 * cold:.0f} ms ({first.method}), complete after {ready:.1f} s"
        )
        edited = [*listed[1:], CommunityText("new", "Beekeeping", "Hives and honey", ("bees",))]
        begin = time.perf_counter()
        found = await ranker.rank("honey bees", edited)
        print(f"{'  after an edit':<28} {1000 * (time.perf_counter() - begin):.0f} ms, first is {found.ranked[0].id}")
    print(f"memory: parent {memory():.0f} MB (of which {bare:.0f} before), child {memory(str(encoders.pid)):.0f} MB")
    await ranker.close()
    await encoders.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=300)
    asyncio.run(main(parser.parse_args().queries))
