"""`dataset map`: drawn once, then read."""

import pandas as pd

from core import jobs
from core.__main__ import main
from core.data.store import load_dataset
from core.model import mapping


def test_a_map_is_drawn_and_then_read(said, dataset_home, capsys, monkeypatch):
    found = said("dataset", "map", dataset_home.dataset_id)
    assert (found["dataset"], found["photos"], found["of"]) == (dataset_home.dataset_id, 64, 64)
    assert found["by"] in ("colour and shape", "what the clothing model sees")
    kept = pd.read_parquet(found["file"])
    assert [point["content_hash"] for point in found["points"]] == kept["content_hash"].tolist()
    assert [point["x"] for point in found["points"]] == kept["x"].tolist()

    monkeypatch.setattr(mapping, "start_map", lambda *_: 1 / 0)
    assert said("dataset", "map", dataset_home.dataset_id) == found
    assert main(["dataset", "map", dataset_home.dataset_id]) == 0
    printed = capsys.readouterr()
    assert "64 of 64 photos, compared by" in printed.out and printed.err == ""


def test_what_it_says_on_the_way_goes_to_stderr(dataset_home, capsys):
    assert main(["dataset", "map", dataset_home.dataset_id, "--json"]) == 0
    printed = capsys.readouterr()
    assert "looking: 64 of 64 photos" in printed.err and "placing: " in printed.err
    assert "looking" not in printed.out


def test_one_that_was_stopped_is_said(dataset_home, refused, monkeypatch):
    job_dir = mapping.job_dir(load_dataset(dataset_home.dataset_id))
    monkeypatch.setattr(
        "core.commands.datasets.follow", lambda *_: jobs.request_stop(job_dir) or jobs.wait(job_dir, 60)
    )
    assert "stopped" in refused("dataset", "map", dataset_home.dataset_id)


def test_an_unknown_dataset_is_said(refused):
    assert "no dataset" in refused("dataset", "map", "unknown")
