"""Figures of trainings show the numbers they are given, in the two colours that carry meaning."""

import pytest

from core import charts


def curve(**changes: object) -> charts.Curve:
    numbers = {"batches": [(0.5, 2.0), (1.0, 1.5)], "learning": [1.6], "checking": [1.7], "rounds": 10}
    return charts.Curve(**{**numbers, **changes})  # type: ignore[arg-type]


def test_the_axis_spans_the_whole_plan_so_that_the_line_grows_into_its_room() -> None:
    figure = charts.accuracy_curve(curve(learning=[0.2, 0.4], checking=[0.3, 0.35]))
    low, high = figure.layout.xaxis.range
    assert low <= 0 and high >= 10
    assert figure.layout.xaxis.tickvals[-1] == 10


def test_a_wild_first_batch_does_not_flatten_the_loss() -> None:
    figure = charts.loss_curve(curve(batches=[(0.1, 90.0), (1.0, 2.0)]))
    assert figure.layout.yaxis.range[1] < 3


def test_a_wild_first_round_does_not_flatten_the_loss_but_a_usual_one_is_shown() -> None:
    wild = charts.loss_curve(curve(learning=[40.0, 2.0, 1.5, 1.2], checking=[9.0, 1.9, 1.6, 1.4]))
    assert 2 < wild.layout.yaxis.range[1] < 3
    usual = charts.loss_curve(curve(learning=[4.6, 0.4, 0.1, 0.05], checking=[3.0, 0.5, 0.3, 0.3]))
    assert usual.layout.yaxis.range[1] > 4.6


def test_a_loss_that_is_no_number_leaves_the_axis_alone() -> None:
    assert charts.loss_curve(curve(learning=[2.0, float("nan")], checking=[1.5])).layout.yaxis.range[1] < 3


def test_before_the_first_batch_there_is_an_empty_room() -> None:
    figure = charts.loss_curve(charts.Curve([], [], [], 10))
    assert figure.layout.yaxis.range[1] > 0
    assert all(not trace.x for trace in figure.data)


def test_learning_is_indigo_and_checking_is_ochre() -> None:
    figure = charts.accuracy_curve(curve(learning=[0.2], checking=[0.3]))
    colours = {trace.name: trace.line.color for trace in figure.data if trace.name}
    assert colours == {"learning": charts.MODEL, "held back": charts.CHECK}


def test_of_many_runs_only_the_chosen_one_is_in_colour() -> None:
    figure = charts.runs_overlay({"a": [0.1, 0.2], "b": [0.3, 0.4, 0.5]}, "a")
    colours = {trace.name: trace.line.color for trace in figure.data if trace.name}
    assert colours == {"a": charts.MODEL, "b": charts.OTHERS}
    assert figure.data[-2].name == "a"  # on top


def test_a_few_chosen_runs_have_a_colour_a_dash_and_a_name_each() -> None:
    figure = charts.runs_in_colour({"one": [0.1, 0.2], "<b>": [0.3, 0.4, 0.5]})
    lines = [trace for trace in figure.data if trace.name]
    assert [trace.name for trace in lines] == ["one", "&lt;b&gt;"]
    assert len({trace.line.color for trace in lines}) == len({trace.line.dash for trace in lines}) == 2
    assert figure.layout.showlegend and figure.layout.xaxis.range[1] > 3
    many = charts.runs_in_colour({f"run {number}": [0.5] for number in range(charts.FEW + 3)})
    assert len([trace for trace in many.data if trace.name]) == charts.FEW


def test_the_step_size_spans_the_plan_and_ends_in_a_dot() -> None:
    figure = charts.rate_curve([(0.1, 0.001), (2.0, 0.002), (3.0, 0.0015)], 24)
    line, dot = figure.data
    assert list(line.y) == [0.001, 0.002, 0.0015] and (dot.x[0], dot.y[0]) == (3.0, 0.0015)
    assert figure.layout.xaxis.range[1] > 24 and figure.layout.yaxis.rangemode == "tozero"
    assert len(charts.rate_curve([], 24).data) == 1


@pytest.mark.parametrize("rounds", [1, 2, 7, 24, 1000])
def test_first_and_last_round_are_named(rounds: int) -> None:
    ticks = charts.accuracy_curve(curve(rounds=rounds)).layout.xaxis.tickvals
    assert (ticks[0], ticks[-1]) == (1, rounds) and len(ticks) <= 7
