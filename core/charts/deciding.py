"""How much a model could do alone, by how sure it has to be."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.look import CHECK, MODEL
from core.model.deciding import Decision, Outlook

FEW_ANSWERS = 10  # below that, one mistake more or less throws the share about
MOST_POINTS = 300  # of a line: more cannot be told apart


def alone(outlook: Outlook, chosen: Decision | None, check: Decision | None) -> go.Figure:
    """Photos that it answers alone (across) against how many of these answers are right (upwards).

    Args:
        outlook: the line, with a point for each threshold.
        chosen: a dot on the line.
        check: the same threshold on other photos: a dot with the interval as its whisker.
    """
    sure, share, right = _points(outlook, FEW_ANSWERS if chosen is None else min(FEW_ANSWERS, chosen.alone))
    figure = go.Figure()
    figure.add_scatter(
        x=share,
        y=right,
        customdata=sure,
        mode="lines",
        line_color=MODEL,
        hovertemplate="from %{customdata:.0%} on: %{x:.0%} alone, %{y:.0%} of them right<extra></extra>",
    )
    for decision, colour in ((chosen, MODEL), (check, CHECK)):
        if decision is not None and decision.right_share is not None and decision.interval is not None:
            _add_decision(figure, decision, colour, whisker=decision is check or check is None)
    ends = [each.interval[0] for each in (check or chosen,) if each is not None and each.interval is not None]
    lowest = min([0.9, *right, *ends])
    figure.update_layout(hovermode="closest")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    figure.update_xaxes(range=[0, 1.03], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks], fixedrange=True)
    return _from(figure, lowest)


def _from(figure: go.Figure, lowest: float) -> go.Figure:
    """Shares upwards, from a round one below the lowest, with three to six ticks."""
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if (1 - lowest) / step <= 5 or step == 0.25)
    number = int(np.ceil((1 - lowest) / step - 1e-9))
    upwards = [1 - step * place for place in range(number + 1)]
    start = upwards[-1]
    return figure.update_yaxes(
        range=[start, 1 + 0.04 * (1 - start)],
        tickvals=upwards,
        ticktext=[f"{tick:.0%}" for tick in upwards],
        fixedrange=True,
    )


def _points(outlook: Outlook, least: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of every threshold with so many answers: itself, the share of photos answered alone, the share of these right."""
    confidence = outlook.confidence
    last = np.flatnonzero(np.diff(confidence, append=-1.0))  # of the photos with one confidence
    last = last[(confidence[last] > 0) & (last + 1 >= min(least, len(confidence)))]
    kept = last[np.unique(np.linspace(0, max(0, len(last) - 1), min(MOST_POINTS, len(last))).round().astype(int))]
    number = kept + 1
    return confidence[kept], number / len(confidence), np.cumsum(outlook.right)[kept] / number


def _add_decision(figure: go.Figure, decision: Decision, colour: str, whisker: bool) -> None:
    right, (low, high) = decision.right_share or 0.0, decision.interval or (0.0, 0.0)
    figure.add_scatter(
        x=[decision.share],
        y=[right],
        mode="markers",
        marker={"size": 12, "color": colour},
        error_y={
            "visible": whisker,
            "array": [high - right],
            "arrayminus": [right - low],
            "color": colour,
            "thickness": 1.5,
            "width": 5,
        },
        hovertemplate=f"{decision.alone:,} of {decision.photos:,} alone, {decision.right:,} of them right"
        f"<br>95 % interval: {low:.0%} to {high:.0%}<extra></extra>",
    )
