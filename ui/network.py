"""The network drawn layer by layer: how large its picture of a photo is on the way, and what it has to learn."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log2
from typing import Any

import streamlit as st

from core.charts import rate_curve
from core.training.live import Live
from ui import curves, knobs
from ui.figures import chart
from ui.frame import note
from ui.words import count

SAID = {
    "InputLayer": ("The photo", "input"),
    "Rescaling": ("Makes numbers of it", "rescaling"),
    "Normalization": ("Evens out the light", "normalisation"),
    "Conv2D": ("Looks for patterns", "convolution"),
    "SeparableConv2D": ("Looks for patterns", "separable convolution"),
    "DepthwiseConv2D": ("Looks for patterns", "depthwise convolution"),
    "MaxPooling2D": ("Keeps the strongest", "pooling"),
    "AveragePooling2D": ("Takes the middle", "average pooling"),
    "GlobalAveragePooling2D": ("Takes the middle of the photo", "global average pooling"),
    "GlobalMaxPooling2D": ("Keeps the strongest of the photo", "global max pooling"),
    "BatchNormalization": ("Evens out", "batch-norm"),
    "LayerNormalization": ("Evens out", "layer norm"),
    "ReLU": ("Drops what speaks against", "ReLU"),
    "Activation": ("Drops what speaks against", "activation"),
    "Add": ("Adds what it skipped", "residual"),
    "Multiply": ("Weighs", "multiply"),
    "Concatenate": ("Puts side by side", "concatenate"),
    "ZeroPadding2D": ("Adds a border", "padding"),
    "Flatten": ("Lays it all in a row", "flatten"),
    "Reshape": ("Lays it out anew", "reshape"),
    "Dropout": ("Forgets at random", "dropout"),
    "Dense": ("Weighs it all", "dense"),
    "Softmax": ("Says how sure", "softmax"),
    "Functional": ("The borrowed eyes", "backbone"),
}
FULL_HEIGHT = 14  # layers; more are scrolled


def under_the_hood(now: Live) -> None:
    """The network and the step size, folded away. Nothing before the network is built."""
    if not now.network:
        return
    st.space("xsmall")
    title = "Under the hood :small[:gray[the network, layer by layer]]"
    opened = st.expander(title, key="under_the_hood", on_change="rerun")  # drawn only where somebody looks
    if opened.open:
        with opened:
            _network(now)


def _network(now: Live) -> None:
    parameters = sum(layer["parameters"] for layer in now.network)
    learned = sum(layer["parameters"] for layer in now.network if layer["trainable"])
    here = f" It learns {learned:,} of them; the rest stay as they came." if learned < parameters else ""
    counted = f" It counts with {knobs.said(now.precision)}." if now.precision else ""
    st.markdown(f"{count(len(now.network), 'layer')}, {parameters:,} numbers :small[:gray[parameters]].{here}{counted}")
    with st.container(height=440 if len(now.network) > FULL_HEIGHT else "content", border=False):
        st.html(_drawing(now.network))
    rates = _rates(now)
    if len(rates) > 1:
        note("Step size (learning rate), round by round")
        chart(
            rate_curve(rates, curves.rounds_shown(now)),
            140,
            "rate_curve",
            f"Step size by round, {rates[-1][1]:.2g} now",
        )


def _rates(now: Live) -> list[tuple[float, float]]:
    """Within the rounds where they were told, and at the end of each: quick rounds tell little between."""
    ends = [(float(row["epoch"]), row["learning_rate"]) for row in now.epoch_rows if "learning_rate" in row]
    return sorted({*now.learning_rates, *ends})


def _drawing(layers: Sequence[Mapping[str, Any]]) -> str:
    widest = max((layer["shape"][0] for layer in layers if len(layer["shape"]) == 3), default=1)
    rows = "".join(_row(layer, widest) for layer in layers)
    return f'<div class="layers" role="table" aria-label="The network, layer by layer">{rows}</div>'


def _row(layer: Mapping[str, Any], widest: int) -> str:
    """A bar as wide as its picture and as thick as its number of channels; what it does; its shape; what it learns."""
    shape = layer["shape"]
    title, term = SAID.get(layer["kind"], (layer["kind"], layer["name"]))
    units = shape[-1] if shape else 1
    width = 100 * shape[0] / widest if len(shape) == 3 else min(100, 2 + 5 * log2(max(2, units)))
    thick = 3 + 1.6 * log2(max(1, units)) if len(shape) == 3 else 6
    kind = "learns" if layer["parameters"] and layer["trainable"] else "stays" if layer["parameters"] else "plain"
    parameters = f"{layer['parameters']:,}" if layer["parameters"] else ""
    return (
        f'<div role="row" class="{kind}"><i><b style="width:{max(2, width):.0f}%;height:{thick:.0f}px"></b></i>'
        f'<span role="cell">{escape(title)} <small>{escape(term)}</small></span>'
        f'<span role="cell">{" × ".join(f"{size:,}" for size in shape)}</span>'
        f'<span role="cell">{parameters}</span></div>'
    )
