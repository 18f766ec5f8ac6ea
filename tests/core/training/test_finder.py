"""Searches for a step size: real jobs, kept and forgotten."""

import pytest

from core import jobs
from core.errors import DatasetTooSmall, NotFound
from core.files import read_json, write_json
from core.settings import load_settings
from core.training import finder
from core.training.finder import load_finder, start_finder, stop_finder
from core.training.recipe import Recipe
from tests.core.conftest import SMALL


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
