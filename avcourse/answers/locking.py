"""The operating system's lock on an open file: held by one process at a time, and gone with it, however it ends."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import IO


def try_lock(stream: IO[bytes], *, shared: bool = False) -> bool:
    """Lock an open file if nobody else has; return whether it is ours now. A shared lock keeps out exclusive ones only."""
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # Some network drives know no locks; there two at once are not kept apart.
        return True
    return True


def unlock(stream: IO[bytes]) -> None:
    """Unlock on Windows, where closing may take a while to; elsewhere closing does it at once."""
    if sys.platform == "win32":
        import msvcrt

        with suppress(OSError):
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)
