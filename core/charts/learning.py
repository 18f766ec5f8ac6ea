"""A training over its rounds: its two curves, its step size, and any set of trainings over one another."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts.look import CHECK, CLASSES, DASHES, FEW, MODEL, OTHERS, dot, percent_axis, round_ticks, shortened

FAR_ABOVE = 3.0  # times the median loss: more than that flattens the rest
WRONG_ENOUGH = 5.0  # as guessing among 150 classes, which a training may well begin with


@dataclass(frozen=True)
class Curve:
    """One number over a training: after each batch, and after each round on both kinds of photos."""

    batches: Sequence[tuple[float, float]]  # (rounds so far, value), on the photos it learns from
    learning: Sequence[float]  # one a finished round, on the photos it learns from
    checking: Sequence[float]  # one a finished round, on the photos held back
    rounds: int  # as planned: the axis spans all of them, and the line grows into its room


def accuracy_curve(curve: Curve) -> go.Figure:
    """How often it is right, 0 to 100 %."""
    return percent_axis(_curve(curve, ".0%"))


def loss_curve(curve: Curve) -> go.Figure:
    """How wrong it is, from 0 up. What was far off, a first batch or a few rounds, does not flatten the rest."""
    figure = _curve(curve, ".2f")
    values = [*curve.learning, *curve.checking]
    if not values and curve.batches:
        values = [float(np.median([value for _, value in curve.batches]))]
    top = _top([value for value in values if math.isfinite(value)])
    return figure.update_yaxes(range=[0, max(1.05 * top, 0.1)], nticks=6)


def _top(values: Sequence[float]) -> float:
    """The largest that the axis shows: the line may leave it where one is far above the others."""
    if not values:
        return 2.0
    limit = max(FAR_ABOVE * float(np.median(values)), WRONG_ENOUGH)
    return max(value for value in values if value <= limit)


def runs_overlay(runs: Mapping[str, Sequence[float]], chosen: str) -> go.Figure:
    """How often each run was right on photos held back, by round: the chosen one in colour, the rest in grey."""
    figure = go.Figure()
    rounds = max(2, max(map(len, runs.values()), default=2))
    for name in sorted(runs, key=lambda name: name == chosen):  # the chosen one on top
        values = runs[name]
        colour = MODEL if name == chosen else OTHERS
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            name=name,
            line={"color": colour, "width": 2.5 if name == chosen else 1.5},
            hovertemplate="%{y:.0%}",
        )
        dot(figure, len(values), values[-1] if values else None, colour)
    return percent_axis(figure).update_xaxes(range=[0.8, rounds + 0.2], tickvals=round_ticks(rounds))


def runs_in_colour(runs: Mapping[str, Sequence[float]]) -> go.Figure:
    """As `runs_overlay`, for a few runs that were chosen: each with a colour and a dash pattern of its own, and a name.

    Args:
        runs: by name, a number a round; of more than `FEW` the first ones.
    """
    figure = go.Figure()
    shown = dict(list(runs.items())[:FEW])
    rounds = max(2, max(map(len, shown.values()), default=2))
    for place, (name, values) in enumerate(shown.items()):
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            name=shortened(name, 40),
            line={"color": CLASSES[place], "width": 2.5, "dash": DASHES[place % len(DASHES)]},
            hovertemplate="%{y:.0%}",
        )
        dot(figure, len(values), values[-1] if values else None, CLASSES[place])
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return percent_axis(figure).update_xaxes(range=[0.8, rounds + 0.2], tickvals=round_ticks(rounds))


def rate_curve(rates: Sequence[tuple[float, float]], rounds: int) -> go.Figure:
    """The step size (learning rate) over the training.

    Args:
        rates: (rounds so far, rate), in order.
        rounds: as planned: the axis spans all of them.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[moment for moment, _ in rates],
        y=[rate for _, rate in rates],
        line={"color": MODEL, "width": 2},
        hovertemplate="%{y:.2g}<extra></extra>",
    )
    if rates:
        dot(figure, *rates[-1], MODEL)
    room = 0.02 * max(rounds, 1)
    figure.update_yaxes(rangemode="tozero", nticks=4, tickformat="~g", exponentformat="none")
    return figure.update_xaxes(range=[-room, rounds + room], tickvals=round_ticks(rounds))


def _curve(curve: Curve, digits: str) -> go.Figure:
    figure = go.Figure()
    if curve.batches:
        figure.add_scatter(
            x=[moment for moment, _ in curve.batches],
            y=[value for _, value in curve.batches],
            line={"color": MODEL, "width": 1.25},
            opacity=0.45,
            hoverinfo="skip",
        )
    for name, values, colour in (("learning", curve.learning, MODEL), ("held back", curve.checking, CHECK)):
        figure.add_scatter(
            x=list(range(1, len(values) + 1)),
            y=list(values),
            name=name,
            line_color=colour,
            hovertemplate=f"%{{y:{digits}}}",
        )
    if curve.batches and curve.batches[-1][0] > len(curve.learning):
        dot(figure, *curve.batches[-1], MODEL)
    elif curve.learning:
        dot(figure, len(curve.learning), curve.learning[-1], MODEL)
    if curve.checking:
        dot(figure, len(curve.checking), curve.checking[-1], CHECK)
    start = 0 if curve.batches else 1
    room = 0.02 * max(curve.rounds - start, 1)  # so that the last dot is whole
    ticks = round_ticks(curve.rounds)
    return figure.update_xaxes(range=[start - room, curve.rounds + room], tickvals=ticks)
