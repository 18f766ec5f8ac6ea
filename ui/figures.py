"""A figure on a page: one height, one look, words for those who cannot see it."""

from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from core.charts import LOOK

BUTTONS = ["lasso2d", "select2d", "pan2d", "zoom2d", "resetScale2d"]  # of a figure that can be picked from
TAPS_PATH = Path(__file__).parent / "figure_taps.js"
TWO_LINES = ":small[:violet[●] photos it learns from &emsp; :orange[●] photos held back]"


def chart(figure: go.Figure, height: int, key: str, alt: str) -> None:
    """Shows a figure of `core.charts`."""
    figure.update_layout(template=LOOK, height=height, margin=LOOK.layout.margin)
    st.plotly_chart(figure, theme="streamlit", key=key, alt=alt, config={"displayModeBar": False, "scrollZoom": False})


def pickable_chart(figure: go.Figure, height: int, key: str, alt: str) -> list[int]:
    """Shows a figure whose dots can be clicked and, with the lasso or the box from above it, areas drawn around.

    Args:
        figure: as for `chart`; the dots' `customdata` are numbers.
        height: px.
        key: as for `chart`.
        alt: as for `chart`.

    Returns:
        The `customdata` of those chosen.
    """
    figure.update_layout(template=LOOK, height=height, margin={**LOOK.layout.margin.to_plotly_json(), "t": 34})
    figure.update_layout(dragmode="pan")  # Streamlit lets dots be clicked only while dragging draws around none
    picked = st.plotly_chart(
        figure,
        theme="streamlit",
        key=key,
        alt=alt,
        on_select="rerun",
        config={"displayModeBar": True, "displaylogo": False, "scrollZoom": False, "modeBarButtons": [BUTTONS]},
    )
    _feels_fingers()
    return [point["customdata"] for point in picked["selection"]["points"] if "customdata" in point]


def clickable_chart(figure: go.Figure, height: int, key: str, alt: str, on_click: Callable[[], None]) -> None:
    """Shows a figure whose dots can be clicked, one at a time; `clicked(key)` then says which it was.

    Args:
        figure: as for `chart`; the dots' `customdata` are numbers.
        height: px.
        key: as for `chart`.
        alt: as for `chart`.
        on_click: called before the page runs again.
    """
    figure.update_layout(template=LOOK, height=height, margin=LOOK.layout.margin)
    figure.update_layout(dragmode="pan")  # Streamlit lets dots be clicked only while dragging draws around none
    st.plotly_chart(
        figure,
        theme="streamlit",
        key=key,
        alt=alt,
        on_select=on_click,
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False},
    )
    _feels_fingers()


def clicked(key: str) -> int | None:
    """The `customdata` of the dot that was clicked; None when it was the same one again, which takes the click back."""
    points = st.session_state[key]["selection"]["points"]
    return next((point["customdata"] for point in points if "customdata" in point), None)


def _feels_fingers() -> None:
    """Lets a tap pick the dot under the finger."""
    st.html(f"<script>{TAPS_PATH.read_text('utf-8')}</script>", unsafe_allow_javascript=True)
