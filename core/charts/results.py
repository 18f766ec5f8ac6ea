"""Photos by class, and what a model mixes up."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.look import CHECK, MODEL, shortened

RIGHT = [[0, "rgba(81,118,210,0.30)"], [1, "rgba(81,118,210,0.30)"]]
DOUBT = [[0, "rgba(128,128,128,0.07)"], [0.001, "rgba(217,149,26,0.10)"], [1, "rgba(217,149,26,0.56)"]]
DIGITS = 15  # classes whose matrix has room for numbers
SCARCE = 6  # times fewer photos than the biggest class has: it will hardly be learned


def class_sizes(classes: Mapping[str, int]) -> go.Figure:
    """Photos by class, biggest first; those with far fewer than the biggest in ochre."""
    names = sorted(classes, key=lambda name: (-classes[name], name))
    counts = [classes[name] for name in names]
    figure = go.Figure(
        go.Bar(
            x=counts,
            y=list(range(len(names))),
            customdata=[shortened(name, 60) for name in names],
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
    ticks = [shortened(name, 28) for name in names]
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
            f"{shortened(true, 40)}, named {shortened(named, 40)}: {counts[row, column]:,} of {int(per_row[row, 0]):,}"
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
    names = [shortened(name) for name in class_names]
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
