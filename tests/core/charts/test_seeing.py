"""The figures of what a dataset holds: counts by class and part, sizes, brightness; whatever the labels are."""

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.data.overview import BINS


def counts(num_classes: int) -> pd.DataFrame:
    number = np.arange(num_classes)
    table = {"train": 3 * number + 4, "validation": number + 1, "test": 0 * number + 2}
    return pd.DataFrame(table, index=[f"class {each}" for each in number])


@pytest.mark.parametrize("num_classes", [2, 60])
def test_each_bar_is_as_long_as_its_three_parts_and_says_their_sum(num_classes: int) -> None:
    found = counts(num_classes)
    figure = charts.class_parts(found)
    *bars, totals = figure.data
    assert [bar.name for bar in bars] == ["it learns from", "it is watched with", "it is tested on"]
    summed = np.sum([bar.x for bar in bars], axis=0)
    assert summed.tolist() == list(totals.x) == sorted(found.sum(axis=1), reverse=True)
    assert figure.layout.yaxis.ticktext[0] == f"class {num_classes - 1}"
    assert totals.text[0] == f" {summed[0]:,}"
    assert charts.class_parts_height(num_classes) > charts.class_sizes_height(num_classes)


def test_a_label_that_people_wrote_does_nothing() -> None:
    figure = charts.class_parts(counts(2).rename(index={"class 0": "<b>bold</b>", "class 1": "x" * 80}))
    assert list(figure.layout.yaxis.ticktext) == ["x" * 27 + "…", "&lt;b&gt;bold&lt;/b&gt;"]
    assert "<b>" not in str(figure.data[0].customdata)


def test_sizes_that_the_network_has_to_blow_up_are_ochre() -> None:
    found = pd.DataFrame({"width": [400, 50], "height": [300, 300], "photos": [90, 10]})
    large, small = charts.sizes(found, 100).data
    assert (large.x.tolist(), large.marker.color) == ([400], charts.MODEL)
    assert (small.x.tolist(), small.marker.color) == ([50], charts.CHECK)
    assert large.marker.size[0] > small.marker.size[0]


@pytest.mark.parametrize("side", [1, 333, 20_000])
def test_one_size_alone_has_an_axis_around_it(side: int) -> None:
    axis = charts.sizes(pd.DataFrame({"width": [side], "height": [side], "photos": [1]}), 100).layout.xaxis
    assert axis.range[0] < np.log10(side) < axis.range[1] and len(set(axis.tickvals)) > 1


def test_brightness_counts_every_photo_between_black_and_white() -> None:
    bars = charts.brightness(np.arange(BINS)).data[0]
    assert sum(bars.y) == sum(range(BINS)) and 0 < bars.x[0] < bars.x[-1] < 1
