"""``python -m avcourse`` is the same as ``avcourse``."""

from avcourse.cli import main

main()
