"""The step size that suggests itself: read from recorded curves, and searched for by a real job."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import jobs
from core.errors import DatasetTooSmall, NotFound
from core.files import read_json, write_json
from core.settings import load_settings
from core.training import finder
from core.training.finder import exploded, load_finder, smoothed, start_finder, stop_finder, suggestion
from core.training.recipe import Recipe
from tests.core.conftest import SMALL

RECORDED = Path(__file__).parent / "histories" / "rates"


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("classic", 2e-4, 1e-3), ("compact", 2e-4, 1e-3), ("few_photos", 1e-3, 6e-3)]
)
def test_a_recorded_curve_suggests_where_it_falls_fastest(name, lowest, highest):
    curve = pd.read_csv(RECORDED / f"{name}.csv")
    rates, losses = curve["rate"].tolist(), curve["loss"].tolist()
    found = suggestion(rates, losses)
    assert lowest < found < highest
    assert found == float(f"{found:.2g}")  # nobody can tell more digits apart
    again = smoothed(losses)
    assert found < rates[int(np.argmin(again))]  # on the way down, not at its end


def test_what_comes_after_the_first_rise_is_not_looked_at():
    falls = [2.0] * 20 + list(np.linspace(2.0, 1.5, 20)) + [1.9] * 20
    hurt = falls + list(np.linspace(1.9, 0.2, 8)) + [0.2] * 12
    rates = np.geomspace(1e-6, 1, len(hurt)).tolist()
    assert rates[20] <= suggestion(rates, hurt) <= rates[40]


def test_nothing_learned_suggests_nothing():
    random = np.random.default_rng(1)
    flat = random.normal(2.3, 0.02, 100).tolist()
    rates = np.geomspace(1e-6, 1, 100).tolist()
    assert suggestion(rates, flat) is None
    assert suggestion(rates, np.linspace(2.3, 5, 100).tolist()) is None  # wrong from the first step on
    assert suggestion(rates[:8], flat[:8]) is None  # it broke off


def test_smoothing_keeps_the_place_of_a_fall():
    curve = smoothed([2.0] * 30 + [1.0] * 30)
    assert curve[29] + curve[30] == pytest.approx(3.0)
    assert smoothed([1.5] * 20) == pytest.approx([1.5] * 20)
    assert smoothed([]) == []


def test_an_explosion_is_more_than_noise():
    assert not exploded([2.3] * 20)
    assert not exploded([0.1] * 20 + [0.5] * 5)  # of a small loss the double is little
    assert not exploded([2.3] * 20 + [40.0])  # ahead of the average
    assert exploded([2.3] * 20 + [9.0] * 5)


def test_a_search_finds_a_step_size_and_keeps_its_curve(dataset_home):
    finder_id = start_finder(dataset_home.dataset_id, Recipe(**SMALL))
    assert load_finder(finder_id).state.active
    state = jobs.wait(load_finder(finder_id).job_dir, 120)
    found = load_finder(finder_id)
    assert state.status == "done", jobs.log_tail(found.job_dir)
    assert found.suggested is not None and 1e-5 < found.suggested < 0.3
    assert f"about {found.suggested:g}" in found.sentence
    assert 30 < len(found.rates) == len(found.losses) == len(found.smoothed) <= finder.NUM_STEPS
    assert found.rates == sorted(found.rates) and found.rates[0] == 1e-6
    assert min(found.smoothed) < 0.9 * found.smoothed[0]
    assert (found.dataset_name, found.recipe, found.progress) == ("Coloured squares", Recipe(**SMALL), 1.0)


def test_a_search_can_be_stopped(dataset_home):
    finder_id = start_finder(dataset_home.dataset_id, Recipe(**SMALL))
    stop_finder(finder_id)
    assert jobs.wait(load_finder(finder_id).job_dir, 60).status == "stopped"
    found = load_finder(finder_id)
    assert found.suggested is None and "stopped" in found.sentence


def test_too_little_to_learn_from_starts_nothing(dataset_home):
    path = load_settings().datasets_dir / dataset_home.dataset_id / "dataset.json"
    write_json(path, {**read_json(path), "classes": {"dress": 64}})
    with pytest.raises(DatasetTooSmall):
        start_finder(dataset_home.dataset_id, Recipe())
    assert not load_settings().finders_dir.exists()


@pytest.mark.parametrize("finder_id", ["", "nothing", "..", "a/b"])
def test_an_id_from_an_address_is_no_path(finder_id):
    for look in (load_finder, stop_finder):
        with pytest.raises(NotFound):
            look(finder_id)


def test_a_damaged_search_is_not_found(dataset_home):
    write_json(load_settings().finders_dir / "odd" / "config.json", {"recipe": {"name": "huge"}})
    with pytest.raises(NotFound, match="damaged"):
        load_finder("odd")


def test_the_newest_are_kept(dataset_home, monkeypatch):
    monkeypatch.setattr(finder, "KEPT", 2)
    monkeypatch.setattr(finder.jobs, "start", lambda *_, **__: None)
    ids = [start_finder(dataset_home.dataset_id, Recipe()) for _ in range(4)]
    left = {path.name for path in load_settings().finders_dir.iterdir()}
    assert len(left) == 2 and ids[-1] in left and ids[0] not in left
