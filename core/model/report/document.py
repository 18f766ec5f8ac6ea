"""What a report is made of: sections of plain words, tables, figures and photos, the same on a screen and on paper."""

from dataclasses import dataclass
from typing import Literal

Legend = tuple[tuple[Literal["model", "check"], str], ...]  # what stands in which colour


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str
    muted: bool = False


@dataclass(frozen=True)
class Lines:
    """Sentences under one another."""

    lines: tuple[str, ...]
    heading: str = ""


@dataclass(frozen=True)
class Number:
    """One of the few large numbers."""

    words: str  # in plain words what it is
    term: str  # as an engineer calls it
    value: str


@dataclass(frozen=True)
class Numbers:
    """Large numbers side by side."""

    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Fact:
    """A name and what belongs to it; `term` is what an engineer calls it."""

    name: str
    value: str
    term: str = ""


@dataclass(frozen=True)
class Facts:
    """Facts under one another."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Figure:
    """A drawing of `core.charts.drawn`."""

    svg: str
    words: str  # what it shows, for those who cannot see it
    heading: str = ""
    legend: Legend = ()


@dataclass(frozen=True)
class Figures:
    """Figures side by side, where there is room."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Photo:
    """A photo, and two lines under it."""

    jpeg: bytes
    words: str
    line: str = ""  # the first of both
    second: str = ""  # muted


@dataclass(frozen=True)
class Photos:
    """Photos side by side."""

    photos: tuple[Photo, ...]
    across: int


@dataclass(frozen=True)
class Bar:
    """A share in a table as a bar, and between what it truly lies."""

    share: float
    words: str  # the share as it is said
    interval: tuple[float, float] | None = None
    between: str = ""  # the interval as it is said


@dataclass(frozen=True)
class Table:
    """Rows under headings; a heading is plain words and what an engineer calls it."""

    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str | Bar, ...], ...]


@dataclass(frozen=True)
class Command:
    """What somebody types."""

    line: str


@dataclass(frozen=True)
class Beside:
    """A figure with words beside it, or below where there is no room."""

    figure: Figure
    blocks: tuple[Words | Lines, ...]
    large: bool = False  # as it is, however little room there is: it can be moved sideways


Block = Words | Lines | Numbers | Facts | Figures | Beside | Photos | Table | Command


@dataclass(frozen=True)
class Section:
    """A heading, a line under it, and what follows."""

    title: str
    blocks: tuple[Block, ...]
    term: str = ""  # of the title, as an engineer calls it
    line: str = ""


@dataclass(frozen=True)
class Report:
    """All of it. What people wrote (labels, names) is in it as they wrote it: whoever shows it takes care."""

    name: str  # of the model
    title: str
    lead: str
    blocks: tuple[Block, ...]  # before the first section
    sections: tuple[Section, ...]
    foot: str
