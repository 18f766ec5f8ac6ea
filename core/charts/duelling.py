"""Two models on the same photos, class by class."""

from collections.abc import Mapping

import plotly.graph_objects as go

from core.charts.look import CHECK, MODEL, shortened
from core.charts.results import DIGITS

BEFORE = "#6E8089"  # what it is compared with


def class_changes(classes: Mapping[str, tuple[int, int, int]]) -> go.Figure:
    """From how many of 100 photos of a class one model finds to how many another does; the biggest gain first.

    Args:
        classes: by label: the one is right on, the other is right on, photos; at least 1 of these.
    """
    order = sorted(classes, key=lambda label: (classes[label][0] - classes[label][1]) / classes[label][2])
    figure = go.Figure()
    for row, label in enumerate(order):
        was, now, photos = classes[label]
        colour = BEFORE if was == now else MODEL if now > was else CHECK
        hover = f"{shortened(label, 40)}: {was:,} of {photos:,} before, {now:,} with the other<extra></extra>"
        figure.add_scatter(
            x=[was / photos, now / photos],
            y=[row, row],
            mode="lines+markers",
            line={"color": colour, "width": 3},
            marker={"size": [8, 11], "color": [BEFORE, colour], "opacity": 1},
            hovertemplate=hover,
        )
    figure.update_layout(hovermode="closest")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_xaxes(
        range=[-0.02, 1.04],
        side="top",
        tickvals=ticks,
        ticktext=[f"{tick:.0%}" for tick in ticks],
        showgrid=True,
        fixedrange=True,
    )
    return figure.update_yaxes(
        range=[len(order) - 0.5, -0.5],
        tickvals=list(range(len(order))),
        ticktext=[shortened(label) for label in order],
        showgrid=False,
        fixedrange=True,
    )


def class_changes_height(num_classes: int) -> int:
    """Height in pixels that gives every class its line and its name."""
    return 36 + (30 if num_classes <= DIGITS else 20) * num_classes
