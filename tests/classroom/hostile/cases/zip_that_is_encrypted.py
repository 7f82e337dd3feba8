from __future__ import annotations

from typing import Any

TRIES = "A zip with a password, before which a reader may stop and ask."
NAMED = "zip-broken"
GUARD = "zip-errors"


def attack(evil: Any) -> None:
    path = evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3))})
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(bytes(data))
