"""Finds text that has been told twice."""

from ._native import __version__

__all__ = ["__version__"]
