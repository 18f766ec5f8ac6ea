"""A table of links becomes a dataset: every row with its photo or its reason, from a real server."""

import functools
import http.server
import io
import threading

import numpy as np
import pytest
from PIL import Image

from core import jobs
from core.sources import spec_from_text
from tests.conftest import picture
from tests.core.data.test_making import made


def saved(image: Image.Image, image_format: str) -> bytes:
    content = io.BytesIO()
    image.save(content, image_format)
    return content.getvalue()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path):
    """A folder of this machine, served on 127.0.0.1; yields the folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_parts_groups_and_merged_labels_of_a_table_reach_the_manifest(tmp_path):
    rows = ["photo,kind,split,sku"]
    for number in range(48):
        (tmp_path / f"{number}.jpg").write_bytes(picture(number))
        label = ("dress", "Dresses", "hat")[number % 3]
        rows.append(f"{number}.jpg,{label},{'test' if number < 12 else 'Training'},S{number // 4}")
    (tmp_path / "table.csv").write_text("\n".join(rows))
    dataset = made({**spec_from_text(str(tmp_path / "table.csv"))[0], "merge": {"Dresses": "dress"}})
    assert dataset.classes == {"dress": 32, "hat": 16}
    manifest = dataset.manifest()
    assert manifest["group"].tolist() == [f"S{number // 4}" for number in range(48)]
    assert (manifest["part"][:12] == "test").all() and not (manifest["part"][12:] == "test").any()
    assert (manifest.groupby("group")["part"].nunique() == 1).all()
    assert set(manifest["part"]) == {"train", "validation", "test"}


def test_every_row_of_a_table_is_accounted_for(site):
    folder, address = site
    rows = ["photo,kind"]
    for number in range(16):
        (folder / f"{number}.jpg").write_bytes(picture(number, 60, 80))
        rows.append(f"{address}/{number}.jpg,{'dress' if number % 2 else 'hat'}")
    odd = {
        "cmyk.jpg": saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG"),
        "sixteen.png": saved(Image.fromarray(np.full((40, 40), 40_000, np.uint16)), "PNG"),
        "half.jpg": picture(50, 300, 300)[:1200],
        "empty.jpg": b"",
        "words.jpg": b"these are only words",
        "page.html": b"<!doctype html><title>A shop</title>",
    }
    for name, content in odd.items():
        (folder / name).write_bytes(content)
        rows.append(f"{address}/{name},dress")
    rows += [f"{address}/gone.jpg,hat", "ftp://example.com/a.jpg,hat", ",hat"]
    rows += [f"{address}/0.jpg,", f"{address}/0.jpg,hat"]
    (folder / "table.csv").write_text("\n".join(rows) + "\n")

    spec, name = spec_from_text(f"{address}/table.csv")
    dataset = made(spec, name)

    manifest = dataset.manifest().set_index("row")
    assert dataset.rows == 27 == dataset.ok + dataset.duplicates + dataset.failed
    assert (dataset.ok, dataset.duplicates) == (18, 1)
    assert dict(manifest.loc[18:, "status"]) == {
        18: "ok",
        19: "ok",
        20: "damaged",
        21: "not_an_image",
        22: "not_an_image",
        23: "not_an_image",
        24: "unreachable",
        25: "refused",
        26: "no_address",
        27: "no_label",
        28: "duplicate",
    }
    assert "404" in manifest.loc[24, "reason"] and "row 2" in manifest.loc[28, "reason"]
    assert (manifest.loc[manifest["status"] != "ok", "reason"].str.len() > 10).all()
    told = jobs.events(dataset.job_dir, "progress")[-1]
    failed = manifest["status"][~manifest["status"].isin(["ok", "duplicate"])].value_counts().to_dict()
    assert (told["failed"], told["set_aside"]) == (dataset.failed, failed)


def test_a_private_address_is_a_row_with_its_reason(site, monkeypatch, tmp_path):
    _, address = site
    monkeypatch.setenv("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "0")
    table = tmp_path / "table.csv"
    table.write_text(f"photo,kind\n{address}/a.jpg,hat\nhttp://[::1]/b.jpg,dress\n")
    spec, name = spec_from_text(str(table))
    dataset = made(spec, name)
    manifest = dataset.manifest()
    assert (dataset.ok, dataset.failed) == (0, 2) and set(manifest["status"]) == {"refused"}
    assert manifest["reason"].str.contains("private").all()
