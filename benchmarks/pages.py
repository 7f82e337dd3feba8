"""From request to the first form of a lesson page: ours against the same notebook under stock Voilà, in the same browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LESSON = "02_avatud_valitsemise_pohimotted.ipynb"
FORM = "fieldset legend"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """End a server by its own process id."""
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def start_ours(folder: Path, *options: str) -> tuple[subprocess.Popen[str], str, float]:
    """Return our server, the address it printed, and how long that took."""
    begun = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "avcourse",
        "start",
        "--dir",
        str(folder),
        "--port",
        str(free_port()),
        "--no-browser",
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return process, found[0], time.perf_counter() - begun
    raise RuntimeError("avcourse start printed no address")


def start_stock(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Return a stock Voilà server over the same pages, as its documentation starts one."""
    port = free_port()
    command = [sys.executable, "-m", "voila", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"http://127.0.0.1:{port}/voila/render/{LESSON}"
        time.sleep(0.1)
    raise RuntimeError("stock Voilà did not start")


def to_form(browser: Any, address: str, rounds: int = 5) -> float:
    """Return the median seconds from request to the first form; the first round warms caches and is left out."""
    times = []
    for _ in range(rounds + 1):
        page = browser.new_page()
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector(FORM, timeout=60_000)
        times.append(time.perf_counter() - begun)
        page.close()
    return statistics.median(times[1:])


def measure(place: Path) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    chromium = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if chromium is None:
        return {"not_measured": "no Chromium on this machine"}
    folder = place / "learner"
    start_ours(folder)[0].send_signal(signal.SIGINT)
    time.sleep(3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        process, address, second_start = start_ours(folder)
        with ended(process):
            base, _, query = address.partition("?")
            ours = to_form(browser, base.rsplit("/", 1)[0] + f"/{LESSON}?{query}")
        process, address = start_stock(folder / "et")
        with ended(process):
            stock = to_form(browser, address)
        browser.close()
    return {
        "second_start_s": round(second_start, 2),
        "request_to_form_s": round(ours, 2),
        "stock_voila_request_to_form_s": round(stock, 2),
        "ratio": round(stock / ours, 2),
    }


if __name__ == "__main__":
    import json
    import tempfile

    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(measure(Path(temporary))))
