"""The learner's wheel, installed away from the checkout: it opens the course, and says in words what it cannot do. No browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from avcourse.course.course import load_course
from avcourse.course.language import say
from avcourse.errors import NotInClass

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Installed:
    """avcourse as a learner has it: from the wheel, in a folder of its own."""

    site: Path
    desk: Path

    def begin(self, *command: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.site), "AVCOURSE_LANG": "et", "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.desk,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, *command: str) -> tuple[int, str]:
        process = self.begin(*command)
        said, _ = process.communicate(timeout=120)
        return process.returncode, said


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (wheel,) = place.glob("avcourse-*.whl")
    (pip,) = (ROOT / "environment").glob("pip-*.whl")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    environment = {**os.environ, "PYTHONPATH": str(pip), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([*command, str(place / "site"), str(wheel)], check=True, env=environment)
    (place / "laud").mkdir()
    return Installed(place / "site", place / "laud")


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    code, said = installed.run("-c", "import avcourse; print(avcourse.__file__)")
    assert code == 0
    assert Path(said.strip()).is_relative_to(installed.site)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_course_opens_from_the_wheel_once_and_ends_quietly(installed: Installed) -> None:
    start = ["-m", "avcourse", "start", "--dir", str(installed.desk / "õppija"), "--no-browser", "--port", "9200"]
    process = installed.begin(*start)
    assert process.stdout is not None
    first = process.stdout.readline()
    try:
        found = re.search(r"http://127\.0\.0\.1\S+", first)
        assert found is not None, first
        address = found[0]
        opener = build_opener(ProxyHandler({}))
        course = load_course()
        (lesson,) = (installed.desk / "õppija" / "et").glob("01_*.ipynb")
        for name, title in (("index.ipynb", course.title.et), (lesson.name, course.module("m01").title.et)):
            with opener.open(address.replace("index.ipynb", name), timeout=120) as answer:
                text = answer.read().decode("utf-8")
            assert answer.status == 200
            assert f"{course.title.et}</title>" in text
            assert title in text
            # Every cell ran to its end, with the wheel's own datasets.
            assert "coursePage.finish()" in text
            assert '<p class="notice failed">' not in text

        code, said = installed.run(*start)
        assert code == 0
        assert re.findall(r"http://\S+", said) == [address]
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == say("start.closed", "et", folder=installed.desk / "õppija" / "answers")


def test_submitting_without_a_class_is_a_sentence(installed: Installed) -> None:
    folder = installed.desk / "üksi"
    code, _ = installed.run(
        "-c",
        f"from pathlib import Path; from avcourse.views.page.copies import *; prepare_folder(Path({str(folder)!r}))",
    )
    assert code == 0
    code, said = installed.run("-m", "avcourse", "submit", "eeltest", "--dir", str(folder))
    assert (code, said.strip()) == (1, NotInClass(folder=folder).sentence("et"))


def test_commands_of_authors_are_a_sentence(installed: Installed) -> None:
    code, said = installed.run("-m", "avcourse", "check")
    assert code == 1
    assert said.count("\n") == 1
    assert said.rstrip().endswith(".")
