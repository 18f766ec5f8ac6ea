"""Numbers → Plotly figures, all in one look. The page gives them a title, a height and words for those who cannot see.

Two colours carry meaning: indigo for what the model says or learns from, ochre for what tests it, for doubt and for
mistakes. Words and grid take the colours of the theme in the browser, so no figure has a dark variant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

MODEL, CHECK = "#5176D2", "#C98300"
# Each at least 3:1 on both backgrounds, and told apart with any kind of colour blindness: LOOK, section 1.
CLASSES = (MODEL, CHECK, "#6E8089", "#208147", "#A18D86", "#925468", "#736091", "#B24206", "#309FB5", "#E54A61")
OTHERS = "rgba(128,128,128,0.45)"
RIGHT = [[0, "rgba(81,118,210,0.30)"], [1, "rgba(81,118,210,0.30)"]]
DOUBT = [[0, "rgba(128,128,128,0.07)"], [0.001, "rgba(217,149,26,0.10)"], [1, "rgba(217,149,26,0.56)"]]
AXIS = {"zeroline": False, "showline": False, "ticks": "", "automargin": True}
LOOK = go.layout.Template(
    layout={
        "colorway": CLASSES,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 12, "t": 12, "b": 0, "pad": 4},
        "showlegend": False,
        "hovermode": "x unified",
        "dragmode": False,
        "bargap": 0.35,
        "xaxis": {**AXIS, "showgrid": False},
        "yaxis": AXIS,
    },
    data={
        "scatter": [go.Scatter(mode="lines", line_width=2.5)],
        "bar": [go.Bar(marker_line_width=0)],
        "heatmap": [go.Heatmap(xgap=2, ygap=2, showscale=False, hoverongaps=False)],
    },
)
FEW = 10  # classes that may have a colour each
DIGITS = 15  # classes whose matrix has room for numbers
SCARCE = 6  # times fewer photos than the biggest class has: it will hardly be learned


@dataclass(frozen=True)
class Curve:
    """One number over a training: after each batch, and after each round on both kinds of photos."""

    batches: Sequence[tuple[float, float]]  # (rounds so far, value), on the photos it learns from
    learning: Sequence[float]  # one a finished round, on the photos it learns from
    checking: Sequence[float]  # one a finished round, on the photos held back
    rounds: int  # as planned: the axis spans all of them, and the line grows into its room


def accuracy_curve(curve: Curve) -> go.Figure:
    """How often it is right, 0 to 100 %."""
    figure = _curve(curve, ".0%")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return figure.update_yaxes(range=[0, 1.04], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks])


def loss_curve(curve: Curve) -> go.Figure:
    """How wrong it is, from 0 up. A first batch that was far off does not flatten the rest."""
    figure = _curve(curve, ".2f")
    values = [*curve.learning, *curve.checking]
    if not values and curve.batches:
        values = [float(np.median([value for _, value in curve.batches]))]
    top = max(values, default=2.0)
    return figure.update_yaxes(range=[0, max(1.05 * top, 0.1)], nticks=6)


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
        _dot(figure, len(values), values[-1] if values else None, colour)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_yaxes(range=[0, 1.04], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks])
    return figure.update_xaxes(range=[0.8, rounds + 0.2], tickvals=_round_ticks(rounds))


def class_sizes(classes: Mapping[str, int]) -> go.Figure:
    """Photos by class, biggest first; those with far fewer than the biggest in ochre."""
    names = sorted(classes, key=lambda name: (-classes[name], name))
    counts = [classes[name] for name in names]
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=list(range(len(names))),
            customdata=[_shortened(name, 60) for name in names],
            orientation="h",
            marker_color=[CHECK if number * SCARCE < counts[0] else MODEL for number in counts],
            text=[f"{number:,}" for number in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{customdata}: %{x:,} photos<extra></extra>",
        )
    )
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(visible=False, range=[0, 1.08 * max(counts, default=1)])
    ticks = [_shortened(name, 28) for name in names]
    return figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=ticks, showgrid=False)


def class_sizes_height(num_classes: int) -> int:
    """Height in pixels that gives every class its bar and its name."""
    return 24 + (29 if num_classes <= DIGITS else 20) * num_classes


def confusion(counts: NDArray[np.int64], class_names: Sequence[str]) -> go.Figure:
    """What it mixes up: a calm diagonal, and mistakes from nothing to ochre, in percent of each row.

    Args:
        counts: shape (C, C), photos by true class (row) and predicted class (column).
        class_names: C labels.
    """
    num_classes = len(class_names)
    per_row = counts.sum(axis=1, keepdims=True)
    shares = np.divide(100.0 * counts, per_row, out=np.zeros(counts.shape), where=per_row > 0)
    diagonal = np.eye(num_classes, dtype=bool)
    mistakes = np.where(diagonal, np.nan, shares)
    hover = [
        [
            f"{_shortened(true, 40)}, named {_shortened(named, 40)}: "
            f"{counts[row, column]:,} of {int(per_row[row, 0]):,}"
            for column, named in enumerate(class_names)
        ]
        for row, true in enumerate(class_names)
    ]
    places = list(range(num_classes))
    worst = max(10.0, float(np.nanmax(mistakes, initial=0.0)))
    common = {"x": places, "y": places, "text": hover, "hovertemplate": "%{text}<extra></extra>"}
    if num_classes > DIGITS:
        common |= {"xgap": 1, "ygap": 1}
    figure = go.Figure()
    figure.add_heatmap(z=mistakes, colorscale=DOUBT, zmin=0, zmax=worst, **common)
    figure.add_heatmap(z=np.where(diagonal, shares, np.nan), colorscale=RIGHT, zmin=0, zmax=100, **common)
    if num_classes <= DIGITS:
        rows, columns = np.nonzero(shares >= 0.5)
        digits = [f"{shares[row, column]:.0f}" for row, column in zip(rows, columns, strict=True)]
        figure.add_scatter(
            x=columns.tolist(), y=rows.tolist(), mode="text", text=digits, hoverinfo="skip", textfont_size=12
        )
    names = [_shortened(name) for name in class_names]
    words = {"tickvals": places, "ticktext": names, "showgrid": False}
    if num_classes > DIGITS:
        words["tickfont_size"] = 10
    figure.update_layout(hovermode="closest")
    edge = [-0.5, num_classes - 0.5]
    figure.update_xaxes(side="top", tickangle=-50 if num_classes <= DIGITS else -90, range=edge, **words)
    return figure.update_yaxes(range=edge[::-1], **words)


def confusion_height(num_classes: int) -> int:
    """Height in pixels: nearly square cells with digits, low rows without."""
    return 60 + 41 * num_classes if num_classes <= DIGITS else 60 + 18 * num_classes


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
        _dot(figure, *curve.batches[-1], MODEL)
    elif curve.learning:
        _dot(figure, len(curve.learning), curve.learning[-1], MODEL)
    if curve.checking:
        _dot(figure, len(curve.checking), curve.checking[-1], CHECK)
    start = 0 if curve.batches else 1
    room = 0.02 * max(curve.rounds - start, 1)  # so that the last dot is whole
    ticks = _round_ticks(curve.rounds)
    return figure.update_xaxes(range=[start - room, curve.rounds + room], tickvals=ticks)


def _dot(figure: go.Figure, x: float, y: float | None, colour: str) -> None:
    """The end of a line: where it stands now."""
    if y is not None:
        figure.add_scatter(x=[x], y=[y], mode="markers", marker={"size": 9, "color": colour}, hoverinfo="skip")


def _round_ticks(rounds: int) -> list[int]:
    """1, the last round, and a few whole ones between, evenly where that is possible."""
    for parts in (4, 3, 5):
        if rounds > parts and (rounds - 1) % parts == 0:
            return list(range(1, rounds + 1, (rounds - 1) // parts))
    step = max(1, round(rounds / 4))
    between = [tick for tick in range(step, rounds - step // 2, step) if tick > 1 + step // 2]
    return [1, *between, rounds] if rounds > 1 else [1]


def _shortened(name: str, characters: int = 18) -> str:
    """A label as it was written, at most so long; the figures would take "<b>" and "&" in it for HTML."""
    return escape(name if len(name) <= characters else f"{name[: characters - 1]}…", quote=False)
