"""Which look alike: the map on the Dataset page, from the empty state to the photos that are picked."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data.store import Dataset
from core.files import write_json
from core.model import eyes, mapping
from core.model.bundle import clothing_model_dir
from tests.pages.conftest import Open, going_on, press, troubles, words


@pytest.fixture
def picked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is picked on the map, which AppTest cannot show."""
    numbers: list[int] = []
    monkeypatch.setattr("ui.mapping.pickable_chart", lambda *_, **__: list(numbers))
    return numbers


def put_map(dataset: Dataset, strays: int = 0) -> pd.DataFrame:
    """A map on which the first shirts lie among dresses."""
    manifest = dataset.manifest().query("status == 'ok'")
    points = manifest[["content_hash", "label"]].rename_axis("position").reset_index()
    points = points.assign(x=0.0, y=0.0, among=points["label"], votes=9, own=9, distance=0.1)
    rows = points.index[points["label"] == "shirt"][:strays]
    points.loc[rows, ["among", "own"]] = ["dress", 0]
    points = points[mapping.COLUMNS]
    points.attrs = {"of": mapping._of(dataset, clothing_model_dir()), "by": "colours"}
    mapping.map_path(dataset).parent.mkdir()
    points.to_parquet(mapping.map_path(dataset), index=False)
    return points


def ended(dataset: Dataset, status: str, message: str = "") -> None:
    folder = mapping.job_dir(dataset)
    write_json(folder / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    write_json(folder / "end.json", {"status": status, "message": message, "at": 2.0})


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_without_a_map_it_says_what_one_is_and_how_long_it_takes(
    open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(mapping, "start_map", begun.append)
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == []
    assert "Which look alike?" in words(app)
    assert "Compares 24 photos by colour and shape" in words(app)
    press(app, "Draw the map")
    assert begun == [dataset.id]


def test_a_handful_of_photos_gets_no_map(open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "FEWEST", 25)
    assert "Which look alike?" not in words(open_page("dataset", dataset=dataset.id))


def test_while_it_is_drawn_it_says_how_far_it_is_and_can_be_stopped(open_page: Open, dataset: Dataset) -> None:
    job_dir = mapping.job_dir(dataset)
    with going_on(job_dir, "looking"):
        app = open_page("dataset", dataset=dataset.id)
        assert "6 of 24" in words(app) and "12 seconds left" in words(app)
        assert "Draw the map" not in labels(app)
        press(app, "Stop")
        assert jobs.state(job_dir).status == "stopping"
        assert "Stopping" in labels(open_page("dataset", dataset=dataset.id))


@pytest.mark.parametrize(
    ("status", "message", "said"),
    [("stopped", "", "You stopped it"), ("done", "", "have changed since"), ("failed", "It ran out of memory.", "")],
)
def test_one_that_did_not_come_to_be_can_be_drawn_again(
    open_page: Open, dataset: Dataset, status: str, message: str, said: str
) -> None:
    ended(dataset, status, message)
    app = open_page("dataset", dataset=dataset.id)
    assert "Draw the map" in labels(app) and said in words(app)
    assert [message in trouble.replace("\\", "") for trouble in troubles(app)] == [True] * bool(message)


def test_it_says_by_what_photos_were_compared(open_page: Open, dataset: Dataset) -> None:
    put_map(dataset)
    app = open_page("dataset", dataset=dataset.id)
    assert troubles(app) == []
    assert "by colour and shape" in words(app)
    assert "None: every photo lies among photos of its own name" in words(app)


def test_what_is_picked_is_shown_the_rarest_names_first(open_page: Open, dataset: Dataset, picked: list[int]) -> None:
    points = put_map(dataset)
    dresses = points.index[points["label"] == "dress"][:5]
    picked += [*dresses, points.index[points["label"] == "shirt"][0]]
    app = open_page("dataset", dataset=dataset.id)
    assert "Six photos: five dresses and one shirt" in [head.value.replace("\\", "") for head in app.subheader]
    names = [button.label for button in app.button if str(button.key).startswith("photo_picked_")]
    assert names == [":small[:gray[shirt]]", *[":small[:gray[dress]]"] * 5]


def test_strays_are_listed_for_those_without_a_mouse(open_page: Open, dataset: Dataset, picked: list[int]) -> None:
    put_map(dataset, strays=3)
    app = open_page("dataset", dataset=dataset.id)
    assert "Three photos lie among photos of one other name" in words(app)
    assert labels(app).count(":small[:gray[labelled shirt, lies among dresses]]") == 3
    choice = app.selectbox(key=f"strays_{dataset.id}")
    assert choice.options == ["anything", "shirt (3)"]
    app = choice.set_value("shirt").run()
    assert troubles(app) == [] and labels(app).count(":small[:gray[labelled shirt, lies among dresses]]") == 3


def test_a_map_that_is_out_of_date_is_not_shown(
    open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_map(dataset, strays=3)
    monkeypatch.setattr(eyes, "name_of", lambda model_dir: "another model")
    app = open_page("dataset", dataset=dataset.id)
    assert "Draw the map" in labels(app) and "Strays" not in words(app)
    assert "by what the clothing model sees" in words(app)
