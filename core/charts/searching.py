"""What many trainings or steps found out together: a step size, the best knobs, whether more photos would help."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.look import CHECK, MODEL, OTHERS, dot, shortened

BAND = "rgba(201,131,0,0.16)"
MOST_TICKS = 4  # of an upright axis
GRID = "rgba(128,128,128,0.35)"


def rate_finder(
    rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float], suggested: float | None
) -> go.Figure:
    """How wrong it was while the steps grew larger and larger, and the step size that suggests itself.

    Args:
        rates: rising, one a step.
        losses: as many, as they were.
        smoothed: as many, what the suggestion was read from.
        suggested: None when there is none.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=list(rates), y=list(losses), line={"color": MODEL, "width": 1.25}, opacity=0.45, hoverinfo="skip"
    )
    figure.add_scatter(
        x=list(rates),
        y=list(smoothed),
        line_color=MODEL,
        hovertemplate="how wrong %{y:.2f}<extra></extra>",
    )
    if suggested is not None:
        nearest = min(range(len(rates)), key=lambda place: abs(math.log(rates[place] / suggested)))
        figure.add_vline(x=suggested, line={"color": CHECK, "width": 1.5, "dash": "dot"})
        dot(figure, suggested, smoothed[nearest], CHECK)
    if smoothed:  # an explosion at the end does not flatten what matters
        low, start = min(smoothed), smoothed[0]
        figure.update_yaxes(range=[low - 0.1 * (start - low + 0.1), start + 0.6 * (start - low + 0.1)], nticks=6)
    powers = range(-7, 2)
    return figure.update_xaxes(
        type="log",
        hoverformat=".2g",
        tickvals=[10.0**power for power in powers],
        ticktext=[f"{10.0**power:.7f}".rstrip("0").rstrip(".") for power in powers],
    )


@dataclass(frozen=True)
class Axis:
    """One upright axis of a parallel-coordinates plot."""

    title: str
    values: Sequence[float | str | bool | None]  # one a trial; None ends its line before this axis
    logarithmic: bool = False
    percent: bool = False

    def places(self) -> list[float | None]:
        """Where each value stands, 0 at the bottom to 1 at the top; one value alone stands in the middle."""
        if not self._numbers():
            names = self._names()
            return [None if value is None else _between(names.index(value), 0, len(names) - 1) for value in self.values]
        low, high = self._scaled(min(self._numbers())), self._scaled(max(self._numbers()))
        return [None if value is None else _between(self._scaled(value), low, high) for value in self.values]

    def ticks(self) -> list[tuple[float, str]]:
        """(place, words): every choice; of numbers every one if they are few, else the ends."""
        numbers = self._numbers()
        if not numbers:
            names = self._names()
            return [(_between(place, 0, len(names) - 1), self._said(name)) for place, name in enumerate(names)]
        there = sorted(set(numbers))
        told = there if len(there) <= MOST_TICKS else [there[0], there[-1]]
        low, high = self._scaled(there[0]), self._scaled(there[-1])
        return [(_between(self._scaled(number), low, high), self._said(number)) for number in told]

    def _numbers(self) -> list[float]:
        """Empty for choices and switches."""
        there = [value for value in self.values if value is not None]
        return [] if any(isinstance(value, str | bool) for value in there) else [float(value) for value in there]

    def _names(self) -> list[float | str | bool]:
        return sorted({value for value in self.values if value is not None}, key=str)

    def _scaled(self, value: float | str | bool) -> float:
        number = float(value)
        return math.log(number) if self.logarithmic and number > 0 else number

    def _said(self, value: float | str | bool) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return shortened(value)
        return f"{value:.0%}" if self.percent else f"{value:.3g}"


def parallel_coordinates(axes: Sequence[Axis], names: Sequence[str], best: int | None) -> go.Figure:
    """Each trial as a line over its knobs to how often it was right: the best in indigo, the rest in grey.

    Args:
        axes: from left to right, the result last.
        names: of the trials, shown where one points at a line.
        best: its place among the trials; None while there is none.
    """
    figure = go.Figure()
    columns = [axis.places() for axis in axes]
    for place in range(len(axes)):
        figure.add_scatter(x=[place, place], y=[0, 1], line={"color": GRID, "width": 1}, hoverinfo="skip")
    for trial in sorted(range(len(names)), key=lambda trial: trial == best):  # the best on top
        colour, width = (MODEL, 3) if trial == best else (OTHERS, 1.5)
        figure.add_scatter(
            x=list(range(len(axes))),
            y=[column[trial] for column in columns],
            mode="lines+markers",
            marker={"size": 6, "color": colour},
            line={"color": colour, "width": width},
            name=shortened(names[trial], 40),
            text=[axis._said(value) if (value := axis.values[trial]) is not None else "" for axis in axes],
            hovertemplate="%{text}<extra>%{fullData.name}</extra>",
        )
    words = [(x, y, text) for x, axis in enumerate(axes) for y, text in axis.ticks()]
    figure.add_scatter(
        x=[x for x, _, _ in words],
        y=[y for _, y, _ in words],
        text=[f"&nbsp;&nbsp;{text}" for _, _, text in words],
        mode="text",
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(hovermode="closest")
    titles = [shortened(axis.title, 24) for axis in axes]
    figure.update_xaxes(side="top", tickvals=list(range(len(axes))), ticktext=titles, range=[-0.2, len(axes) - 0.4])
    return figure.update_yaxes(visible=False, range=[-0.06, 1.06])


@dataclass(frozen=True)
class Measured:
    """How often it was right after learning from so many photos."""

    photos: int
    accuracy: float  # 0 to 1
    interval: tuple[float, float]  # 95 %
    each: Sequence[float] = ()  # one a seed


def learning_curve(points: Sequence[Measured], line: Sequence[tuple[float, float, float, float]]) -> go.Figure:
    """How often it is right by the number of photos: what was measured, and what it suggests beyond.

    Args:
        points: by photos, rising.
        line: (photos, lowest, middle, highest), rising, drawn as a band; empty where it would be a guess.
    """
    figure = go.Figure()
    if line:
        photos = [each[0] for each in line]
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        figure.add_scatter(x=photos, y=[each[3] for each in line], **edge)
        figure.add_scatter(x=photos, y=[each[1] for each in line], fill="tonexty", fillcolor=BAND, **edge)
        figure.add_scatter(
            x=photos,
            y=[each[2] for each in line],
            line={"color": CHECK, "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
        )
    repeats = [(point.photos, accuracy) for point in points for accuracy in point.each if len(point.each) > 1]
    figure.add_scatter(
        x=[photos for photos, _ in repeats],
        y=[accuracy for _, accuracy in repeats],
        mode="markers",
        marker={"size": 5, "color": OTHERS},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[point.photos for point in points],
        y=[point.accuracy for point in points],
        name="tested",
        mode="lines+markers",
        line={"color": CHECK, "width": 2.5},
        marker={"size": 9, "color": CHECK},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [point.interval[1] - point.accuracy for point in points],
            "arrayminus": [point.accuracy - point.interval[0] for point in points],
            "thickness": 1.25,
            "width": 5,
            "color": CHECK,
        },
        hovertemplate="%{y:.0%} after %{x:,} photos<extra></extra>",
    )
    lows = [point.interval[0] for point in points] + [each[1] for each in line]
    highs = [point.interval[1] for point in points] + [each[3] for each in line]
    low, high = max(0.0, min(lows, default=0.0) - 0.03), min(1.02, max(highs, default=1.0) + 0.03)
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(range=[low, high], tickformat=".0%", nticks=6)
    most = max([point.photos for point in points] + [each[0] for each in line], default=1)
    return figure.update_xaxes(range=[0, 1.05 * most], nticks=6, tickformat=",")


def _between(value: float, low: float, high: float) -> float:
    return 0.5 if high == low else (value - low) / (high - low)
