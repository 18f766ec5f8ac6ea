"""What a dataset holds: photos by class and part, the sizes they came in, and how bright they are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.look import CHECK, MODEL, shortened
from core.charts.results import class_sizes_height

PARTS = {  # what a part is for; indigo learns, ochre is held back, the paler one while it learns
    "train": ("it learns from", MODEL),
    "validation": ("it is watched with", "rgba(201,131,0,0.5)"),
    "test": ("it is tested on", CHECK),
}
LEGEND_PX = 34
DOTS_PX = (7, 34)  # across, of a size that one photo has, and of the commonest


def class_parts(counts: pd.DataFrame) -> go.Figure:
    """Photos by class, biggest first: each bar in three parts, with the class's total at its end.

    Args:
        counts: a row a label; columns train, validation and test, in photos.
    """
    shown = counts.assign(total=counts.sum(axis=1)).sort_values("total", ascending=False, kind="stable")
    names, totals = shown.index.tolist(), shown["total"].tolist()
    places = list(range(len(names)))
    figure = go.Figure()
    for part, (what, colour) in PARTS.items():
        figure.add_bar(
            x=shown[part].tolist(),
            y=places,
            name=what,
            orientation="h",
            marker_color=colour,
            customdata=[shortened(name, 60) for name in names],
            hovertemplate=f"%{{customdata}}: {what} %{{x:,}}<extra></extra>",
        )
    figure.add_scatter(
        x=totals,
        y=places,
        mode="text",
        text=[f" {total:,}" for total in totals],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_layout(
        barmode="stack",
        hovermode="closest",
        showlegend=True,
        legend={
            "orientation": "h",
            "traceorder": "normal",
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "x": 0,
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    figure.update_xaxes(visible=False, range=[0, 1.12 * max(totals, default=1)])
    ticks = [shortened(name, 28) for name in names]
    return figure.update_yaxes(
        range=[len(names) - 0.5, -0.5], tickvals=places, ticktext=ticks, showgrid=False, fixedrange=True
    )


def class_parts_height(num_classes: int) -> int:
    """Height in pixels that gives every class its bar and its name, below the line that says what the colours are."""
    return LEGEND_PX + class_sizes_height(num_classes)


def sizes(found: pd.DataFrame, drawn_to_px: int) -> go.Figure:
    """Sizes of photos, each a dot, the larger the more photos; those in ochre have too few pixels for the network.

    Args:
        found: columns width, height and photos.
        drawn_to_px: the side that a network looks at.
    """
    across = DOTS_PX[0] + (DOTS_PX[1] - DOTS_PX[0]) * np.sqrt(found["photos"] / found["photos"].max())
    small = found[["width", "height"]].min(axis=1) < drawn_to_px
    figure = go.Figure()
    for these, colour in ((~small, MODEL), (small, CHECK)):  # a colour for each dot takes Plotly ten times as long
        figure.add_scatter(
            x=found["width"][these].to_numpy(),
            y=found["height"][these].to_numpy(),
            customdata=found["photos"][these].to_numpy(),
            mode="markers",
            marker={"size": across[these].to_numpy(), "color": colour, "opacity": 0.65, "line": {"width": 0}},
            hovertemplate="about %{x:,} × %{y:,}: %{customdata:,} photos<extra></extra>",
        )
    figure.update_layout(hovermode="closest")
    for axis, values, update in (
        ("wide", found["width"], figure.update_xaxes),
        ("high", found["height"], figure.update_yaxes),
    ):
        ticks = _doublings(values.tolist())
        room = np.log10([min(*ticks, values.min()) / 1.15, max(*ticks, values.max()) * 1.15]).tolist()
        update(
            type="log",
            range=room,
            tickvals=ticks,
            ticktext=[f"{tick:,}" for tick in ticks],
            title={"text": f"dots {axis}", "font_size": 12},
            showgrid=True,
            fixedrange=True,
        )
    return figure


def _doublings(values: Sequence[int], most: int = 4) -> list[int]:
    """Round numbers around what there is, each twice the one before, or four times, or more: 100, 200, 400."""
    low, high = int(np.floor(np.log2(min(values) / 25))), int(np.ceil(np.log2(max(values) / 25)))
    step = max(1, -(-(high - low) // most))
    ticks = [round(25 * 2.0**power) for power in range(low, high + 1, step)]
    return ticks if len(ticks) > 1 else [ticks[0], 2 * ticks[0]]


def brightness(counts: NDArray[np.int64]) -> go.Figure:
    """Photos from black to white.

    Args:
        counts: shape (BINS,), photos of each brightness, the darkest first.
    """
    edges = np.arange(len(counts)) / len(counts)
    middle = edges + 0.5 / len(counts)
    figure = go.Figure(
        go.Bar(
            x=middle.tolist(),
            y=counts.tolist(),
            marker_color=MODEL,
            customdata=[f"{100 * low:.0f} to {100 * (low + 1 / len(counts)):.0f} %" for low in edges],
            hovertemplate="%{customdata} bright: %{y:,} photos<extra></extra>",
        )
    )
    figure.update_layout(hovermode="closest", bargap=0.12)
    figure.update_yaxes(visible=False, fixedrange=True)
    return figure.update_xaxes(
        range=[0, 1], tickvals=[0.1, 0.5, 0.9], ticktext=["black", "grey", "white"], fixedrange=True
    )
