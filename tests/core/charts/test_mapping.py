"""The map's figure: a colour a class while there are few, and every photo once, to be found again by its number."""

import numpy as np
import pandas as pd
import pytest

from core.charts import CHECK, CLASSES, FEW, OTHERS, dataset_map


def points(num_classes: int, number: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(num_classes)
    labels = np.array([f"class {index}" for index in range(num_classes)])[np.arange(number) % num_classes]
    return pd.DataFrame(
        {
            "x": random.uniform(-1, 1, number),
            "y": random.uniform(-1, 1, number),
            "label": labels,
            "among": "class 0",
            "odd": (np.arange(number) % 9 == 0) & (labels != "class 0"),
        }
    )


@pytest.mark.parametrize(
    ("num_classes", "chosen"), [(1, []), (2, []), (FEW, []), (40, []), (40, ["class 3", "class 4"])]
)
def test_every_photo_is_on_it_once_under_its_own_name(num_classes: int, chosen: list[str]) -> None:
    shown = points(num_classes)
    figure = dataset_map(shown, chosen)
    numbers = [number for trace in figure.data for number in trace.customdata]
    assert sorted(numbers) == list(range(len(shown)))
    for trace in figure.data:
        assert list(trace.x) == shown["x"].iloc[list(trace.customdata)].tolist()
        assert all(
            text.startswith(label)
            for text, label in zip(trace.text, shown["label"].iloc[list(trace.customdata)], strict=True)
        )


def colours(figure: object) -> set[str]:
    return {trace.marker.color for trace in figure.data}  # type: ignore[attr-defined]


def test_few_classes_have_a_colour_each_and_a_line_each_in_the_legend() -> None:
    for number in (2, FEW):
        figure = dataset_map(points(number))
        assert colours(figure) == set(CLASSES[:number])
        named = [trace.name for trace in figure.data if trace.showlegend]
        assert sorted(named) == sorted(points(number)["label"].unique())


def test_many_classes_have_none_but_the_chosen_and_the_odd() -> None:
    shown = points(40)
    assert colours(dataset_map(shown)) == {OTHERS, CHECK}
    figure = dataset_map(shown, ["class 3", "class 4"])
    assert len(colours(figure)) == 4
    grey = next(trace for trace in figure.data if trace.marker.color == OTHERS)
    assert {"class 3", "class 4"}.isdisjoint(shown["label"].iloc[list(grey.customdata)])


def test_strays_are_larger_and_say_among_what_they_lie() -> None:
    shown = points(2)
    for trace in dataset_map(shown).data:
        odd = shown["odd"].iloc[list(trace.customdata)]
        assert odd.nunique() == 1
        assert (trace.marker.size > 6) == odd.iloc[0]
        assert all((", among class 0" in text) == odd.iloc[0] for text in trace.text)


def test_names_that_people_wrote_do_nothing_and_do_not_cover_each_other() -> None:
    shown = points(2).assign(label="<b>bold</b>")
    figure = dataset_map(shown)
    assert [note.text for note in figure.layout.annotations] == ["&lt;b&gt;bold&lt;/b&gt;"]
    assert "<b>" not in figure.data[0].text[0]
    crowded = dataset_map(points(40).assign(x=lambda rows: rows["x"] / 100, y=lambda rows: rows["y"] / 100))
    assert len(crowded.layout.annotations) == 1
