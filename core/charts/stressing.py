"""What a model loses on photos as phones take them."""

import numpy as np
import plotly.graph_objects as go

from core.charts.look import CHECK, MODEL, OTHERS, shortened
from core.charts.results import DIGITS, DOUBT
from core.model.spoiling import AS_IT_IS
from core.model.stress import Stress


def losses(stress: Stress) -> go.Figure:
    """How many photos of 100 it loses under each condition, the worst first; what may be luck in grey."""
    worst_first = sorted((each for each in stress.right if each != AS_IT_IS), key=stress.drop, reverse=True)
    drops = [100 * stress.drop(each) for each in worst_first]
    colours = [
        OTHERS if not stress.is_more_than_luck(each) else CHECK if stress.drop(each) > 0 else MODEL
        for each in worst_first
    ]
    figure = go.Figure(
        go.Bar(
            x=drops,
            y=list(range(len(worst_first))),
            customdata=[
                f"{each}: right on {stress.right[each]:,} of {stress.photos:,}, as they are on "
                f"{stress.right[AS_IT_IS]:,}"
                for each in worst_first
            ],
            orientation="h",
            marker_color=colours,
            text=[_signed(-drop) for drop in drops],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_layout(hovermode="closest")
    most, least = max(10.0, *drops), min(0.0, *drops)
    room = 0.12 * (most - least)  # for the numbers at the ends of the bars
    figure.update_xaxes(visible=False, range=[least - room if least else 0, most + room], fixedrange=True)
    return figure.update_yaxes(
        range=[len(worst_first) - 0.5, -0.5],
        tickvals=list(range(len(worst_first))),
        ticktext=worst_first,
        showgrid=False,
        fixedrange=True,
    )


def losses_height(stress: Stress) -> int:
    """Height in pixels that gives every condition its bar and its name."""
    return 16 + 30 * (len(stress.right) - 1)


def class_losses(stress: Stress) -> go.Figure:
    """How many of 100 photos of each class (row) it loses under each condition (column), both the worst first."""
    conditions = sorted((each for each in stress.right if each != AS_IT_IS), key=stress.drop, reverse=True)
    labels = sorted(
        stress.class_photos,
        key=lambda label: -sum(stress.class_drop(label, condition) for condition in conditions),
    )
    drops = np.array([[100 * stress.class_drop(label, each) for each in conditions] for label in labels])
    hover = [
        [
            f"{shortened(label, 40)}, {each}: {stress.class_right[label][each]:,} of {stress.class_photos[label]:,} "
            f"right, as they are {stress.class_right[label][AS_IT_IS]:,}"
            for each in conditions
        ]
        for label in labels
    ]
    rows, columns = list(range(len(labels))), list(range(len(conditions)))
    figure = go.Figure()
    figure.add_heatmap(
        z=np.maximum(drops, 0),
        x=columns,
        y=rows,
        text=hover,
        hovertemplate="%{text}<extra></extra>",
        colorscale=DOUBT,
        zmin=0,
        zmax=max(10.0, float(drops.max())),
        **({"xgap": 1, "ygap": 1} if len(labels) > DIGITS else {}),
    )
    if len(labels) <= DIGITS:
        places = [(row, column) for row in rows for column in columns if round(drops[row, column])]
        figure.add_scatter(
            x=[column for _, column in places],
            y=[row for row, _ in places],
            mode="text",
            text=[_signed(-drops[place]) for place in places],
            hoverinfo="skip",
            textfont_size=12,
        )
    figure.update_layout(hovermode="closest")
    words = {"showgrid": False, "fixedrange": True}
    figure.update_xaxes(
        side="top", tickangle=-90, range=[-0.5, len(columns) - 0.5], tickvals=columns, ticktext=conditions, **words
    )
    small = {"tickfont_size": 10} if len(labels) > DIGITS else {}
    return figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=rows,
        ticktext=[shortened(label) for label in labels],
        **small,
        **words,
    )


def class_losses_height(num_classes: int) -> int:
    """Height in pixels: rows with digits, low rows without."""
    return 150 + (32 if num_classes <= DIGITS else 18) * num_classes


def _signed(points: float) -> str:
    """ "−12", "+3", "0": of 100."""
    whole = round(points)
    return f"−{-whole}" if whole < 0 else f"+{whole}" if whole else "0"
