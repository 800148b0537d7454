"""Findings as sorted lines, from a report and from a cluster: equal bytes are equal families."""

from __future__ import annotations

import json
from typing import Any

Place = tuple[int, int, int, int, bool, float, int]


def _lines(families: list[tuple[tuple[Any, ...], list[Place]]]) -> str:
    lines = (json.dumps([*head, sorted(places)]) for head, places in families)
    return "".join(f"{line}\n" for line in sorted(lines))


def of_report(report: dict[str, Any]) -> str:
    """Of ``twicetold scan --format json``."""
    families = []
    for family in report["families"]:
        head = (family["level"], family["kind"], family.get("class"), family["fingerprint"])
        places = [
            (
                place["document"],
                place["start"],
                place["end"],
                place["words"],
                number == family["keeper"],
                place["similarity"],
                place["shared_words"],
            )
            for number, place in enumerate(family["occurrences"])
        ]
        families.append((head, places))
    return _lines(families)


def of_table(table: Any) -> str:
    """Of ``Result.table``, or of what the command wrote."""
    families: dict[int, tuple[tuple[Any, ...], list[Place]]] = {}
    for row in table.to_pylist():
        head = (row["level"], row["kind"], row["class"], row["fingerprint"])
        place = (
            row["document"],
            row["start"],
            row["end"],
            row["words"],
            row["keeper"],
            row["similarity"],
            row["shared_words"],
        )
        families.setdefault(row["family"], (head, []))[1].append(place)
    return _lines(list(families.values()))
