"""Resident memory of a whole Baobab, web and worker in one process, and of the encoders' child: idle and under load.

    python -m bench.memory [--seconds 10] [--rate 10]

The load is `/whereshare` with words at a steady rate; what is shown for it is the highest of samples taken meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from pathlib import Path

from app.playground.slack.fake import FakeSlack
from bench.ack import commands
from bench.load import steady
from bench.serving import databases, served

MEGABYTE = 1024


def resident(pid: int) -> float:
    """Megabytes in memory, those shared with others too; 0 for a process that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.split("VmRSS:")[1].split()[0]) / MEGABYTE if "VmRSS:" in status else 0.0


def children(pid: int) -> list[int]:
    """The child processes of all threads of a process."""
    found: list[int] = []
    for one in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in one.read_text().split()]
    return found


def footprint(pid: int) -> tuple[float, float]:
    """Megabytes of a process, and of its children together."""
    return resident(pid), sum(resident(child) for child in children(pid))


async def settled(pid: int, *, patience: float = 60.0) -> tuple[float, float]:
    """The footprint once it has not grown for three seconds: models loaded, caches warm."""
    highest = still_since = 0.0
    until = time.monotonic() + patience
    while time.monotonic() < until:
        total = sum(footprint(pid))
        if total > highest + 1:
            highest, still_since = total, time.monotonic()
        if time.monotonic() - still_since > 3 and children(pid):
            break
        await asyncio.sleep(0.2)
    return footprint(pid)


async def measure(url: str, name: str, said: argparse.Namespace) -> None:
    """One line for a database."""
    async with FakeSlack() as slack:
        told = {
            "slack_api_url": slack.api_url,
            "slack_bot_token": slack.token,
            "slack_signing_secret": slack.signing_secret,
        }
        async with served("all", database_url=url, **told) as server:
            idle = await settled(server.pid)
            requests = commands(slack.signing_secret, int(said.rate * said.seconds) + 1)
            load = asyncio.create_task(steady(server.port, requests, rate=said.rate, seconds=said.seconds))
            peak = (0.0, 0.0)
            while not load.done():
                now = footprint(server.pid)
                peak = (max(peak[0], now[0]), max(peak[1], now[1]))
                await asyncio.sleep(0.1)
            outcome = await load
    print(
        f"{name:11} idle {idle[0]:5.0f} MB + encoders {idle[1]:5.0f} MB   under load {peak[0]:5.0f} MB + encoders "
        f"{peak[1]:5.0f} MB   ({said.rate:g} /whereshare a second, {outcome.refused} refused)"
    )


def main(argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=10.0)
    said = parser.parse_args(argv)
    print(f"load average before {os.getloadavg()[0]:.1f}")
    with databases() as urls:
        for name, url in urls.items():
            asyncio.run(measure(url, name, said))


if __name__ == "__main__":
    main()
