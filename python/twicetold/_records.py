"""Records become lines of JSON: what the command line would read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def _plain(value: Any) -> Any:
    """What JSON has no word for, in one it has."""
    if isinstance(value, Mapping):
        return dict(value)
    for method in ("isoformat", "item"):
        if hasattr(value, method):
            return getattr(value, method)()
    return str(value)


def _is_nan(value: Any) -> bool:
    return (isinstance(value, float) and value != value) or type(value).__name__ in ("NAType", "NaTType")


def line(record: Mapping[str, Any]) -> bytes:
    """One record; a NaN, which pandas puts where nothing is, is null."""
    values = {key: None if _is_nan(value) else value for key, value in record.items()}
    return json.dumps(values, ensure_ascii=False, default=_plain).encode("utf-8", "surrogatepass")
