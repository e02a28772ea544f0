"""One demo and one browser for all stories."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.stage import CHROMIUM, FLAGS, PATIENCE, ROOT, Stage


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`python -m app demo` on a free port, from a folder of its own for its data."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has to have Chromium: the demo is played in a browser")
        pytest.skip("no chromium, chromium-browser or google-chrome on the PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = tmp_path_factory.mktemp("demo")
    with (where / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "demo", "--port", str(port)],
            cwd=where,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz", process, where / "log.txt")
            yield f"http://localhost:{port}/playground"
        finally:
            process.terminate()
            process.wait(15)


@pytest.fixture(scope="session")
def stage(demo: str) -> Iterator[Stage]:
    """The demo in a browser."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Stage(demo, browser)
        browser.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the demo ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the demo did not start within two minutes")
