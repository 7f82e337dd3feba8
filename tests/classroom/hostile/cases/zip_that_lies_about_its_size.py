from __future__ import annotations

import struct
from typing import Any

TRIES = "A zip whose directory says ten bytes where there are many."
NAMED = "zip-broken"
GUARD = "zip-errors"


def attack(evil: Any) -> None:
    path = evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3))})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
