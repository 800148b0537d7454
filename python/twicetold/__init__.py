"""Finds text that has been told twice: repeated documents, paragraphs, sentences and passages.

    import twicetold

    findings = twicetold.scan("articles/")                  # files and folders
    findings = twicetold.scan(["one text", "another one"])  # texts, records, tables
    for family in findings.families:
        for place in family.occurrences:
            print(family.level, place.document.name, place.char_start, place.text)

Names and defaults are those of the command line: `min_words=8` is `--min-words 8`, and OPTIONS lists all of them. The same input
and settings give the same bytes, through this module or the command line. No configuration file is read.
"""

from __future__ import annotations

from typing import NamedTuple

from ._native import (
    _OPTIONS,
    Added,
    Archive,
    ArchiveError,
    BandKeys,
    Deduped,
    Document,
    Error,
    Families,
    Family,
    Findings,
    InputError,
    InternalError,
    Occurrence,
    Pair,
    Pairs,
    Passage,
    Problem,
    SettingError,
    Signatures,
    Table,
    __version__,
    bands,
    candidates,
    compare,
    dedup,
    scan,
    sign,
    verify,
)


class InputWarning(UserWarning):
    """Some input was not read as it should have been, and on_input_error is "warn"."""


class Option(NamedTuple):
    """One setting, from the table that the command line is made of."""

    name: str
    """The keyword."""
    flag: str
    """The name of the flag and of the configuration key."""
    kind: str
    """The sort of value."""
    choices: list[str]
    """The names a value is chosen from, or that its parts are given for."""
    default: str
    """The default as it would be typed; empty for none."""
    group: str
    """The heading under which help shows it."""
    help: str
    """What it does."""


OPTIONS: tuple[Option, ...] = tuple(Option(*row) for row in _OPTIONS)

__all__ = [
    "OPTIONS",
    "Added",
    "Archive",
    "ArchiveError",
    "BandKeys",
    "Deduped",
    "Document",
    "Error",
    "Families",
    "Family",
    "Findings",
    "InputError",
    "InputWarning",
    "InternalError",
    "Occurrence",
    "Option",
    "Pair",
    "Pairs",
    "Passage",
    "Problem",
    "SettingError",
    "Signatures",
    "Table",
    "__version__",
    "bands",
    "candidates",
    "compare",
    "dedup",
    "scan",
    "sign",
    "verify",
]
