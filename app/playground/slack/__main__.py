"""`python -m app.playground.slack`: the local workspace on its own, with the control door for tests."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

import yaml

from app.playground.slack.config import SlackConfig
from app.playground.slack.running import HOST, Running, listening
from app.playground.slack.server import LocalSlack


def arguments() -> argparse.Namespace:
    """What the command line says."""
    blank = SlackConfig()
    parser = argparse.ArgumentParser(prog="python -m app.playground.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where to listen on 127.0.0.1; 0 takes a free port")
    parser.add_argument("--request-url", default=blank.request_url, help="where the app listens")
    parser.add_argument("--signing-secret", default=blank.signing_secret)
    parser.add_argument("--bot-token", default=blank.bot_token)
    parser.add_argument("--limits", choices=("off", "real"), default="off", help="rate limits as Slack has them")
    parser.add_argument("--manifest", type=Path, help="app manifest (YAML or JSON): commands, scopes, events")
    parser.add_argument("--retry-delays", default="0,60,300", help="seconds before each retry of an event")
    return parser.parse_args()


async def main() -> None:
    """Serve until told to stop; the first line of output is `{"url": …, "api_url": …}`."""
    said = arguments()
    taken = listening(said.port)
    config = replace(
        SlackConfig(),
        base_url=f"http://{HOST}:{taken.getsockname()[1]}",
        request_url=said.request_url,
        signing_secret=said.signing_secret,
        bot_token=said.bot_token,
        limits=said.limits,
        event_retry_delays=tuple(float(one) for one in said.retry_delays.split(",") if one),
    )
    if said.manifest:
        config = config.with_manifest(yaml.safe_load(said.manifest.read_text(encoding="utf-8")))
    running = Running(LocalSlack(config, control=True).app, taken)
    await running.start()
    sys.stdout.write(json.dumps({"url": config.base_url, "api_url": config.api_url}) + "\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await running.stop()


if __name__ == "__main__":
    asyncio.run(main())
