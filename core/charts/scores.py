"""How good it is class by class, and how unsure that is; one class at every threshold; and how honest its doubt is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.charts.look import CHECK, MODEL, OTHERS, percent_axis, shortened
from core.charts.results import DIGITS
from core.model import curves
from core.model.reliability import Bin

FINDS, HOLDS = "It finds them", "Its word holds"
PALE = "rgba(81,118,210,0.42)"  # MODEL under its whiskers
FAR = 0.1  # so much surer than right that it is worth a colour
MOST_POINTS = 400  # of a line: more cannot be told apart


@dataclass(frozen=True)
class Share:
    """A score of a class, from 0 to 1, and between what it truly lies; both None where nothing is known."""

    value: float | None
    interval: tuple[float, float] | None


def class_scores(finds: Mapping[str, Share], holds: Mapping[str, Share]) -> go.Figure:
    """Recall and precision of every class side by side, as bars with whiskers, in the order that they come in."""
    names = list(finds)
    figure = go.Figure()
    for axis, scores in (("x", finds), ("x2", holds)):
        _add_bars(figure, axis, names, [scores[name] for name in names])
    figure.update_layout(hovermode="closest", bargap=0.45, yaxis2={"visible": False})
    for axis, title, domain in (("xaxis", FINDS, [0, 0.47]), ("xaxis2", HOLDS, [0.53, 1])):
        figure.layout[axis] = {
            "domain": domain,
            "range": [0, 1.24],
            "side": "top",
            "tickvals": [0.5],
            "ticktext": [title],
            "showgrid": False,
            "fixedrange": True,
        }
    return figure.update_yaxes(
        range=[len(names) - 0.5, -0.5],
        tickvals=list(range(len(names))),
        ticktext=[shortened(name) for name in names],
        showgrid=False,
        fixedrange=True,
    )


def class_scores_height(num_classes: int) -> int:
    """Height in pixels that gives every class its bars and its name."""
    return 36 + (32 if num_classes <= DIGITS else 21) * num_classes


def reliability_diagram(bins: Sequence[Bin]) -> go.Figure:
    """How often it is right by how sure it is: dots on the line are honest, larger ones stand for more photos."""
    filled = [each for each in bins if each.confidence is not None and each.accuracy is not None]
    sure, right = [each.confidence for each in filled], [each.accuracy for each in filled]
    counts = [each.photos for each in filled]
    hover = [
        f"{each.photos:,} photos: {each.confidence:.0%} sure, right on {each.accuracy:.0%}<extra></extra>"
        for each in filled
    ]
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": OTHERS, "dash": "dot", "width": 1.5}, hoverinfo="skip"
    )
    biggest = max(counts, default=1)
    figure.add_scatter(
        x=sure,
        y=right,
        mode="markers",
        marker={
            "size": [7 + 11 * (number / biggest) ** 0.5 for number in counts],
            "color": [CHECK if each.gap > FAR else MODEL for each in filled],
            "opacity": 1,
        },
        cliponaxis=False,
        hovertemplate=hover,
    )
    middles = [(each.low + each.high) / 2 for each in filled]
    figure.add_bar(x=middles, y=counts, yaxis="y2", marker_color=OTHERS, width=0.85 / len(bins), hovertemplate=hover)
    percent_axis(figure).update_layout(
        hovermode="closest",
        yaxis={"domain": [0.27, 1], "fixedrange": True},
        yaxis2={"domain": [0, 0.2], "visible": False, "fixedrange": True},
    )
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return figure.update_xaxes(
        range=[0, 1.03], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks], fixedrange=True
    )


def class_curve(curve: curves.Curve, x_title: str, y_title: str, chance: float | None) -> go.Figure:
    """A curve of one class at every threshold.

    Args:
        x_title: of what the share to the right is.
        y_title: of what the share upwards is.
        chance: what guessing reaches everywhere; None for as much upwards as to the right.
    """
    kept = np.unique(np.linspace(0, len(curve.x) - 1, min(MOST_POINTS, len(curve.x))).round().astype(int))
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1] if chance is None else [chance, chance],
        mode="lines",
        line={"color": OTHERS, "dash": "dot", "width": 1.5},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=curve.x[kept],
        y=curve.y[kept],
        customdata=np.minimum(curve.thresholds[kept], 1),
        mode="lines",
        line_color=MODEL,
        hovertemplate=f"from %{{customdata:.0%}} on: {y_title} %{{y:.0%}}, {x_title} %{{x:.0%}}<extra></extra>",
    )
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_xaxes(range=[0, 1.03], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks], fixedrange=True)
    return percent_axis(figure).update_layout(hovermode="closest").update_yaxes(fixedrange=True)


def _add_bars(figure: go.Figure, axis: str, names: Sequence[str], shares: Sequence[Share]) -> None:
    """The bars of one score with whiskers, and their percent in a column of its own."""
    places = list(range(len(names)))
    on = {"xaxis": axis, "yaxis": "y" if axis == "x" else "y2"}
    values = [each.value or 0.0 for each in shares]
    between = [each.interval or (value, value) for each, value in zip(shares, values, strict=True)]
    figure.add_bar(
        x=values,
        y=places,
        orientation="h",
        marker_color=PALE,
        error_x={
            "type": "data",
            "array": [high - value for (_, high), value in zip(between, values, strict=True)],
            "arrayminus": [value - low for (low, _), value in zip(between, values, strict=True)],
            "color": MODEL,
            "thickness": 2,
            "width": 4,
        },
        hovertemplate=[
            f"{shortened(name, 40)}: {_in_words(each)}<extra></extra>" for name, each in zip(names, shares, strict=True)
        ],
        **on,
    )
    figure.add_scatter(
        x=[1.14] * len(names),
        y=places,
        mode="text",
        text=["–" if each.value is None else f"{each.value:.0%}" for each in shares],
        textfont_size=12 if len(names) <= DIGITS else 10,
        hoverinfo="skip",
        **on,
    )


def _in_words(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "nothing to go by"
    low, high = share.interval
    return f"{share.value:.0%}, between {low:.0%} and {high:.0%}"
