"""Several forms as one cell's output, one below the other."""

from __future__ import annotations

import ipywidgets


def stack(*parts: object) -> object:
    """Return the widgets below each other; what is no widget (a notice) takes the place of all."""
    notice = next((part for part in parts if not isinstance(part, ipywidgets.Widget)), None)
    return notice if notice is not None else ipywidgets.VBox(parts)
