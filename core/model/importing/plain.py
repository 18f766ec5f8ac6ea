"""Plain values out of somebody else's file, each of the kind that it must be: words, numbers, shares, counts."""

import math
from pathlib import Path
from typing import Any

from core.errors import ModelRefused

MAX_TEXT = 2000
MOST = 10**9  # photos, or anything else that is counted


def text(said: Any) -> str:
    """Words, the first `MAX_TEXT` characters.

    Raises:
        TypeError: it is something else.
    """
    if not isinstance(said, str):
        raise TypeError(f"words expected, received {type(said).__name__}")
    return said[:MAX_TEXT]


def number(said: Any, least: float, most: float) -> float:
    """A number between two others.

    Raises:
        TypeError, ValueError: it is none, or lies elsewhere.
    """
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not math.isfinite(said):
        raise TypeError(f"a number expected, received {type(said).__name__}")
    if not least <= said <= most:
        raise ValueError(f"{least} to {most} expected, received {said}")
    return said


def share(said: Any) -> float:
    """A number from 0 to 1.

    Raises:
        TypeError, ValueError: as `number`.
    """
    return number(said, 0.0, 1.0)


def count(said: Any) -> int:
    """A whole number, 0 or more.

    Raises:
        TypeError, ValueError: as `number`.
    """
    if not isinstance(said, int):
        raise TypeError(f"a whole number expected, received {type(said).__name__}")
    return int(number(said, 0, MOST))


def damaged(path: Path) -> ModelRefused:
    """What is said of a file that is not as we write it."""
    return ModelRefused(f"“{path.name}” in this ZIP is damaged. Export the model again.")
