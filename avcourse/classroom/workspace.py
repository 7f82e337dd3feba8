"""The class folder: what makes a folder a class, and what stands in it.

``class.toml`` is the truth; ``nbgrader_config.py`` and the card are written from it, so that plain nbgrader and
formgrader find the same class. nbgrader itself is not imported here.
"""

from __future__ import annotations

import errno
import os
import stat
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from avcourse.answers.folder import CARD, CLASS_ID, toml_string
from avcourse.course.language import Language, Text, as_language, say
from avcourse.errors import ClassExists, ClassIdWrong, FolderNotWritable, NotAClass, NothingReleased

WINDOWS: bool = os.name == "nt"
"""nbgrader's exchange refuses Windows; there answers are sent by hand."""
KEYS: Final = "keys.json"
STAMP: Final = "timestamp.txt"
INBOX: Final = "inbox"
PRIVATE: Final = ("source", "submitted", "autograded", INBOX)
"""Keys and answers. On a hub every learner has an account on the same disk and may pass here to the exchange."""
_STAMP_FORMAT: Final = "%Y-%m-%d %H:%M:%S.%f UTC"
"""How nbgrader writes the time of a submission, into a file and into the name of a folder in the exchange."""

_CONFIG: Final = """\
# Written by "avcourse class new"; class.toml is the truth. Plain nbgrader and formgrader read this file.
from pathlib import Path

c = get_config()
c.CourseDirectory.course_id = {course}
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.Exchange.root = {exchange}
# Pseudonyms are not account names, and in a room everybody may share one account; "avcourse class collect" checks
# owners its own way.
c.ExchangeCollect.check_owner = False
"""


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """A trainer's class: its folder, id, first language, and the exchange through which notebooks and answers go."""

    root: Path
    id: str
    language: Language
    exchange: Path

    @property
    def database(self) -> str:
        """Return the address of the gradebook, as nbgrader and SQLAlchemy write it."""
        return f"sqlite:///{self.gradebook}"

    @property
    def gradebook(self) -> Path:
        """Return the file of the gradebook."""
        return self.root / "gradebook.db"

    @property
    def log(self) -> Path:
        """Return the file that nbgrader's messages go to."""
        return self.root / "avcourse.log"

    @property
    def inbound(self) -> Path:
        """Return the folder of the exchange that submissions come into."""
        return self.exchange / self.id / "inbound"

    def source(self, assignment: str) -> Path:
        """Return the notebook of an assignment with its keys."""
        return self.root / "source" / assignment / f"{assignment}.ipynb"

    def released(self, assignment: str) -> Path:
        """Return the notebook of an assignment as learners get it."""
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def assignments(self) -> tuple[str, ...]:
        """Return the assignments that have been released, in the order of their names."""
        return tuple(sorted(path.parent.name for path in (self.root / "release").glob("*/*.ipynb")))

    def check_released(self) -> None:
        """Find out before the work begins that there is nothing to do it with.

        Raises
        ------
        NothingReleased
            If nothing has been released to the class, or the release stopped before the keys.
        """
        if not self.assignments() or not (self.root / KEYS).is_file():
            raise NothingReleased(path=self.root)


def printable(name: object) -> str:
    r"""Return a name that somebody else gave, fit for a terminal and a file: U+FFFD for all that cannot be printed.

    Examples
    --------
    >>> printable("eeltest\x1b[2J.zip"), printable("m\udcff")
    ('eeltest�[2J.zip', 'm�')
    """
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(name))


@dataclass(frozen=True, slots=True)
class SubmissionProblem:
    """Something that the trainer should know about a submission: whose, of what, and what is the matter.

    ``kind`` is a word of table ``[class]`` in ``strings.toml``, filled with ``fields``. Names are as they were found; the
    sentences have them printable.
    """

    student: str
    assignment: str
    kind: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def what(self, language: Language) -> str:
        """Return what is the matter."""
        return say(f"class.{self.kind}", language, **self._printable(language))

    def mend(self, language: Language) -> str:
        """Return what to do about it."""
        return say(f"class.{self.kind}-mend", language, **self._printable(language))

    def sentence(self, language: Language) -> str:
        """Return whose submission it is, what is the matter and what to do."""
        whose = f"{printable(self.student)}, {printable(self.assignment)}"
        return f"{whose}: {self.what(language)} {self.mend(language)}"

    def _printable(self, language: Language) -> dict[str, str]:
        fields = {key: value.in_(language) if isinstance(value, Text) else value for key, value in self.fields.items()}
        return {name: printable(value) for name, value in fields.items()}


class Refused(Exception):
    """A submission that is left where it lies, with its problem."""

    def __init__(self, problem: SubmissionProblem) -> None:
        self.problem = problem
        super().__init__(problem.kind)


def read_regular(path: Path, limit: int) -> bytes:
    """Return at most ``limit`` bytes of a regular file that somebody else put there.

    Raises
    ------
    OSError
        If there is no file, or a symbolic link (``ELOOP``), or something that could hold up or lead away whoever opens
        it.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    # O_NOFOLLOW closes the gap after the check above; O_NONBLOCK keeps a named pipe from holding up the whole class.
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    number = os.open(path, os.O_RDONLY | sum(flags))
    with os.fdopen(number, "rb") as stream:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return stream.read(limit)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read; one that is there keeps what it holds.

    A file that is made readable to all and closed afterwards could be read in between, or for ever if the work stops.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    path.chmod(0o600)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    partial = path.with_name(f".{path.name}.part")
    with suppress(FileNotFoundError):
        partial.unlink()
    make_private(partial)
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        # Without it a power cut can leave the new name with nothing behind it.
        os.fsync(stream.fileno())
    partial.replace(path)


def now_utc() -> datetime:
    """Return the time as the gradebook has it: UTC, without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def received(stated: datetime, status: os.stat_result, now: datetime) -> datetime:
    """Return when something was handed in: as it says itself or, where that is still to come, as the disk says.

    A laptop's clock may be a year ahead. Its time must not shut out what is handed in later, nor change from one
    collecting to the next. Nothing is later than ``now``.
    """
    if stated <= now:
        return stated
    # The owner of a file can set its time of change, but not the other one.
    seen = min(max(status.st_mtime, 0.0), status.st_ctime)
    return min(datetime.fromtimestamp(seen, UTC).replace(tzinfo=None), now)


def stamp_text(at: datetime) -> str:
    """Return a time as ``parse_stamp`` reads it.

    Examples
    --------
    >>> stamp_text(datetime(2026, 11, 22, 10))
    '2026-11-22 10:00:00.000000 UTC'
    """
    return f"{at.isoformat(sep=' ', timespec='microseconds')} UTC"


def parse_stamp(text: str) -> datetime | None:
    """Return nbgrader's time of a submission as the gradebook has it (UTC, without zone), or None where it is none.

    Examples
    --------
    >>> parse_stamp("2026-11-22 10:00:00.000000 UTC")
    datetime.datetime(2026, 11, 22, 10, 0)
    """
    try:
        return datetime.strptime(text.strip(), _STAMP_FORMAT)
    except ValueError:
        return None


def read_stamp(folder: Path) -> datetime | None:
    """Return when the submission in ``folder`` was made, or None where that cannot be read."""
    try:
        return parse_stamp(read_regular(folder / STAMP, 100).decode("utf-8"))
    except (OSError, ValueError):
        return None


def _class_text(class_id: str, language: Language, exchange: Path) -> str:
    return (
        "# See on avcourse’i klass. / This is a class of avcourse.\n"
        f"id = {toml_string(class_id)}\n"
        f"language = {toml_string(language)}\n"
        f"exchange = {toml_string(str(exchange))}\n"
    )


def card_text(class_id: str, exchange: Path, student: str | None = None) -> str:
    """Return a class card: the class's, or that of one participant."""
    return (
        "# Klassikaart: avcourse join class.toml --dir KAUST / Class card: avcourse join class.toml --dir DIR\n"
        f"id = {toml_string(class_id)}\n"
        f"exchange = {toml_string(str(exchange))}\n" + (f"student = {toml_string(student)}\n" if student else "")
    )


def make_exchange(exchange: Path, class_id: str) -> None:
    """Make the folders of a class in the exchange, with the permissions that nbgrader gives them.

    The exchange itself gets the sticky bit besides, so that nobody can put another folder in the place of a class.

    Into ``inbound`` everybody may put something, but only its owner may list it: a submission is hidden by the
    unguessable end of its name.
    """
    if not exchange.exists():
        exchange.mkdir(parents=True)
        exchange.chmod(0o1777)
    course = exchange / class_id
    for place, mode in ((course, 0o755), (course / "outbound", 0o755), (course / "inbound", 0o2733)):
        if not place.exists():
            place.mkdir()
            place.chmod(mode)


def write_derived(folder: ClassFolder) -> None:
    """Write what is made from ``class.toml``: nbgrader's settings and the class card."""
    config = _CONFIG.format(course=repr(folder.id), exchange=repr(str(folder.exchange)))
    (folder.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    (folder.root / "card").mkdir(exist_ok=True)
    (folder.root / "card" / CARD).write_text(card_text(folder.id, folder.exchange), encoding="utf-8")


def new_class(root: Path, class_id: str, language: Language, exchange: Path | None = None) -> ClassFolder:
    """Make a class in the folder ``root`` and return it. The gradebook comes with the first release.

    Parameters
    ----------
    root
        The folder of the class; made when missing.
    class_id
        The id of the class, nbgrader's course id: ``[a-z0-9-]{1,64}``.
    language
        The language of the notebooks that nbgrader releases; answers come in either language.
    exchange
        The folder that trainer and learners share; by default inside the class folder.

    Raises
    ------
    ClassIdWrong
        If the id has other characters.
    ClassExists
        If the folder holds a class already.
    FolderNotWritable
        If the folder or the exchange cannot be written.
    """
    if not CLASS_ID.fullmatch(class_id):
        raise ClassIdWrong(id=class_id)
    root = root.resolve()
    if (root / CARD).exists():
        raise ClassExists(path=root)
    folder = ClassFolder(root, class_id, language, (exchange or root / "exchange").resolve())
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name in PRIVATE:
            (root / name).mkdir(exist_ok=True)
            (root / name).chmod(0o700)
        make_exchange(folder.exchange, class_id)
        write_derived(folder)
        (root / CARD).write_text(_class_text(class_id, language, folder.exchange), encoding="utf-8")
    except OSError as error:
        raise FolderNotWritable(path=error.filename or root, reason=error.strerror or str(error)) from error
    return folder


def open_class(path: Path) -> ClassFolder:
    """Return the class in the folder ``path``.

    Raises
    ------
    NotAClass
        If there is no class.toml that names an id and an exchange.
    """
    try:
        data = tomllib.loads((path / CARD).read_text(encoding="utf-8-sig"))
        language = as_language(data["language"])
        folder = ClassFolder(path.resolve(), str(data["id"]), language, path.resolve() / str(data["exchange"]))
    except (OSError, ValueError, KeyError):
        raise NotAClass(path=path) from None
    if not CLASS_ID.fullmatch(folder.id):
        raise NotAClass(path=path)
    return folder
