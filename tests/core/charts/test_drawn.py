"""Figures for a report: SVG that any reader understands, with the numbers that they were given."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from core.charts import drawn
from core.model.reliability import reliability

SVG = "{http://www.w3.org/2000/svg}"
ODD = ['<b>bold</b> & "quotes"', "]]> <!-- -->", "فستان طويل", "👗", "x" * 80]


def words(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_matrix_says_percent_of_the_row_where_there_is_room() -> None:
    svg = drawn.matrix(np.array([[8, 2], [0, 5]]), ["dress", "skirt"])
    assert sorted(words(svg)) == ["100", "20", "80", "dress", "dress", "skirt", "skirt"]
    cells = list(ElementTree.fromstring(svg).iter(f"{SVG}rect"))
    assert [each.get("class") for each in cells if each.get("class")] == ["right", "blank", "blank", "right"]
    assert [each.get("fill-opacity") for each in cells if each.get("fill-opacity")] == ["0.56"]
    many = drawn.matrix(np.eye(40, dtype=np.int64), [f"class {number}" for number in range(40)])
    assert len(words(many)) == 80 and len(many) < 200_000


def test_labels_stand_as_they_were_written() -> None:
    said = words(drawn.matrix(np.eye(len(ODD), dtype=np.int64), ODD))
    assert said.count('<b>bold</b> & "qu…') == 2 and said.count("فستان طويل") == 2 and said.count("x" * 17 + "…") == 2


def test_a_training_that_went_astray_still_has_its_line() -> None:
    svg = drawn.rounds([2.0, math.nan, 1.0], [2.5, math.inf, 0.5], 6, percent=False, title='How <wrong> & "so"')
    lines = [each.get("points").split() for each in ElementTree.fromstring(svg).iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [2, 2] and "nan" not in svg and "inf" not in svg
    assert {"0", "0.5", "1", "2.5", "6"} <= set(words(svg))
    assert {"0%", "100%"} <= set(words(drawn.rounds([0.5], [0.6], 1, percent=True, title="")))


def test_dots_of_honesty_stand_where_it_is_as_sure_as_right() -> None:
    svg = drawn.honesty(reliability(np.array([0, 0]), np.array([[0.9, 0.1], [0.9, 0.1]], np.float32)))
    [dot] = ElementTree.fromstring(svg).iter(f"{SVG}circle")
    frame = drawn._Frame(420, 300, (0.0, 1.0), (0.0, 1.03))
    assert (float(dot.get("cx")), float(dot.get("cy"))) == pytest.approx(frame.at(0.9, 1.0), abs=0.06)


@pytest.mark.parametrize("right", [[1.0, 1.0], [0.97, 0.91], [0.4, 0.0]])
def test_the_trade_has_room_for_its_lowest_point(right: list[float]) -> None:
    svg = drawn.trade([(0.2, right[0]), (1.0, right[1])], (0.2, right[0]))
    [line] = ElementTree.fromstring(svg).iter(f"{SVG}polyline")
    heights = [float(point.split(",")[1]) for point in line.get("points").split()]
    assert all(0 <= height <= 214 for height in heights) and "100%" in words(svg)
