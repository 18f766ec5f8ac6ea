"""A dataset on its way: what was set aside so far, by kind, beside the rate and the time left."""

import dataclasses
import json
import time

import pytest

from core import jobs
from core.files import write_bytes, write_json
from core.settings import load_settings
from tests.pages.conftest import Open, troubles, words


def test_what_is_set_aside_is_counted_by_kind_while_photos_come(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = load_settings().datasets_dir / "shop"
    source = {"kind": "table", "address": "https://example.org/table.csv"}
    write_json(folder / "dataset.json", {"name": "Shop", "source": source, "created_at": time.time()})
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    told = {"kind": "progress", "at": 2.0, "stage": "photos", "done": 340, "total": 1340, "rate_per_s": 50.0}
    told |= {"failed": 43, "set_aside": {"unreachable": 41, "not_an_image": 2}}
    write_bytes(folder / "job" / "events.jsonl", f"{json.dumps(told)}\n".encode())
    real = jobs.state
    monkeypatch.setattr("core.jobs.state", lambda job_dir: dataclasses.replace(real(job_dir), status="running"))
    app = open_page("dataset", dataset="shop")
    assert troubles(app) == []
    assert app.title[0].value == "340 of 1,340 photos are here"
    assert "20 seconds left" in words(app) and "50 photos a second" in words(app)
    assert "43 rows set aside: 41 not reached, 2 no picture" in words(app)
    again = {"kind": "begun", "at": 3.0}
    write_bytes(folder / "job" / "events.jsonl", f"{json.dumps(told)}\n{json.dumps(again)}\n".encode())
    assert app.run().title[0].value == "Getting ready", "it was begun anew and has told nothing yet"
    monkeypatch.setattr("core.jobs.state", real)
    assert "340 of 1,340 rows are done" in troubles(app.run())[0].replace("\\", "")
