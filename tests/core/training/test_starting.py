"""Runs are started only on what can be trained on, and gone on with only where something was kept."""

import pytest

from core.data import store
from core.errors import DatasetTooSmall, NotFound, NothingToResume
from core.files import read_json, write_json
from core.settings import load_settings
from core.training import runs, starting
from core.training.recipe import Recipe


def test_too_little_to_learn_from_starts_nothing(dataset_home):
    path = load_settings().datasets_dir / dataset_home.dataset_id / "dataset.json"
    write_json(path, {**read_json(path), "classes": {"dress": 64}})
    with pytest.raises(DatasetTooSmall):
        starting.start_run(dataset_home.dataset_id, Recipe())
    with pytest.raises(NotFound):
        starting.start_run("nothing", Recipe())
    assert runs.list_runs() == []


def test_a_run_whose_process_would_not_start_leaves_nothing(dataset_home, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(starting.jobs, "start", refuse)
    with pytest.raises(OSError, match="no more"):
        starting.start_run(dataset_home.dataset_id, Recipe())
    assert list(load_settings().runs_dir.iterdir()) == []


def test_only_what_broke_off_after_a_round_is_resumed(trained_home, monkeypatch):
    started = []
    monkeypatch.setattr(starting.jobs, "start", lambda *arguments, **_: started.append(arguments))
    run = runs.load_run(trained_home.run_id)
    with pytest.raises(NothingToResume, match="ended well"):
        starting.resume_run(run.id)
    (run.job_dir / "end.json").unlink()
    with pytest.raises(NothingToResume, match="before anything was kept"):
        starting.resume_run(run.id)
    write_json(run.checkpoint_path, {"epoch_rows": [{"epoch": 1}]})
    assert runs.load_run(run.id).can_resume
    path = store.load_dataset(trained_home.dataset_id).folder / "dataset.json"
    facts = read_json(path)
    write_json(path, {**facts, "fingerprint": "changed"})
    with pytest.raises(NothingToResume, match="others now"):
        starting.resume_run(run.id)
    write_json(path, facts)
    starting.resume_run(run.id)
    assert [arguments[2] for arguments in started] == [{"run_id": run.id}]
