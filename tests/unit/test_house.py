"""The rooms, import rules and fences of docs/architecture.md, read from the code itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import avcourse
from avcourse.course.language import LANGUAGES, words
from avcourse.errors import AvcourseError

ROOT = Path(avcourse.__file__).resolve().parents[1]
LIBRARY = ROOT / "avcourse"
ROOMS = {
    "errors": 0,
    "course": 1,
    "answers": 2,
    "municipality": 3,
    "classroom": 4,
    "measurement": 4,
    "views": 5,
    "cli_words": 6,
    "cli_class": 7,
    "cli": 8,
}
STANDARD_ONLY = ("course/questions.py", "course/language.py", "course/course.py", "course/formats/", "answers/")
FENCES = {
    "nbgrader": ("classroom/",),
    "tornado": ("views/desk/extension",),
    "jupyter_server": ("views/desk/extension", "views/page/"),
    "matplotlib": ("views/charts", "views/explorations/"),
    "anywidget": ("views/forms/",),
    "ipywidgets": ("views/forms/",),
    "jupytext": ("authoring/",),
    "nbformat": ("authoring/",),
    "markdown_it": ("authoring/",),
    "mistune": ("views/markdown",),
}


def imports_of(source: str) -> set[str]:
    """Return every module named by an import anywhere in the source, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def faults_in(name: str, source: str) -> list[str]:
    """Return what breaks the rules in the library file ``name`` (relative to avcourse/)."""
    room = name.split("/")[0].removesuffix(".py")
    faults = []
    for module in sorted(imports_of(source)):
        top, *rest = module.split(".")
        if top == "avcourse" and rest and room not in ("__init__", "__main__"):
            other = rest[0]
            if room == "authoring":
                allowed = other in ("errors", "course", "answers", "authoring")
            elif other == "authoring":
                allowed = room == "cli"
            else:
                allowed = other == room or ROOMS[other] < ROOMS[room]
            if not allowed:
                faults.append(f"{name} imports {module}")
        if top in FENCES and not name.startswith(FENCES[top]):
            faults.append(f"{name} imports {module}")
        outside = top not in sys.stdlib_module_names and top != "avcourse"
        if outside and (name.startswith(STANDARD_ONLY) or name in ("__init__.py", "errors.py")):
            faults.append(f"{name} imports {module}")
    return faults


def library_files() -> list[tuple[str, str]]:
    return [(p.relative_to(LIBRARY).as_posix(), p.read_text(encoding="utf-8")) for p in sorted(LIBRARY.rglob("*.py"))]


def test_imports_run_one_way_and_keep_the_fences() -> None:
    assert [fault for name, source in library_files() for fault in faults_in(name, source)] == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("answers/grading.py", "import numpy"),
        ("answers/grading.py", "from avcourse.views import home"),
        ("classroom/cohort.py", "from avcourse.measurement import gains"),
        ("views/home.py", "def f():\n    import matplotlib.pyplot"),
        ("views/growth.py", "import nbgrader"),
        ("views/desk/roster.py", "from tornado import web"),
        ("views/home.py", "from avcourse.authoring import build"),
        ("authoring/build.py", "from avcourse.classroom import exercise"),
        ("errors.py", "from avcourse.course.language import say"),
    ],
)
def test_a_step_the_other_way_is_found(name: str, source: str) -> None:
    assert faults_in(name, source)


def test_rooms_at_the_top_and_file_sizes() -> None:
    for room in ("content", "course", "solutions", "exercises", "datasets", "avcourse", "tests", "benchmarks", "docs"):
        assert (ROOT / room).is_dir(), room
    forbidden = {"utils", "helpers", "core", "misc", "manager", "src"}
    assert not [name for name, _ in library_files() if forbidden & set(name.removesuffix(".py").split("/"))]
    assert not [name for name, source in library_files() if source.count("\n") > 500]


def test_public_names_are_sorted_and_the_whole_surface() -> None:
    assert avcourse.__all__ == sorted(avcourse.__all__)
    for name in avcourse.__all__:
        assert callable(getattr(avcourse, name)), name
    assert set(dir(avcourse)) == set(avcourse.__all__)
    with pytest.raises(AttributeError):
        avcourse.nothing_of_this_name  # noqa: B018


def test_importing_avcourse_draws_in_nothing_heavy() -> None:
    code = "import avcourse, sys; print([m for m in ('numpy','pandas','ipywidgets','nbgrader','matplotlib','IPython') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def every_error(base: type[AvcourseError] = AvcourseError) -> list[type[AvcourseError]]:
    return [kind for sub in base.__subclasses__() for kind in (sub, *every_error(sub))]


def test_every_error_stands_in_the_tree_and_speaks_both_languages() -> None:
    tree = sys.modules["avcourse.errors"].__doc__ or ""
    for kind in every_error():
        if kind.__module__ == "avcourse.errors":
            assert re.search(rf"── {kind.__name__}\b", tree), kind.__name__
            fields = set(re.findall(r"{(\w+)}", kind.et)), set(re.findall(r"{(\w+)}", kind.en))
            assert kind.et != kind.en
            assert fields[0] == fields[1], kind.__name__


def test_every_word_of_the_interface_stands_in_both_languages() -> None:
    import tomllib

    sources = [tomllib.loads(p.read_text(encoding="utf-8")) for p in sorted((LIBRARY / "course").glob("strings*.toml"))]
    tables = [table for source in sources for table in source]
    assert len(tables) == len(set(tables)), "a table of words stands in one file"
    for table, pairs in [pair for source in sources for pair in source.items()]:
        for key, pair in pairs.items():
            assert set(pair) == set(LANGUAGES), f"{table}.{key}"
            assert all(pair.values()), f"{table}.{key}"
            assert set(re.findall(r"{(\w+)}", pair["et"])) == set(re.findall(r"{(\w+)}", pair["en"])), f"{table}.{key}"
        assert words(table, "et").keys() == words(table, "en").keys()


def test_make_test_runs_every_folder_of_tests() -> None:
    from tests.run import STEPS

    there = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    asked = [word for command in STEPS.values() for word in command if not word.startswith("-")]
    assert there <= set(asked), "a folder of tests needs a line in tests/run.py"
    assert "avcourse" in asked, "the examples in docstrings are tests too"
    assert {"course", "exercises", "solutions"} <= set(asked)


def test_lock_files_hold_pins_and_hashes_and_no_address() -> None:
    for lock in sorted((ROOT / "environment").glob("requirements*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "index-url" not in text
        blocks = [b for b in re.split(r"\n(?=\S)", text) if b.strip() and not b.startswith("#")]
        for block in blocks:
            assert "==" in block.splitlines()[0], block[:60]
            assert "--hash=sha256:" in block, block[:60]
