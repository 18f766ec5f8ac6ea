"""Figures of what a model may be trusted with: alone, on spoilt photos, and beside another."""

import numpy as np

from core import charts
from core.charts.deciding import FEW_ANSWERS
from core.charts.look import CHECK, MODEL, OTHERS
from core.model.deciding import outlook_of
from core.model.spoiling import CONDITIONS
from core.model.stress import counted


def test_the_line_goes_through_what_every_threshold_comes_to():
    chance = np.random.default_rng(1)
    confidence, right = chance.choice([0.0, 0.5, 0.6, 0.9, 0.95], 80), chance.random(80) < 0.8
    outlook = outlook_of(confidence, right)
    line = charts.alone(outlook, None, None).data[0]
    expected = [each for each in outlook.all()[::-1] if each.alone >= FEW_ANSWERS]
    assert line.customdata.tolist() == [each.sure for each in expected]
    assert line.x.tolist() == [each.share for each in expected]
    assert line.y.tolist() == [each.right_share for each in expected]


def test_the_dot_is_on_the_line_and_its_check_has_the_whisker():
    outlook = outlook_of(np.linspace(0.5, 1, 50), np.arange(50) % 7 > 0)
    chosen, check = outlook.at(0.97), outlook_of(np.linspace(0.4, 1, 50), np.arange(50) % 3 > 0).at(0.97)
    figure = charts.alone(outlook, chosen, check)
    line, dot, other = figure.data
    assert chosen.alone < FEW_ANSWERS and (dot.x[0], dot.y[0]) in list(zip(line.x, line.y, strict=True))
    assert (dot.marker.color, other.marker.color) == (MODEL, CHECK)
    assert (dot.error_y.visible, other.error_y.visible) == (False, True)
    low, high = check.interval
    assert other.y[0] - other.error_y.arrayminus[0] == low and other.y[0] + other.error_y.array[0] == high
    assert figure.layout.yaxis.range[0] <= low
    alone = charts.alone(outlook, chosen, None)
    assert alone.data[1].error_y.visible is True
    assert len(charts.alone(outlook, outlook.at(1.0), None).data) == 2, "the surest photo alone"
    none = outlook_of(np.zeros(3), np.ones(3, bool))
    assert [len(each) for each in (charts.alone(none, none.at(0.9), None).data[0].x,)] == [0]


def test_losses_stand_with_the_worst_first_and_luck_in_grey():
    right = np.ones((40, len(CONDITIONS)), bool)
    names = list(CONDITIONS)
    right[:12, names.index("blurred")] = False
    right[:3, names.index("30 % darker")] = False
    stress = counted(right, ["dress"] * 30 + ["<hat>"] * 10)
    bars = charts.losses(stress).data[0]
    ticks = charts.losses(stress).layout.yaxis.ticktext
    assert ticks[:2] == ("blurred", "30 % darker") and len(ticks) == len(CONDITIONS) - 1
    assert bars.marker.color[:3] == (CHECK, OTHERS, OTHERS)
    assert bars.text[:3] == ("−30", "−8", "0")
    classes = charts.class_losses(stress)
    assert classes.layout.yaxis.ticktext == ("dress", "&lt;hat&gt;") and classes.layout.xaxis.ticktext[0] == "blurred"
    assert classes.data[0].z[0][0] == 40 and classes.data[0].z[1][0] == 0
    assert charts.losses_height(stress) > 200 and charts.class_losses_height(40) > charts.class_losses_height(2)


def test_classes_stand_by_how_much_another_model_changes():
    figure = charts.class_changes({"same": (3, 3, 6), "worse": (6, 1, 6), "better": (7, 10, 10)})
    assert figure.layout.yaxis.ticktext == ("better", "same", "worse")
    assert [(each.x[0], each.x[1]) for each in figure.data] == [(0.7, 1.0), (0.5, 0.5), (1.0, 1 / 6)]
    assert [figure.data[place].line.color for place in (0, 2)] == [MODEL, CHECK]
    assert charts.class_changes_height(40) > charts.class_changes_height(2)
