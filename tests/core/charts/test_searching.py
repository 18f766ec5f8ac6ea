"""Figures of what many trainings or steps found out together."""

import pytest

from core import charts


def texts(figure) -> dict[str, tuple[float, float]]:
    """The words that stand in a figure, and where."""
    words = next(trace for trace in figure.data if trace.mode == "text")
    return {text.replace("&nbsp;", ""): (x, y) for x, y, text in zip(words.x, words.y, words.text, strict=True)}


def test_the_suggested_step_size_is_marked_on_the_smoothed_curve() -> None:
    rates, losses = [1e-4, 1e-3, 1e-2, 1e-1], [2.0, 1.5, 1.0, 90.0]
    figure = charts.rate_finder(rates, losses, [2.0, 1.6, 1.2, 40.0], 0.0011)
    raw, smooth, dot = figure.data
    assert (list(raw.y), list(smooth.y)) == (losses, [2.0, 1.6, 1.2, 40.0])
    assert (dot.x[0], dot.y[0], dot.marker.color) == (0.0011, 1.6, charts.CHECK)
    assert figure.layout.xaxis.type == "log" and figure.layout.shapes[0].x0 == 0.0011
    assert figure.layout.yaxis.range[1] < 4  # the explosion at the end does not flatten the rest


def test_without_a_suggestion_nothing_is_marked() -> None:
    assert len(charts.rate_finder([1e-4], [2.0], [2.0], None).data) == 2
    assert len(charts.rate_finder([], [], [], None).data) == 2


def test_each_axis_runs_from_its_lowest_to_its_highest_and_choices_stand_apart() -> None:
    rates = charts.Axis("Step size", [0.0001, 0.001, 0.01], logarithmic=True)
    assert rates.places() == pytest.approx([0, 0.5, 1])
    assert charts.Axis("Size", [16, 64, 32]).places() == pytest.approx([0, 1, 1 / 3])
    assert charts.Axis("Optimizer", ["sgd", "adam", "sgd"]).places() == [1, 0, 1]
    assert charts.Axis("Grey", [True, True]).places() == [0.5, 0.5]
    assert charts.Axis("Right on", [0.5, None, 0.75], percent=True).places() == [0, None, 1]
    assert charts.Axis("Nothing", [None, None]).places() == [None, None]


def test_few_numbers_are_all_named_and_of_many_the_ends() -> None:
    assert [text for _, text in charts.Axis("Size", [16, 64, 32]).ticks()] == ["16", "32", "64"]
    many = charts.Axis("Step size", [0.1, 0.2, 0.3, 0.4, 0.5])
    assert many.ticks() == [(0, "0.1"), (1, "0.5")]
    assert [text for _, text in charts.Axis("Right on", [0.5, 0.75], percent=True).ticks()] == ["50%", "75%"]
    assert [text for _, text in charts.Axis("Grey", [True, False]).ticks()] == ["no", "yes"]


def test_the_best_trial_is_indigo_and_on_top() -> None:
    axes = [charts.Axis("Step size", [0.1, 0.2, 0.3]), charts.Axis("Right on", [0.5, 0.9, None], percent=True)]
    figure = charts.parallel_coordinates(axes, ["one", "two", "three"], 1)
    lines = [trace for trace in figure.data if trace.name]
    assert [trace.name for trace in lines] == ["one", "three", "two"]
    assert [trace.line.color for trace in lines] == [charts.OTHERS, charts.OTHERS, charts.MODEL]
    assert list(lines[-1].y) == pytest.approx([0.5, 1.0]) and list(lines[-1].text) == ["0.2", "90%"]
    assert lines[1].y[1] is None and lines[1].text[1] == ""  # not measured: the line ends before the last axis
    assert texts(figure)["90%"] == (1, 1) and texts(figure)["0.1"] == (0, 0)
    assert list(figure.layout.xaxis.ticktext) == ["Step size", "Right on"]


def test_a_learning_curve_shows_its_intervals_its_seeds_and_its_band() -> None:
    points = [charts.Measured(100, 0.6, (0.5, 0.7), (0.58, 0.62)), charts.Measured(200, 0.7, (0.62, 0.77), (0.7,))]
    line = [(100.0, 0.55, 0.6, 0.65), (400.0, 0.7, 0.8, 0.95)]
    figure = charts.learning_curve(points, line)
    highest, lowest, middle, seeds, tested = figure.data
    assert (list(highest.y), list(lowest.y), list(middle.y)) == ([0.65, 0.95], [0.55, 0.7], [0.6, 0.8])
    assert lowest.fill == "tonexty"
    assert list(seeds.y) == [0.58, 0.62]  # one seed alone is the point itself
    assert list(tested.error_y.array) == pytest.approx([0.1, 0.07])
    assert list(tested.error_y.arrayminus) == pytest.approx([0.1, 0.08])
    low, high = figure.layout.yaxis.range
    assert low < 0.5 and high > 0.95 and figure.layout.xaxis.range[1] > 400


def test_without_a_law_there_is_no_band_and_without_points_no_error() -> None:
    assert len(charts.learning_curve([charts.Measured(100, 0.6, (0.5, 0.7))], []).data) == 2
    assert len(charts.learning_curve([], []).data) == 2
