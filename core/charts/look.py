"""What all figures share: the two colours that carry meaning, the template, the end of a line, ticks, labels.

Indigo is for what the model says or learns from, ochre for what tests it, for doubt and for mistakes. Words and grid
take the colours of the theme in the browser, so no figure has a dark variant.
"""

from html import escape

import plotly.graph_objects as go

MODEL, CHECK = "#5176D2", "#C98300"
# Each at least 3:1 on both backgrounds, and told apart with any kind of colour blindness: LOOK, section 1.
CLASSES = (MODEL, CHECK, "#6E8089", "#208147", "#A18D86", "#925468", "#736091", "#B24206", "#309FB5", "#E54A61")
DASHES = ("solid", "dash", "dot", "dashdot")
OTHERS = "rgba(128,128,128,0.45)"
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


def dot(figure: go.Figure, x: float, y: float | None, colour: str) -> None:
    """The end of a line: where it stands now."""
    if y is not None:
        figure.add_scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"size": 9, "color": colour},
            hoverinfo="skip",
            showlegend=False,
        )


def round_ticks(rounds: int) -> list[int]:
    """1, the last round, and a few whole ones between, evenly where that is possible."""
    for parts in (4, 3, 5):
        if rounds > parts and (rounds - 1) % parts == 0:
            return list(range(1, rounds + 1, (rounds - 1) // parts))
    step = max(1, round(rounds / 4))
    between = [tick for tick in range(step, rounds - step // 2, step) if tick > 1 + step // 2]
    return [1, *between, rounds] if rounds > 1 else [1]


def percent_axis(figure: go.Figure) -> go.Figure:
    """Shares from 0 to 100 %, with room for a dot at the top."""
    ticks = [0, 0.25, 0.5, 0.75, 1]
    return figure.update_yaxes(range=[0, 1.04], tickvals=ticks, ticktext=[f"{tick:.0%}" for tick in ticks])


def shortened(name: str, characters: int = 18) -> str:
    """A label as it was written, at most so long; the figures would take "<b>" and "&" in it for HTML."""
    return escape(name if len(name) <= characters else f"{name[: characters - 1]}…", quote=False)
