"""A figure on a page: one height, one look, words for those who cannot see it."""

import plotly.graph_objects as go
import streamlit as st

from core.charts import LOOK

TWO_LINES = ":small[:violet[●] photos it learns from &emsp; :orange[●] photos held back]"


def chart(figure: go.Figure, height: int, key: str, alt: str) -> None:
    """Shows a figure of `core.charts`."""
    figure.update_layout(template=LOOK, height=height, margin=LOOK.layout.margin)
    st.plotly_chart(figure, theme="streamlit", key=key, alt=alt, config={"displayModeBar": False, "scrollZoom": False})
