"""Figures of classes, thresholds and doubt show the numbers they are given."""

import numpy as np
import pytest

from core import charts
from core.charts import Share
from core.model import curves
from core.model.reliability import reliability


def test_bars_have_whiskers_as_long_as_the_interval_and_nothing_where_nothing_is_known() -> None:
    known, unknown = Share(0.5, (0.2, 0.9)), Share(None, None)
    figure = charts.class_scores({"<b>hat": known, "sock": unknown}, {"<b>hat": unknown, "sock": known})
    finds, percent, holds, _ = figure.data
    assert list(finds.x) == [0.5, 0.0] and list(holds.x) == [0.0, 0.5]
    assert finds.error_x.array == pytest.approx([0.4, 0]) and finds.error_x.arrayminus == pytest.approx([0.3, 0])
    assert list(percent.text) == ["50%", "–"]
    assert list(finds.hovertemplate) == [
        "&lt;b&gt;hat: 50%, between 20% and 90%<extra></extra>",
        "sock: nothing to go by<extra></extra>",
    ]
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;hat", "sock"]
    assert charts.class_scores_height(40) > charts.class_scores_height(10)


def test_the_dots_of_the_reliability_diagram_stand_where_confidence_meets_accuracy() -> None:
    labels = np.array([0, 0, 1, 1], np.int64)
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.45, 0.55]], np.float32)
    _, dots, bars = charts.reliability_diagram(reliability(labels, probabilities)).data
    assert dots.x == pytest.approx([0.55, 0.9], abs=1e-6) and dots.y == pytest.approx([1, 2 / 3])
    assert list(bars.y) == [1, 3] and dots.marker.size[0] < dots.marker.size[1]
    assert list(dots.marker.color) == [charts.MODEL, charts.CHECK]  # the second is far surer than it is right


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    generator = np.random.default_rng(0)
    is_so, scores = generator.random(20_000) < 0.3, generator.random(20_000).astype(np.float32)
    found = curves.precision_recall(is_so, scores)
    assert found is not None and len(found.x) > 10_000
    chance, line = charts.class_curve(found, "found", "its word holds", 0.3).data
    assert list(chance.y) == [0.3, 0.3] and len(line.x) <= 400
    assert (line.x[0], line.y[0], line.x[-1]) == (0, 1, 1) and max(line.customdata) <= 1
