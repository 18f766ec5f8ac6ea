"""Photos by class, and what a model mixes up."""

from collections.abc import Mapping, Sequence
from typing import Any

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


def confusion(
    counts: NDArray[np.int64], class_names: Sequence[str], in_photos: bool = False, pickable: bool = False
) -> go.Figure:
    """What it mixes up: a calm diagonal, and mistakes from nothing to ochre, by their share of each row.

    Args:
        counts: shape (C, C), photos by true class (row) and predicted class (column).
        class_names: C labels.
        in_photos: the digits are photos; else they are percent of the row.
        pickable: a click on a square gives its place, row * C + column, as `customdata`.
    """
    num_classes = len(class_names)
    per_row = counts.sum(axis=1, keepdims=True)
    shares = np.divide(100.0 * counts, per_row, out=np.zeros(counts.shape), where=per_row > 0)
    diagonal = np.eye(num_classes, dtype=bool)
    mistakes = np.where(diagonal, np.nan, shares)
    places = list(range(num_classes))
    worst = max(10.0, float(np.nanmax(mistakes, initial=0.0)))
    hover = _hover(counts, class_names)
    common: dict[str, Any] = {"x": places, "y": places}
    common |= {"hoverinfo": "skip"} if pickable else {"text": hover, "hovertemplate": "%{text}<extra></extra>"}
    if num_classes > DIGITS:
        common |= {"xgap": 1, "ygap": 1}
    figure = go.Figure()
    figure.add_heatmap(z=mistakes, colorscale=DOUBT, zmin=0, zmax=worst, **common)
    figure.add_heatmap(z=np.where(diagonal, shares, np.nan), colorscale=RIGHT, zmin=0, zmax=100, **common)
    if num_classes <= DIGITS:
        rows, columns = np.nonzero(counts if in_photos else shares >= 0.5)
        shown = counts if in_photos else shares
        digits = [f"{shown[row, column]:,.0f}" for row, column in zip(rows, columns, strict=True)]
        figure.add_scatter(
            x=columns.tolist(), y=rows.tolist(), mode="text", text=digits, hoverinfo="skip", textfont_size=12
        )
    if pickable:
        _add_squares(figure, counts, hover)
    names = [shortened(name) for name in class_names]
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False, "fixedrange": True}
    if num_classes > DIGITS:
        ticks["tickfont_size"] = 10
    figure.update_layout(hovermode="closest")
    edge = [-0.5, num_classes - 0.5]
    figure.update_xaxes(side="top", tickangle=-50 if num_classes <= DIGITS else -90, range=edge, **ticks)
    return figure.update_yaxes(range=edge[::-1], **ticks)


def _hover(counts: NDArray[np.int64], class_names: Sequence[str]) -> list[list[str]]:
    """The words of every square."""
    per_row, names = counts.sum(axis=1), [shortened(name, 40) for name in class_names]
    return [
        [
            f"{names[row]}, named {names[column]}: {counts[row, column]:,} of {per_row[row]:,}"
            for column in range(len(names))
        ]
        for row in range(len(names))
    ]


def _add_squares(figure: go.Figure, counts: NDArray[np.int64], hover: list[list[str]]) -> None:
    """A dot that nobody sees on every square: heat maps cannot be picked from, and the nearest dot is the square's.

    Of many classes only squares with photos have one, within which it reaches: more than a thousand would take long.
    """
    many = len(counts) > DIGITS
    rows, columns = np.nonzero(counts if many else np.ones_like(counts))
    figure.add_scatter(
        x=columns.tolist(),
        y=rows.tolist(),
        customdata=(rows * len(counts) + columns).tolist(),
        text=[hover[row][column] for row, column in zip(rows, columns, strict=True)],
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        marker={"size": 12, "color": "rgba(0,0,0,0)"},
        selected_marker_opacity=0,
        unselected_marker_opacity=0,
    )
    figure.update_layout(hoverdistance=3 if many else 40)  # px around a dot


def confusion_height(num_classes: int) -> int:
    """Height in pixels: nearly square cells with digits, low rows without."""
    return 60 + 41 * num_classes if num_classes <= DIGITS else 60 + 18 * num_classes
