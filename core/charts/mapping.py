"""A map of photos: a dot each, coloured by class while there are few classes, those that lie among others larger."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.look import CHECK, CLASSES, FEW, OTHERS, shortened

CHOSEN = (CLASSES[3], CLASSES[8], CLASSES[9])  # of many classes those that were picked: far from grey and from ochre
DOT, ODD_DOT = 6, 10  # px
LOOKED_AT = 400  # dots of a class, to find out where it is densest
NAME_WIDTH, NAME_HEIGHT = 0.013, 0.055  # half a letter, half a line, on a map 2 wide and high


def dataset_map(points: pd.DataFrame, chosen: Sequence[str] = ()) -> go.Figure:
    """Each photo a dot, whose `customdata` is its place in `points`.

    Up to ten classes have a colour each. Of more, the chosen ones have, what lies among others is ochre, the rest grey.

    Args:
        points: columns x, y, label, among (what lies around it is called so), and odd (whether that matters).
        chosen: up to three labels.
    """
    labels = points["label"].value_counts(sort=True).index.tolist()
    odd = points["odd"].to_numpy(bool)
    own = points["label"].to_numpy(object)
    figure = go.Figure()
    if len(labels) <= FEW:
        colours = dict(zip(labels, CLASSES, strict=False))
    else:
        colours = dict(zip(chosen, CHOSEN, strict=False))
        rest = ~np.isin(own, list(colours))
        _dots(figure, points, rest & ~odd, "all others" if colours else "all classes", OTHERS)
        _dots(figure, points, rest & odd, "named otherwise than its neighbours", CHECK, ODD_DOT)
    for label, colour in colours.items():
        _dots(figure, points, (own == label) & ~odd, shortened(label, 28), colour)
    for label, colour in colours.items():
        _dots(figure, points, (own == label) & odd, shortened(label, 28), colour, ODD_DOT, legend=False)
    _names(figure, points, labels)
    edge = [-1.06, 1.06]
    figure.update_xaxes(visible=False, range=edge)
    figure.update_yaxes(visible=False, range=edge)
    return figure.update_layout(
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
    )


def _dots(
    figure: go.Figure,
    points: pd.DataFrame,
    these: NDArray[np.bool_],
    name: str,
    colour: str,
    size: int = DOT,
    legend: bool = True,
) -> None:
    shown = points[these]
    if shown.empty:
        return
    figure.add_scatter(
        x=shown["x"].tolist(),
        y=shown["y"].tolist(),
        customdata=np.flatnonzero(these).tolist(),
        text=[_hover(*row) for row in zip(shown["label"], shown["among"], shown["odd"], strict=True)],
        hovertemplate="%{text}<extra></extra>",
        mode="markers",
        name=name,
        legendgroup=name,
        showlegend=legend,
        marker={"size": size, "color": colour, "opacity": 0.95 if size == ODD_DOT or colour == OTHERS else 0.6},
    )


def _hover(label: str, among: str, odd: bool) -> str:
    return f"{shortened(label, 40)}, among {shortened(among, 40)}" if odd else shortened(label, 40)


def _names(figure: go.Figure, points: pd.DataFrame, labels: Sequence[str]) -> None:
    """Each class's name where most of it lies; the smaller of two that would cover each other goes without."""
    taken: list[tuple[float, float, int]] = []
    for label in labels:
        own = points.loc[points["label"] == label, ["x", "y"]].to_numpy(float)
        own = own[:: max(1, len(own) // LOOKED_AT)]
        apart = np.hypot(*(own[:, None] - own[None]).transpose(2, 0, 1))
        x, y = own[np.exp(-((apart / 0.15) ** 2)).sum(axis=1).argmax()]
        name = label if len(label) <= 18 else f"{label[:17]}…"
        covered = any(
            abs(x - other_x) < NAME_WIDTH * (len(name) + length) and abs(y - other_y) < 2 * NAME_HEIGHT
            for other_x, other_y, length in taken
        )
        if not covered:
            taken.append((x, y, len(name)))
            figure.add_annotation(x=x, y=y, text=escape(name, quote=False), showarrow=False, font_size=13)
