"""``avcourse start``: the folder it prepares, and how it begins and ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import pytest

from avcourse.answers.folder import LearnerFolder, read_folder
from avcourse.errors import FolderNotWritable, MaterialMissing, NoFreePort
from avcourse.views import server
from avcourse.views.page import copies


def notebook(*sources: str) -> str:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(sources)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@pytest.fixture
def material(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "material"
    for language in ("et", "en"):
        (root / "course" / language).mkdir(parents=True)
        (root / "course" / language / "index.ipynb").write_text(notebook("home"))
        (root / "course" / language / "01_a.ipynb").write_text(notebook("lesson"))
        (root / "exercises" / language / "eeltest").mkdir(parents=True)
        (root / "exercises" / language / "eeltest" / "eeltest.ipynb").write_text(notebook("test"))
        (root / "exercises" / language / "eeltest" / "other.ipynb").write_text(notebook("other"))
    monkeypatch.setattr(copies, "material", lambda: root)
    return root


def test_new_folder_gets_marker_and_all_pages(tmp_path: Path, material: Path) -> None:
    folder = copies.prepare_folder(tmp_path / "uus" / "kaust", "en")
    assert read_folder(folder.root) == folder
    assert folder.language == "en"
    pages = sorted(str(path.relative_to(folder.root)) for path in folder.root.rglob("*.ipynb"))
    assert pages == [f"{language}/{name}.ipynb" for language in ("en", "et") for name in ("01_a", "eeltest", "index")]


def test_second_start_keeps_learner_and_language_and_what_is_not_ours(tmp_path: Path, material: Path) -> None:
    first = copies.prepare_folder(tmp_path / "d", "en")
    log = first.root / "answers" / "eeltest" / "responses.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("{}\n")
    own = first.root / "et" / "märkmed.ipynb"
    own.write_text("minu")
    again = copies.prepare_folder(tmp_path / "d")
    assert again == first
    assert log.read_text() == "{}\n"
    assert own.read_text() == "minu"


def test_language_given_later_is_remembered(tmp_path: Path, material: Path) -> None:
    first = copies.prepare_folder(tmp_path / "d")
    assert first.language == "et"
    copies.prepare_folder(tmp_path / "d", "en")
    again = copies.prepare_folder(tmp_path / "d")
    assert (again.learner, again.language) == (first.learner, "en")


def test_changed_course_page_is_refreshed_without_a_copy(tmp_path: Path, material: Path) -> None:
    root = copies.prepare_folder(tmp_path / "d").root
    (material / "course" / "et" / "01_a.ipynb").write_text(notebook("new lesson"))
    copies.prepare_folder(root)
    assert "new lesson" in (root / "et" / "01_a.ipynb").read_text()
    assert not list(root.rglob("*.mine-*"))


def test_page_that_the_learner_changed_is_kept_aside_each_time(tmp_path: Path, material: Path) -> None:
    root = copies.prepare_folder(tmp_path / "d").root
    page = root / "et" / "01_a.ipynb"
    said: list[str] = []
    for text in ("mine", "mine again"):
        page.write_text(notebook(text))
        copies.prepare_folder(root, tell=said.append)
        assert page.read_text() == notebook("lesson")
    kept = sorted(root.rglob("*.mine-*"))
    assert sorted(path.read_text() for path in kept) == sorted([notebook("mine"), notebook("mine again")])
    assert len(said) == 2
    assert all("01_a.mine-" in sentence for sentence in said)


def test_page_that_was_only_run_is_refreshed_without_a_copy(tmp_path: Path, material: Path) -> None:
    root = copies.prepare_folder(tmp_path / "d").root
    page = root / "et" / "01_a.ipynb"
    run = json.loads(page.read_text())
    run["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    page.write_text(json.dumps(run))
    copies.prepare_folder(root)
    assert page.read_text() == notebook("lesson")
    assert not list(root.rglob("*.mine-*"))


def test_broken_page_is_kept_aside(tmp_path: Path, material: Path) -> None:
    root = copies.prepare_folder(tmp_path / "d").root
    (root / "et" / "01_a.ipynb").write_text("{ pooleli")
    copies.prepare_folder(root)
    (kept,) = root.rglob("*.mine-*")
    assert kept.read_text() == "{ pooleli"


def test_damaged_marker_is_kept_and_a_new_learner_begins(tmp_path: Path, material: Path) -> None:
    first = copies.prepare_folder(tmp_path / "d")
    said: list[str] = []
    for _ in range(2):
        (first.root / "avcourse.toml").write_text("learner = ")
        folder = copies.prepare_folder(first.root, tell=said.append)
    assert folder.learner != first.learner
    assert (first.root / "avcourse.toml.damaged").read_text() == "learner = "
    assert len(list(first.root.glob("avcourse.toml*damaged"))) == 2
    assert len(said) == 2


def test_folder_that_cannot_be_written_is_told(tmp_path: Path, material: Path) -> None:
    (tmp_path / "fail").write_text("")
    with pytest.raises(FolderNotWritable):
        copies.prepare_folder(tmp_path / "fail" / "d")


def test_missing_material_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "material", lambda: tmp_path / "nothing")
    with pytest.raises(MaterialMissing):
        copies.prepare_folder(tmp_path / "d")
    assert not (tmp_path / "d").exists()


def test_taken_port_moves_on() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert next(server.free_ports(port)) > port


def test_no_port_left_is_told(tmp_path: Path, material: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "free_ports", lambda port: iter(()))
    folder = copies.prepare_folder(tmp_path / "d")
    with pytest.raises(NoFreePort):
        server.launch(server.course_site(folder), 9000)


def test_runtime_file_is_private_and_a_broken_or_stale_one_is_nobody(tmp_path: Path) -> None:
    assert server.find_running(tmp_path) is None
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    running = server.Running(int(gone.stdout), 9, "t")
    server.write_running(tmp_path, running)
    assert server.read_running(tmp_path) == running
    if sys.platform != "win32":
        assert (tmp_path / server.RUNTIME).stat().st_mode & 0o077 == 0
    assert server.find_running(tmp_path) is None
    (tmp_path / server.RUNTIME).write_text("[]")
    assert server.find_running(tmp_path) is None


@contextmanager
def program(answer: bytes) -> Iterator[int]:
    """Another program that has got the port of a server that has ended: it says the same to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(4096)
                    caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nless",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome",
        b"",
    ],
)
def test_other_program_on_the_port_is_not_taken_for_the_course(tmp_path: Path, answer: bytes) -> None:
    with program(answer) as port:
        running = server.Running(os.getpid(), port, "t")
        assert not running.answers()
        server.write_running(tmp_path, running)
        os.utime(tmp_path / server.RUNTIME, (1, 1))
        assert server.find_running(tmp_path) is None


@pytest.mark.parametrize("field", ["pid", "port"])
@pytest.mark.parametrize("value", [10**30, -1, 0, None, "x"])
def test_runtime_file_with_impossible_numbers_is_nobody(tmp_path: Path, field: str, value: object) -> None:
    (tmp_path / server.RUNTIME).write_text(json.dumps({"pid": 1, "port": 1, "token": "t", field: value}))
    assert server.find_running(tmp_path) is None


def test_server_that_ends_while_it_is_looked_at_is_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The file was read, and the other start removed it at once.
    monkeypatch.setattr(server, "read_running", lambda folder: server.Running(os.getpid(), 9, "t"))
    assert server.find_running(tmp_path) is None


def test_only_the_own_runtime_file_is_removed(tmp_path: Path) -> None:
    ours, theirs = server.Running(1, 9, "a"), server.Running(2, 10, "b")
    server.write_running(tmp_path, theirs)
    server.forget(tmp_path, ours)
    assert server.read_running(tmp_path) == theirs
    with server.alone(tmp_path, lambda: False) as held:
        assert held
        # Another start is at work now: what it writes is not pulled away from under it.
        server.forget(tmp_path, theirs)
    assert server.read_running(tmp_path) == theirs
    server.forget(tmp_path, theirs)
    assert server.read_running(tmp_path) is None


def test_browser_is_given_a_private_page_and_no_token_on_its_command_line(
    tmp_path: Path, material: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    folder = copies.prepare_folder(tmp_path / "õppija kaust")
    running, site = server.Running(1, 9, "salajane"), server.course_site(folder)
    server.show(site, running, open_browser=False)
    assert opened == []
    server.show(site, running, open_browser=True)
    page = folder.root / server.OPENER
    assert opened == [page.as_uri()]
    assert "salajane" not in opened[0]
    if sys.platform != "win32":
        assert page.stat().st_mode & 0o777 == 0o600
    found: list[dict[str, str | None]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(dict(attrs))  # type: ignore[method-assign]
    parser.feed(page.read_text(encoding="utf-8"))
    assert {"http-equiv": "refresh", "content": f"0; url={running.address(site)}"} in found
    server.write_running(folder.root, running)
    server.forget(folder.root, running)
    assert not page.exists()


def test_own_settings_of_jupyter_are_neither_used_nor_removed(tmp_path: Path) -> None:
    own, temporary = tmp_path / "jupyter", tmp_path / "tmp"
    own.mkdir()
    temporary.mkdir()
    (own / "jupyter_server_config.py").write_text("raise SystemExit('own settings were read')")
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(own), "TMPDIR": str(temporary), "HOME": str(tmp_path)}
    environment.pop("JUPYTER_NO_CONFIG", None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = ["course", str(tmp_path), "et", str(taken.getsockname()[1])]
        command = [sys.executable, "-m", "avcourse.views.page.serving", *place]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "already in use" in result.stderr
    assert "own settings" not in result.stderr
    assert (own / "jupyter_server_config.py").exists()
    assert list(temporary.iterdir()) == []


HOME = server.course_site(LearnerFolder(Path("õppija"), "k", "et"))
START = """
import sys
from pathlib import Path
from avcourse.views import server
from avcourse.views.page import copies
copies.material = lambda: Path(sys.argv[1])
sys.exit(server.start(Path(sys.argv[2]), None, 8970, False))
"""


def begin(material: Path, folder: Path) -> subprocess.Popen[str]:
    # What a server that was killed leaves behind goes with the test.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(material.parent)}
    command = [sys.executable, "-c", START, str(material), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_start_tells_the_address_once_and_ends_quietly(tmp_path: Path, material: Path) -> None:
    folder = tmp_path / "d"
    process = begin(material, folder)
    assert process.stdout is not None
    first = process.stdout.readline()
    running = server.read_running(folder)
    assert running is not None
    assert running.address(HOME) in first
    assert running.answers()
    assert not server.Running(running.pid, running.port, "wrong").answers()

    second = begin(material, folder)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert said.count("http://") == 1
    assert running.address(HOME) in said

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest
    assert "http" not in rest
    assert not (folder / server.RUNTIME).exists()
    assert not running.alive()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_server_that_falls_is_told(tmp_path: Path, material: Path) -> None:
    process = begin(material, tmp_path / "d")
    assert process.stdout is not None
    process.stdout.readline()
    running = server.read_running(tmp_path / "d")
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert server.LOG in rest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_two_starts_at_once_open_one_course(tmp_path: Path, material: Path) -> None:
    copies.prepare_folder(tmp_path / "d")
    both = [begin(material, tmp_path / "d") for _ in range(2)]
    patience = time.monotonic() + 60
    while all(process.poll() is None for process in both) and time.monotonic() < patience:
        time.sleep(0.05)
    second, first = sorted(both, key=lambda process: process.poll() is None)
    said, _ = second.communicate(timeout=60)
    running = server.read_running(tmp_path / "d")
    assert running is not None
    assert running.answers()
    assert second.returncode == 0, said
    assert running.address(HOME) in said
    first.send_signal(signal.SIGINT)
    rest, _ = first.communicate(timeout=30)
    assert first.returncode == 0
    assert running.address(HOME) in rest
    assert server.read_running(tmp_path / "d") is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ending_while_the_course_is_still_opening(tmp_path: Path, material: Path) -> None:
    process = begin(material, tmp_path / "d")
    patience = time.monotonic() + 30
    while (running := server.read_running(tmp_path / "d")) is None and time.monotonic() < patience:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "http" not in said
    assert "Traceback" not in said
    assert running is not None
    assert not running.alive()
    assert not (tmp_path / "d" / server.RUNTIME).exists()
