from __future__ import annotations

import stat
import zipfile
from typing import Any

TRIES = "A zip whose log is a symbolic link to the keys."
NAMED = "zip-broken"
GUARD = "zip-links"


def attack(evil: Any) -> None:
    info = zipfile.ZipInfo("eeltest/responses.jsonl")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(evil.inbox / f"eeltest-{evil.student}.zip", "w") as archive:
        archive.writestr(info, evil.as_log(evil.answers("eeltest", 20)))
