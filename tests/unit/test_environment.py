"""``environment/make_environment.py`` without network: when it installs, when it starts anew, what it says; and what it installed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISION = ROOT / "docs" / "decisions" / "0002-pip-wheel-in-the-repository.md"


class Desk:
    """The script at work on an environment of the test's own, with a pip that only notes what it was asked."""

    def __init__(self, script: ModuleType, place: Path, asked: list[tuple[str, ...]]) -> None:
        self.script = script
        self.place = place
        self.asked = asked

    def make(self, purpose: str = "run") -> int:
        self.asked.clear()
        self.script.main(purpose)
        return len(self.asked)

    @property
    def marks(self) -> set[str]:
        return {path.name for path in self.place.glob(".installed-*")}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_environment", ROOT / "environment" / "make_environment.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    script, asked = load(), []
    place = tmp_path / "õppija" / ".venv"
    monkeypatch.setattr(script, "PLACE", place)
    monkeypatch.setattr(script, "PYTHON", place / script.PYTHON.relative_to(ROOT / ".venv"))
    monkeypatch.setattr(script, "HERE", tmp_path)
    for name in script.LOCKS.values():
        (tmp_path / name).write_text("a==1")
    monkeypatch.setattr(script, "install", lambda *arguments: asked.append(arguments))
    monkeypatch.setattr(script, "compile_all", lambda packages: asked.append(("compile", packages)))
    return Desk(script, place, asked)


def test_the_wheel_is_the_one_that_was_decided_on() -> None:
    script = load()
    (wheel,) = (ROOT / "environment").glob("*.whl")
    assert wheel == script.PIP
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == script.PIP_SHA256
    assert re.findall(r"\b[0-9a-f]{64}\b", DECISION.read_text(encoding="utf-8")) == [script.PIP_SHA256]
    assert wheel.name in DECISION.read_text(encoding="utf-8")


def test_another_wheel_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = load()
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it was run"))
    monkeypatch.setattr(script, "PIP", tmp_path / "pip.whl")
    for content in (None, b"evil"):
        if content:
            script.PIP.write_bytes(content)
        with pytest.raises(SystemExit, match="puudub või on rikutud"):
            script.install("a")


def test_first_time_installs_and_compiles_its_own_packages_and_the_second_time_nothing(desk: Desk) -> None:
    assert desk.make() == 3
    assert desk.marks == {".installed-run"}
    word, packages = desk.asked[-1]
    assert word == "compile"
    assert Path(packages).is_relative_to(desk.place)
    assert Path(packages).name == "site-packages"
    assert desk.make() == 0
    assert desk.make("test") == 3
    assert desk.marks == {".installed-run", ".installed-test"}
    assert desk.make("run") == desk.make("test") == 0


def test_changed_lock_installs_into_the_same_environment(desk: Desk) -> None:
    desk.make()
    (desk.place / "kept").write_text("")
    (desk.script.HERE / "requirements.txt").write_text("a==2")
    assert desk.make() == 3
    assert (desk.place / "kept").exists()


@pytest.mark.parametrize("change", ["other version", "no settings", "python that does not run", "no python"])
def test_environment_of_another_python_is_made_anew(desk: Desk, change: str) -> None:
    desk.make()
    (desk.place / "kept").write_text("")
    settings = desk.place / "pyvenv.cfg"
    if change == "other version":
        settings.write_text(re.sub(r"(?m)^version = .*", "version = 3.10.2", settings.read_text()))
    elif change == "no settings":
        settings.unlink()
    else:
        desk.script.PYTHON.unlink()
        if change == "python that does not run":
            desk.script.PYTHON.write_text("#!/no/such/python\n")
            desk.script.PYTHON.chmod(0o755)
    assert desk.make() == 3
    assert not (desk.place / "kept").exists()
    assert desk.script.is_ours()


def test_patch_release_of_python_keeps_the_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.make()
    (desk.place / "kept").write_text("")
    monkeypatch.setattr(sys, "version", "3.11.99 (main)")
    assert desk.make() == 3
    assert (desk.place / "kept").exists()


def test_failing_pip_is_told_in_a_sentence_and_tried_again_next_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.make()
    (desk.script.HERE / "requirements.txt").write_text("a==2")
    with monkeypatch.context() as patch:

        def refuse(*arguments: str) -> None:
            raise subprocess.CalledProcessError(1, list(arguments))

        patch.setattr(desk.script, "install", refuse)
        with pytest.raises(SystemExit) as ended:
            desk.make()
    assert "võrk või pakettide hoidla" in str(ended.value)
    assert "the network or the package index cannot be reached" in str(ended.value)
    assert desk.marks == set()
    assert desk.make() == 3


def test_place_that_cannot_be_written_is_told_in_a_sentence(desk: Desk) -> None:
    desk.place.parent.write_text("a file where the folder should be")
    with pytest.raises(SystemExit, match="Kontrollige kettaruumi"):
        desk.make()


@pytest.mark.slow
def test_unreachable_index_is_a_sentence_below_the_words_of_pip(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, importlib.util as u\n"
        "spec = u.spec_from_file_location('m', sys.argv[1]); m = u.module_from_spec(spec); spec.loader.exec_module(m)\n"
        "m.PLACE = pathlib.Path(sys.argv[2]); m.PYTHON = m.PLACE / m.PYTHON.relative_to(m.ROOT / '.venv')\n"
        "m.main('run')"
    )
    environment = {**os.environ, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_NO_INPUT": "1"}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PYTHONUTF8": "1"}
    script = str(ROOT / "environment" / "make_environment.py")
    result = subprocess.run(
        [sys.executable, "-c", code, script, str(tmp_path / ".venv")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.index("ERROR") < result.stderr.index("Kursuse keskkonda ei saanud paigaldada")


def test_packages_of_the_environment_are_asked_of_its_own_python(tmp_path: Path) -> None:
    script = load()
    script.PLACE = tmp_path / "venv"
    script.PYTHON = script.PLACE / script.PYTHON.relative_to(ROOT / ".venv")
    assert script.ask("1") is None
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(script.PLACE)
    (script.PLACE / "lib" / "python3.1" / "site-packages").mkdir(parents=True)
    assert "python3.1/" not in str(script.ask("sysconfig.get_path('purelib')"))


def test_jupyterlab_has_its_widgets(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path), "NO_COLOR": "1"}
    environment.pop("JUPYTER_NO_CONFIG", None)
    command = [sys.executable, "-m", "jupyter", "labextension", "list"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    said = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)
    assert result.returncode == 0, said
    for name in ("anywidget", "@jupyter-widgets/jupyterlab-manager"):
        assert re.search(rf"(?m)^\s*{re.escape(name)} v\S+ enabled OK", said), said
