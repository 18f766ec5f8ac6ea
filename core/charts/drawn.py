"""Figures as SVG, for what is read outside the app: a report that stands alone, on a screen and on paper.

They carry classes instead of the colours that a theme changes; `rules` gives the CSS for a theme.
"""

import unicodedata
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from core.charts.look import CHECK, MODEL, round_ticks, shortened
from core.charts.results import DIGITS
from core.model.reliability import Bin

Points = Sequence[tuple[float, float]]
LETTER_PX = 6.6  # of the words in a figure, on average
WORD_PX = 13
SMALL_PX = 10  # where many classes share the room
FONT = "'Source Sans', 'Libertinus Serif', system-ui, sans-serif"  # on screens and, in a PDF, on paper


def rules(ink: str, muted: str, line: str, blank: str, right: str) -> str:
    """The CSS of all figures.

    Args:
        ink, muted: of words.
        line: of the grid.
        blank: of a cell of the matrix that holds nothing.
        right: of its diagonal.
    """
    return (
        f".fig text{{font-family:{FONT};font-size:{WORD_PX}px;fill:{muted}}}"
        f".fig .ink{{fill:{ink}}}.fig .small{{font-size:{SMALL_PX}px}}"
        f".fig .grid{{stroke:{line};stroke-width:1}}.fig .same{{stroke:{muted};stroke-dasharray:4 4}}"
        f".fig .blank{{fill:{blank}}}.fig .right{{fill:{right}}}"
    )


def rounds(learning: Sequence[float], checking: Sequence[float], planned: int, percent: bool, title: str) -> str:
    """One number over the rounds of a training: on the photos it learns from, and on those held back.

    Args:
        learning, checking: one a finished round.
        planned: rounds: the axis spans all of them.
        percent: the number is a share, and the axis goes to 100 %; else it begins at 0.
        title: what it is, for those who cannot see it.
    """
    values = [value for value in (*learning, *checking) if np.isfinite(value)]
    top = 1.0 if percent else max([0.1, *values])
    step = 0.25 if percent else _step(top)
    ticks = [step * place for place in range(int(top / step + 1e-9) + 1)]
    frame = _Frame(420, 240, (1, max(2, planned)), (0.0, top * 1.04))
    drawn = frame.grid([(tick, f"{tick:.0%}" if percent else f"{tick:g}") for tick in ticks])
    drawn += frame.ticks([(tick, f"{tick}") for tick in round_ticks(max(2, planned))])
    for numbers, colour in ((learning, MODEL), (checking, CHECK)):
        drawn += frame.line([(place, value) for place, value in enumerate(numbers, start=1)], colour)
    return _figure(frame.width, frame.height, drawn, title)


def matrix(counts: NDArray[np.int64], class_names: Sequence[str]) -> str:
    """What it mixes up: a calm diagonal, and mistakes from nothing to ochre, in percent of each row.

    Args:
        counts: shape (C, C), photos by true class (row) and predicted class (column).
        class_names: C labels.
    """
    number = len(class_names)
    cell, size = (44, WORD_PX) if number <= DIGITS else (16, SMALL_PX)
    names = [shortened(name) for name in class_names]
    room = max(_width(name[:18], size) for name in class_names) + 10
    above = room * (0.8 if number <= DIGITS else 1.0) + 6
    per_row = counts.sum(axis=1, keepdims=True)
    shares = np.divide(100.0 * counts, per_row, out=np.zeros(counts.shape), where=per_row > 0)
    worst = max(10.0, float(shares[~np.eye(number, dtype=bool)].max(initial=0.0)))
    kind = "" if number <= DIGITS else ' class="small"'
    drawn = []
    for row, name in enumerate(names):
        y, x = above + row * cell, room + row * cell
        turn = -50 if number <= DIGITS else -90
        place = f"translate({x + cell / 2:.1f} {above - 6:.1f}) rotate({turn}) translate(0 {size * 0.35:.1f})"
        drawn.append(
            f'<text{kind} text-anchor="end" x="{room - 6:.1f}" y="{y + cell / 2 + size * 0.35:.1f}">{name}</text>'
        )
        drawn.append(f'<text{kind} transform="{place}">{name}</text>')
        for column in range(number):
            drawn.append(_cell(room + column * cell, y, cell, float(shares[row, column]), row == column, worst))
    title = f"Confusion matrix of {number} classes"
    return _figure(room + number * cell + room * 0.5, above + number * cell + 2, "".join(drawn), title)


def honesty(bins: Sequence[Bin]) -> str:
    """How sure it is against how often it is right; a dot is as large as it stands for photos."""
    frame = _Frame(420, 300, (0.0, 1.0), (0.0, 1.03))
    shares = [(tick, f"{tick:.0%}") for tick in (0, 0.25, 0.5, 0.75, 1.0)]
    (x0, y0), (x1, y1) = frame.at(0, 0), frame.at(1, 1)
    drawn = frame.grid(shares) + frame.ticks(shares)
    drawn += f'<line class="same" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'
    most = max((each.photos for each in bins), default=1)
    for each in bins:
        if each.confidence is not None and each.accuracy is not None:
            x, y = frame.at(each.confidence, each.accuracy)
            drawn += f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{frame.at(0, each.confidence)[1]:.1f}" '
            drawn += f'stroke="{CHECK}" stroke-width="2" opacity="0.6"/>'
            drawn += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 7 * (each.photos / most) ** 0.5:.1f}" fill="{MODEL}"/>'
    return _figure(frame.width, frame.height, drawn, "How sure it is, and how often it is right")


def trade(points: Points, chosen: tuple[float, float]) -> str:
    """Photos that it answers alone against how many of these answers are right.

    Args:
        points: (share of the photos, share right of these), by how sure it has to be.
        chosen: the same, where it stands.
    """
    lowest = min([0.9, *(right for _, right in points)])
    start = np.floor(10 * lowest) / 10
    frame = _Frame(420, 240, (0.0, 1.0), (start, 1.0 + 0.03 * (1 - start)))
    step = _step(1 - start)
    drawn = frame.grid(
        [(1 - step * place, f"{1 - step * place:.0%}") for place in range(int((1 - start) / step + 1.01))]
    )
    drawn += frame.ticks([(tick, f"{tick:.0%}") for tick in (0, 0.25, 0.5, 0.75, 1.0)])
    drawn += frame.line(points, MODEL, dot=False)
    x, y = frame.at(*chosen)
    drawn += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{CHECK}"/>'
    return _figure(frame.width, frame.height, drawn, "Photos it answers alone, and how many of the answers are right")


class _Frame:
    """The room of a figure with two axes."""

    def __init__(self, width: int, height: int, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.width, self.height, self._x, self._y = width, height, x, y
        self._left, self._right, self._above, self._below = 44, 20, 8, 26

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point stands, in px."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return (
            self._left + across * (self.width - self._left - self._right),
            self.height - self._below - up * (self.height - self._above - self._below),
        )

    def grid(self, ticks: Sequence[tuple[float, str]]) -> str:
        """Lines across, with their words on the left."""
        drawn = ""
        for value, words in ticks:
            y = self.at(self._x[0], value)[1]
            drawn += f'<line class="grid" x1="{self._left}" x2="{self.width - self._right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            drawn += f'<text text-anchor="end" x="{self._left - 8}" y="{y + 4:.1f}">{words}</text>'
        return drawn

    def ticks(self, ticks: Sequence[tuple[float, str]]) -> str:
        """Words below."""
        places = [(self.at(value, self._y[0])[0], words) for value, words in ticks]
        return "".join(
            f'<text text-anchor="middle" x="{x:.1f}" y="{self.height - 6}">{words}</text>' for x, words in places
        )

    def line(self, points: Points, colour: str, dot: bool = True) -> str:
        """A line through the points that are numbers, with a dot at its end."""
        places = [self.at(x, min(y, self._y[1])) for x, y in points if np.isfinite(y)]
        if not places:
            return ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawn = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"/>'
        x, y = places[-1]
        return drawn + (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>' if dot else "")


def _cell(x: float, y: float, cell: int, share: float, is_right: bool, worst: float) -> str:
    """One square of the matrix, with its number where there is room."""
    gap = 2 if cell > 2 * WORD_PX else 1
    box = f'x="{x:.1f}" y="{y:.1f}" width="{cell - gap}" height="{cell - gap}"'
    drawn = f'<rect class="{"right" if is_right and share else "blank"}" {box}/>'
    if share and not is_right:
        drawn += f'<rect {box} fill="#D9951A" fill-opacity="{0.10 + 0.46 * min(1.0, share / worst):.2f}"/>'
    if cell > 2 * WORD_PX and share >= 0.5:
        middle = (cell - gap) / 2
        drawn += (
            f'<text class="ink" text-anchor="middle" x="{x + middle:.1f}" y="{y + middle + 4.5:.1f}">{share:.0f}</text>'
        )
    return drawn


def _step(top: float) -> float:
    """A round step that parts an axis into four or so."""
    size = 10.0 ** np.floor(np.log10(top / 4))
    return float(size * next(each for each in (1, 2, 2.5, 5, 10) if each * size >= top / 5))


def _width(words: str, size_px: float) -> float:
    """About how wide words are; those of Chinese, Japanese, Korean and pictures are twice as wide."""
    letters = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words)
    return letters * LETTER_PX * size_px / WORD_PX


def _figure(width: float, height: float, drawn: str, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img"><title>{escape(title)}</title>{drawn}</svg>'
    )
