"""Run every benchmark and print one JSON object."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks import assessment, authoring, class_run, gains, importing, pages, result, review


def main() -> None:
    # Every process below must start from bytecode, as an installed package does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    learners = int(sys.argv[1]) if len(sys.argv) > 1 else 79
    with tempfile.TemporaryDirectory() as place:
        figures = {
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "import": importing.measure(),
            "authoring": authoring.measure(),
            "gains of 100 000": gains.measure(),
            "assessment": assessment.measure(),
            "result": result.measure(Path(place)),
            "page": pages.measure(Path(place)),
            "class run": class_run.measure(Path(place), learners),
            "class run by size": class_run.measure_curve(Path(place)),
            "next open answer": review.measure(Path(place)),
        }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
