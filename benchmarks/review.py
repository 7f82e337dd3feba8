"""The next open answer in a class of a thousand: the desk's page against formgrader's, over the same gradebook in the same run."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from avcourse.classroom.exchange import collect
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.views import server
from benchmarks.pages import FLAGS, ended, free_port

PLAN: Final = "tegevuskava"
QUESTION: Final = "tk-change"
ROUNDS: Final = 30
STOCK_ROUNDS: Final = 5
KEY: Final = """async ([key, ended]) => {
  const place = () => document.getElementById("review-place").textContent;
  const said = () => document.getElementById("review-said").textContent;
  const before = place(), begun = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  while (ended === "next" ? place() === before : said() !== "Salvestatud.") await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""
"""Press a key, wait until its outcome is on the screen (one frame later), and return the milliseconds."""


def make_class(root: Path, learners: int) -> ClassFolder:
    """Return a class in which invented participants handed in the action plan, collected and graded."""
    folder = new_class(root, "bench", "et", None)
    release(folder, (PLAN,))
    fill_rehearsal(folder, learners, assignments=(PLAN,))
    collect(folder)
    grade_class(folder)
    return folder


def median_ms(act: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(times), 1)


def in_page(page: Page, address: str) -> dict[str, float]:
    """Return the median milliseconds from a key to the next answer on the screen, and from a key to "saved"."""
    page.goto(address)
    moves, saves = [], []
    for _ in range(ROUNDS):
        saves.append(page.evaluate(KEY, ["2", "saved"]))
        # Nobody reads an answer faster than this.
        page.wait_for_timeout(150)
        moves.append(page.evaluate(KEY, ["j", "next"]))
    return {"key_to_saved": round(statistics.median(saves), 1), "key_to_next": round(statistics.median(moves), 1)}


def desk_figures(folder: ClassFolder) -> dict[str, Any]:
    site = server.Site(folder.root.parent, "et", "desk", "avcourse/desk/", "desk-start", folder.root.parent)
    process, running = server.launch(site, free_port())
    address = f"http://127.0.0.1:{running.port}/avcourse/desk/{folder.root.name}/review/{PLAN}/{QUESTION}/"

    def get() -> None:
        header = {"Authorization": f"token {running.token}"}
        urllib.request.urlopen(urllib.request.Request(address, headers=header)).read()

    try:
        first = median_ms(get, 1)
        again = median_ms(get, ROUNDS)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page()
            page.goto(running.address(site))
            seen = in_page(page, address)
            browser.close()
    finally:
        server.end(process, running)
    return {"first_request_ms": first, "next_answer_server_ms": again, **{f"{k}_ms": v for k, v in seen.items()}}


@contextmanager
def formgrader(folder: ClassFolder) -> Iterator[Callable[[str], None]]:
    """Give a function that gets a page of nbgrader's formgrader over the class."""
    port, token = free_port(), "bench"
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.allow_root=True",
        f"--ServerApp.root_dir={folder.root}",
        "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=True",
    ]
    environment = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_CONFIG_DIR": str(folder.root.parent / "no-settings")}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder.root, env=environment, stdout=quiet, stderr=quiet, text=True)

    def get(path: str) -> None:
        address = f"http://127.0.0.1:{port}/formgrader/{path}"
        header = {"Authorization": f"token {token}"}
        body = urllib.request.urlopen(urllib.request.Request(address, headers=header)).read()
        assert b"formgrade" in body, "no page of formgrader"

    with ended(process):
        for _ in range(240):
            try:
                get("")
                break
            except OSError:
                time.sleep(0.25)
        yield get


def stock_figures(folder: ClassFolder) -> dict[str, float]:
    """Return how long formgrader takes from one submission to the next one that waits for a person."""
    with sqlite3.connect(folder.gradebook) as book:
        query = "select id from submitted_notebook order by id limit ?"
        notebooks = [row[0] for row in book.execute(query, (STOCK_ROUNDS + 1,))]
    with formgrader(folder) as get:
        get(f"submissions/{notebooks[0]}/")
        page = iter(notebooks[1:])
        moved = iter(notebooks[1:])
        return {
            "formgrader_page_ms": median_ms(lambda: get(f"submissions/{next(page)}/"), STOCK_ROUNDS),
            "formgrader_next_ms": median_ms(lambda: get(f"submissions/{next(moved)}/next"), STOCK_ROUNDS),
        }


def measure(place: Path, learners: int = 1000) -> dict[str, Any]:
    folder = make_class(place / "review" / "klass", learners)
    figures = {"learners": learners, **desk_figures(folder), **stock_figures(folder)}
    figures["ratio_page"] = round(figures["formgrader_page_ms"] / figures["next_answer_server_ms"], 1)
    figures["ratio_next"] = round(figures["formgrader_next_ms"] / figures["next_answer_server_ms"], 1)
    return figures


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(measure(Path(temporary), int(sys.argv[1]) if len(sys.argv) > 1 else 1000), indent=1))
