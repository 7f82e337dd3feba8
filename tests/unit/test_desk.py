"""The trainer's desk without a browser: what it answers, what it refuses, and how long work is watched."""

from __future__ import annotations

import http.client
import io
import json
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.language import LANGUAGES, say
from avcourse.errors import KeysMissing
from avcourse.views import server
from avcourse.views.desk import jobs, opening, parts
from avcourse.views.desk.dispatch import SAVE, Desk, Reply, Request
from avcourse.views.desk.jobs import JobGoesOn
from avcourse.views.desk.lobby import find_classes, suggest_id
from avcourse.views.desk.parts import APART, find_part
from avcourse.views.desk.visit import Asked, Upload

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    place = tmp_path / "klassid"
    new_class(place / "sygis", "sygis", "et")
    return Desk(place, "/avcourse/desk/", "/avcourse/desk-static/")


@pytest.fixture
def sygis(desk: Desk) -> ClassFolder:
    return find_classes(desk.place)["sygis"]


def get(desk: Desk, *steps: str, **query: str) -> Reply:
    return desk.respond(Request(steps, "et", query, xsrf="luba"))


def post(desk: Desk, *steps: str, wants_data: bool = False, **fields: str) -> Reply:
    return desk.respond(Request(steps, "et", {}, Asked(fields), "luba", wants_data))


def follow(desk: Desk, reply: Reply) -> Reply:
    """Go where a reply leads, as a browser would."""
    assert reply.status == 303
    assert reply.to is not None
    path, _, query = reply.to.partition("?")
    steps = (urllib.parse.unquote(step) for step in path.removeprefix("/avcourse/desk/").split("/") if step)
    return get(desk, *steps, **dict(urllib.parse.parse_qsl(query)))


# Pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["", *(part.id for part in parts.find_parts())])
def test_every_page_of_a_new_class_speaks_both_languages(desk: Desk, part: str, language: str) -> None:
    steps = ("sygis", part) if part else ("sygis",)
    reply = desk.respond(Request(steps, language))  # type: ignore[arg-type]
    assert reply.status == 200
    assert f'<html lang="{language}">' in reply.body
    assert len(re.findall("<h1", reply.body)) == 1
    assert not re.search(r"<(script|style)[^>]*>[^<]|style=|onclick=", reply.body), (
        "nothing inline: the policy forbids it"
    )


def test_list_has_classes_only_and_their_names_as_text(desk: Desk) -> None:
    (desk.place / "pildid").mkdir()
    (desk.place / "katki").mkdir()
    (desk.place / "katki" / "class.toml").write_text("id = ")
    new_class(desk.place / EVIL, "evil", "en")
    body = get(desk).body
    assert "pildid" not in body
    assert "katki" not in body
    assert EVIL not in body
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in body
    page = get(desk, EVIL)
    assert page.status == 200
    assert EVIL not in page.body


def test_a_roster_of_thousands_is_no_page_of_thousands(desk: Desk, sygis: ClassFolder) -> None:
    rows = "".join(f"k-{number:04d},\n" for number in range(5000))
    (sygis.root / "roster.csv").write_text("student,group\n" + rows, encoding="utf-8")
    page = get(desk, "sygis", "roster")
    assert page.body.count('role="rowheader"') == 200
    assert say("desk-submissions.more", "et", count=4800) in page.body
    found = get(desk, "sygis", "roster", find="K-477")
    assert re.findall(r"k-\d{4}", found.body) == [f"k-477{digit}" for digit in range(10)]
    assert EVIL not in get(desk, "sygis", "roster", find=EVIL).body


@pytest.mark.parametrize(
    "steps",
    [
        ("..",),
        (".",),
        ("../klassid/sygis",),
        ("/etc",),
        ("sygis/../sygis",),
        ("muu",),
        ("sygis", ".."),
        ("sygis", "dispatch"),
        ("sygis", "roster", "save", "../class.toml"),
        ("sygis", "roster", "save", "muu"),
    ],
)
def test_addresses_that_lead_nowhere_end_in_a_sentence(desk: Desk, steps: tuple[str, ...]) -> None:
    reply = get(desk, *steps)
    assert reply.status == 404
    assert "Sellist lehte ei ole." in reply.body
    assert reply.download is None


def test_what_goes_wrong_unexpectedly_is_one_sentence_without_a_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from avcourse.views.desk import roster

    def fail(visit: object) -> str:
        raise ZeroDivisionError("saladus")

    monkeypatch.setattr(roster, "page", fail)
    reply = get(desk, "sygis", "roster")
    assert reply.status == 500
    assert say("desk.failed", "et") in reply.body
    assert say("desk.part-backups", "et") in reply.body, "the other parts are a press away"
    assert "saladus" not in reply.body
    assert "Traceback" not in reply.body


# Forms


def test_new_class_gets_its_id_from_its_name_and_is_shown(desk: Desk) -> None:
    reply = post(desk, action="new", name="Kevad 2027: Võru & Põlva", language="en")
    page = follow(desk, reply)
    assert page.status == 200
    made = find_classes(desk.place)["kevad-2027-voru-polva"]
    assert (made.id, made.language, made.exchange) == ("kevad-2027-voru-polva", "en", made.root / "exchange")
    assert "on valmis" in page.body
    assert "on valmis" not in follow(desk, reply).body, "a sentence is told once"


def test_refused_form_keeps_what_was_typed_and_changes_nothing(desk: Desk) -> None:
    reply = post(desk, action="new", name='Sygis"><b>', id="sygis", exchange="/jagatud/ketas", language="en")
    assert reply.status == 422
    assert "on juba olemas" in reply.body
    assert 'value="Sygis&quot;&gt;&lt;b&gt;"' in reply.body
    assert 'value="/jagatud/ketas"' in reply.body
    assert re.search(r'value="en" checked', reply.body)
    assert list(find_classes(desk.place)) == ["sygis"]


@pytest.mark.parametrize(("name", "class_id"), [("???", ""), ("a" * 300, "a" * 64), ("../..", ""), ("Õ ä", "o-a")])
def test_ids_made_of_names_are_plain(name: str, class_id: str) -> None:
    assert suggest_id(name) == class_id


@pytest.mark.parametrize("class_id", ["../väljas", "UUS", "a b", "."])
def test_id_that_is_no_folder_name_is_refused(desk: Desk, class_id: str) -> None:
    before = sorted(desk.place.parent.rglob("*"))
    assert post(desk, action="new", name="Uus", id=class_id).status == 422
    assert sorted(desk.place.parent.rglob("*")) == before


@pytest.mark.parametrize("steps", [(), ("sygis",), ("sygis", "roster")])
def test_unknown_action_is_told_and_changes_nothing(desk: Desk, sygis: ClassFolder, steps: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in sygis.root.rglob("*") if path.is_file()}
    assert post(desk, *steps, action="kustuta").status == 422
    assert {path: path.read_bytes() for path in sygis.root.rglob("*") if path.is_file()} == before


def test_script_that_asks_gets_data(desk: Desk) -> None:
    refused = post(desk, "sygis", wants_data=True, action="kustuta")
    assert (refused.status, refused.kind) == (422, "application/json")
    assert json.loads(refused.body)["ok"] is False
    stopped = json.loads(post(desk, "sygis", wants_data=True, action="stop").body)
    assert stopped["ok"] is True
    assert stopped["sentence"]


def test_roster_is_read_shown_and_taken_back_with_names_only_on_request(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "nimed"))
    data = f"Nimi;Rühm\n{EVIL};A\nMari Mets;B\n".encode()
    asked = Asked({"action": "upload"}, {}, {"file": (Upload("klass.csv", data),)})
    page = follow(desk, desk.respond(Request(("sygis", "roster"), "et", {}, asked)))
    assert "Mari Mets" not in page.body
    assert say("desk-roster.members", "et", count=2) in page.body
    named = get(desk, "sygis", "roster", names="show").body
    assert "Mari Mets" in named
    assert EVIL not in named
    assert "Mari Mets" not in get(desk, "sygis", "submissions").body
    assert "Mari Mets" not in get(desk, "sygis").body
    follow(desk, post(desk, "sygis", "roster", action="undo"))
    assert "Mari Mets" not in get(desk, "sygis", "roster", names="show").body


def test_file_that_fits_nothing_is_refused_by_name(desk: Desk) -> None:
    asked = Asked({"action": "upload"}, {}, {"file": (Upload("pilt.csv", b"\x00\xff"),)})
    reply = desk.respond(Request(("sygis", "roster"), "et", {}, asked))
    assert reply.status == 422
    assert "pilt.csv" in reply.body


def test_card_is_saved_under_its_own_name(desk: Desk, sygis: ClassFolder) -> None:
    Path(sygis.root / "roster.csv").write_text("student,group\nk3f9-q7mw,\n")
    (sygis.root / "card" / "k3f9-q7mw").mkdir()
    (sygis.root / "card" / "k3f9-q7mw" / "class.toml").write_text("oma")
    all_cards = get(desk, "sygis", "roster", "save", "cards").download
    assert all_cards is not None
    assert zipfile.ZipFile(io.BytesIO(all_cards.data)).read("k3f9-q7mw/class.toml") == b"oma"
    saved = get(desk, "sygis", "roster", "save", "card").download
    assert saved is not None
    assert saved.name == "class.toml"
    assert saved.data == (sygis.root / "card" / "class.toml").read_bytes()


def test_practice_class_is_made_by_the_worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(jobs, "begin", lambda folder, words: begun.append((folder.root.name, words)))
    for _ in range(2):
        page = follow(desk, post(desk, action="practice"))
        assert say("desk.rehearsal", "et") in page.body, "it says so before the first invented answer is there"
    assert begun == [(f"harjutusklass-{number}", ("rehearsal", "79")) for number in (1, 2)]


# Long work


def ended(sygis: ClassFolder) -> jobs.Job:
    patience = time.monotonic() + 60
    while (job := jobs.read_job(sygis)).state == "working":
        assert time.monotonic() < patience
        time.sleep(0.05)
    return job


def test_work_that_cannot_be_done_says_so_on_the_page_in_both_languages(desk: Desk, sygis: ClassFolder) -> None:
    follow(desk, post(desk, "sygis", action="run"))
    assert ended(sygis).state == "refused"
    for language in LANGUAGES:
        body = desk.respond(Request(("sygis",), language)).body
        assert say("desk-job.refused", language, what=say("desk-job.run", language)) in body
        assert say("desk-class.release", language) in body, "the button is there again"


WORKER = """
import json, sys, time
from pathlib import Path
from typing import Any, ClassVar
from avcourse.classroom.workspace import open_class
from avcourse.views.desk.jobs import JOB, holding
folder = open_class(Path(sys.argv[1]))
with holding(folder) as held:
    lines = [{"begun": time.time(), "words": ["run"], "pid": 1}, {"done": 1, "total": 4, "word": "grading", "at": time.time() - 9}]
    lines.append({"done": 3, "total": 4, "word": "grading", "at": time.time()})
    (folder.root / JOB).write_text("".join(json.dumps(line) + "\\n" for line in lines) + '{"done": 4, "to')
    print(held, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def worker(sygis: ClassFolder) -> Iterator[subprocess.Popen[str]]:
    """A worker in the middle of its work, its last line half written."""
    process = subprocess.Popen([sys.executable, "-c", WORKER, str(sygis.root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def test_work_is_shown_with_its_progress_and_is_alone(
    desk: Desk, sygis: ClassFolder, worker: subprocess.Popen[str]
) -> None:
    job = jobs.read_job(sygis)
    assert (job.state, job.done, job.total, job.word) == ("working", 3, 4, "grading")
    assert job.left is not None
    assert 3 < job.left < 6
    page = get(desk, "sygis")
    assert '<progress aria-labelledby="job-title" max="4" value="3">' in page.body
    assert "75 %" in page.body
    assert '<noscript><meta http-equiv="refresh"' in page.body, "without script the page looks again by itself"
    refused = post(desk, "sygis", action="run")
    assert refused.status == 422
    assert JobGoesOn().sentence("et").split(".")[0] in refused.body


def test_killed_work_is_noticed_and_the_button_is_there_again(
    desk: Desk, sygis: ClassFolder, worker: subprocess.Popen[str]
) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert jobs.read_job(sygis).state == "died"
    body = get(desk, "sygis").body
    assert say("desk-job.died", "et", what=say("desk-job.run", "et")) in body
    follow(desk, post(desk, "sygis", action="again"))
    assert ended(sygis).state == "refused", "it was begun again with the same words; nothing is released"
    body = get(desk, "sygis").body
    assert say("desk-class.release", "et") in body
    assert "http-equiv" not in body


def test_worker_that_is_told_to_stop_says_so(sygis: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import signal, sys, time; from pathlib import Path; from avcourse.classroom.workspace import open_class; "
        "from avcourse.views.desk import work; work.STEPS = {'run': lambda *_: time.sleep(600)}; "
        "signal.signal(signal.SIGTERM, work._stop); sys.exit(work.work(open_class(Path(sys.argv[1])), ['run']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(sygis.root)])
    patience = time.monotonic() + 30
    while jobs.read_job(sygis).state != "working":
        assert time.monotonic() < patience
        time.sleep(0.05)
    assert jobs.stop(sygis)
    process.wait(30)
    assert jobs.read_job(sygis).state == "stopped"
    assert not jobs.stop(sygis)


# The server


def test_learners_installation_has_no_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "keys_path", lambda: tmp_path / "solutions" / "keys.json")
    with pytest.raises(KeysMissing):
        opening.open_desk(tmp_path / "klassid", "et", open_browser=False)
    assert not (tmp_path / "klassid").exists()


@dataclass
class Browser:
    """As much of a browser as forms need: it keeps cookies and does not follow."""

    running: server.Running
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        kind: str = "application/x-www-form-urlencoded",
        accept: str = "text/html",
    ) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept": accept}
        headers |= {"Content-Type": kind} if body is not None else {}
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        for value in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.split(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer, text

    def send(self, path: str, accept: str = "text/html", **fields: str) -> tuple[http.client.HTTPResponse, str]:
        return self.ask(path, urllib.parse.urlencode(fields).encode(), accept=accept)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    place = tmp_path_factory.mktemp("desk") / "minu klassid"
    new_class(place / "sygis", "sygis", "et")
    site = server.Site(place, "et", "desk", "avcourse/desk/", "desk-start", place)
    process, found = server.launch(site, 9140)
    assert process.poll() is None, (place / server.LOG).read_text()
    yield found
    server.end(process, found)


@pytest.fixture
def browser(running: server.Running) -> Browser:
    browser = Browser(running)
    answer, _ = browser.ask(f"/avcourse/desk/?token={running.token}")
    assert answer.status == 200
    return browser


def test_who_has_no_token_sees_nothing(running: server.Running) -> None:
    answer, body = Browser(running).ask("/avcourse/desk/sygis/")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/login")
    assert "sygis" not in body


def test_page_may_load_nothing_from_elsewhere_and_is_not_kept(browser: Browser) -> None:
    answer, _ = browser.ask("/avcourse/desk/sygis/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_form_without_its_token_is_refused_in_a_sentence(browser: Browser) -> None:
    answer, body = browser.send("/avcourse/desk/", action="new", name="Võõras")
    assert answer.status == 403
    assert say("desk.expired", "et") in body
    assert find_of(browser) == ["sygis"]
    told, data = browser.send("/avcourse/desk/", accept="application/json", action="new", name="Võõras")
    assert told.status == 403
    assert json.loads(data)["ok"] is False


def find_of(browser: Browser) -> list[str]:
    return re.findall(r'class="desk-class-name"><a href="/avcourse/desk/([^/]+)/', browser.ask("/avcourse/desk/")[1])


def test_form_with_its_token_is_done(browser: Browser) -> None:
    _, page = browser.ask("/avcourse/desk/sygis/")
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert token is not None
    answer, _ = browser.send("/avcourse/desk/sygis/", action="stop", _xsrf=token[1])
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/avcourse/desk/sygis/")


@pytest.mark.parametrize(
    "path", ["%2e%2e/", "..%2fsygis/", "sygis%2f..%2fsygis/", "sygis/roster/save/..%2f..%2fclass.toml/"]
)
def test_quoted_paths_lead_nowhere(browser: Browser, path: str) -> None:
    answer, body = browser.ask(f"/avcourse/desk/{path}")
    assert answer.status == 404
    assert "<h1>" in body


def test_too_large_a_form_is_refused_in_a_sentence(browser: Browser) -> None:
    _, page = browser.ask("/avcourse/desk/sygis/roster/")
    token = re.search(r'name="_xsrf" value="([^"]+)"', page)
    assert token is not None
    head = f'--x\r\nContent-Disposition: form-data; name="_xsrf"\r\n\r\n{token[1]}\r\n--x\r\n'.encode()
    head += b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head + b"a" * (33 * 1024**2) + b"\r\n--x--\r\n"
    answer, said = browser.ask("/avcourse/desk/sygis/roster/", body, "multipart/form-data; boundary=x")
    assert answer.status == 413
    assert say("desk.too-large", "et") in said


def test_download_names_its_file(browser: Browser) -> None:
    answer, body = browser.ask("/avcourse/desk/sygis/roster/save/card/")
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"class.toml\"; filename*=UTF-8''class.toml"
    assert 'id = "sygis"' in body


def test_language_is_chosen_once_and_stays(browser: Browser) -> None:
    answer, _ = browser.ask("/avcourse/desk/sygis/roster/?names=show&lang=en")
    assert (answer.status, answer.headers["Location"]) == (303, "/avcourse/desk/sygis/roster/?names=show")
    assert '<html lang="en">' in browser.ask("/avcourse/desk/")[1]
    away, _ = browser.ask("//evil.example/avcourse/desk/?lang=et")
    assert "evil.example" not in (away.headers.get("Location") or "").split("/")[2:3]


def test_progress_is_data_for_the_page(browser: Browser) -> None:
    answer, body = browser.ask("/avcourse/desk/sygis/overview/job/", accept="application/json")
    assert answer.status == 200
    assert json.loads(body)["state"] == "none"
    assert browser.ask("/avcourse/desk/muu/overview/job/")[0].status == 404


def test_files_of_the_desk_are_there_and_nothing_beside_them(browser: Browser) -> None:
    for name in ("page.css", "parts.css", "desk.css", "desk.js", "mark.svg"):
        assert browser.ask(f"/avcourse/desk-static/{name}")[0].status == 200
    for name in ("../dispatch.py", "%2e%2e/dispatch.py", "dispatch.py"):
        assert browser.ask(f"/avcourse/desk-static/{name}")[0].status in (403, 404)


def test_jupyterlab_gets_the_card_from_the_desk_only(browser: Browser, tmp_path: Path) -> None:
    from avcourse.views.page.settings import server_settings

    answer, entry = browser.ask("/lab/extensions/@avcourse/desk/static/remoteEntry.js")
    assert answer.status == 200
    assert '_JUPYTERLAB["@avcourse/desk"]' in entry
    assert "avcourse/desk" not in str(server_settings(tmp_path, "et", 1))
    assert "views.desk" not in str(server_settings(tmp_path, "et", 1))


def test_backup_is_saved_and_comes_back_as_a_class_of_its_own(desk: Desk, sygis: ClassFolder) -> None:
    saved = get(desk, "sygis", "backups", "save", "class").download
    assert saved is not None
    assert saved.name.startswith("sygis-")
    asked = Asked({"action": "restore"}, {}, {"backup": (Upload(saved.name, saved.data),)})
    page = follow(desk, desk.respond(Request((), "et", {}, asked)))
    assert page.status == 200
    names = list(find_classes(desk.place))
    assert len(names) == 2
    assert names[1].startswith("sygis-")


@pytest.mark.parametrize("name", ["..", "\U0001f600" * 200 + ".zip", "...", "\x00"])
def test_a_backup_of_any_name_is_refused_in_a_sentence(desk: Desk, name: str) -> None:
    asked = Asked({"action": "restore"}, {}, {"backup": (Upload(name, b"katki"),)})
    assert desk.respond(Request((), "et", {}, asked)).status == 422
    assert list(find_classes(desk.place)) == ["sygis"]


def test_file_that_is_no_backup_leaves_nothing_behind(desk: Desk) -> None:
    before = sorted(desk.place.rglob("*"))
    asked = Asked({"action": "restore"}, {}, {"backup": (Upload("../../pahatahtlik.zip", b"PK\x03\x04 katki"),)})
    reply = desk.respond(Request((), "et", {}, asked))
    assert reply.status == 422
    assert "pahatahtlik.zip" in reply.body
    assert sorted(desk.place.rglob("*")) == before


def test_on_a_hub_everything_stands_under_the_persons_own_address(tmp_path: Path) -> None:
    from traitlets.config import Configurable

    from avcourse.views.desk.extension import _load_jupyter_server_extension, thread_of
    from avcourse.views.desk.settings import desk_settings

    class WebApp:
        settings: ClassVar[dict[str, Any]] = {"base_url": "/user/mari/"}
        handlers: ClassVar[list[tuple[Any, ...]]] = []

        def add_handlers(self, host: str, handlers: list[tuple[Any, ...]]) -> None:
            self.handlers.extend(handlers)

    class Server(Configurable):
        web_app = WebApp()

    new_class(tmp_path / "sygis", "sygis", "et")
    _load_jupyter_server_extension(Server(config=desk_settings(tmp_path, "en")))
    pages, files = (re.compile(row[0] + "$") for row in WebApp.handlers)
    assert pages.match("/user/mari/avcourse/desk/sygis/roster/")
    assert not pages.match("/user/mari/avcourse/desks")
    assert files.match("/user/mari/avcourse/desk-static/desk.css")
    assert WebApp.settings["avcourse_desk_language"] == "en"
    addresses = re.findall(r'(?:href|src)="(/[^"]*)"', get(WebApp.settings["avcourse_desk"], "sygis").body)
    assert len(addresses) > 10
    assert all(address.startswith("/user/mari/avcourse/desk") for address in addresses)
    asked = [Request(("sygis", "lessons", *rest), "et") for rest in ((), ("save", "handout"))]
    threads = [WebApp.settings[thread_of(request)] for request in asked]
    assert threads[0] is not threads[1], "a handout takes seconds: the desk answers meanwhile"


def test_what_is_answered_apart_is_a_file_and_changes_nothing() -> None:
    from avcourse.views.desk.extension import thread_of

    for part, step, name in APART:
        found = find_part(part)
        assert found is not None
        assert step == SAVE
        assert name in found.downloads
        form = Request(("sygis", part, step, name), "et", {}, Asked({"action": "forget"}))
        assert thread_of(form) == "avcourse_desk_thread"
