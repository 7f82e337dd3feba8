from __future__ import annotations

from typing import Any

TRIES = "A zip packed by a method that no reader knows."
NAMED = "zip-broken"
GUARD = "zip-errors"


def attack(evil: Any) -> None:
    path = evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3))})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        data[data.index(mark) + place] = 99
    path.write_bytes(bytes(data))
