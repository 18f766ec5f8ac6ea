"""Fashion-MNIST and CIFAR-10 from a host to a made dataset."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.data import making, recording, store
from core.data.pixels import load_pixels
from core.errors import DownloadFailed, SourceNotUnderstood
from core.files import new_id, write_json
from core.sources import open_source, spec_from_text
from core.sources.textbook import TEXTBOOK_SETS
from core.work import Stopped
from tests.core.sources.conftest import Host
from tests.core.sources.textbook_files import fashion_mnist, published, published_like, shade, whole_cifar_10
from tests.jobs import working

EVERY = list(range(10))


def began(source: dict) -> Path:
    """The folder of a dataset that is about to be made in this process."""
    folder = store.load_settings().datasets_dir / new_id("textbook")
    write_json(folder / "dataset.json", {"name": "Textbook", "source": source, "created_at": time.time()})
    (folder / "job").mkdir()
    return folder


def make(folder: Path) -> store.Dataset:
    with working(folder / "job") as work:
        making.make(work, folder.name)
    return store.load_dataset(folder.name)


@pytest.fixture
def hosted(host: Host, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[int], list[int]], None]:
    """Puts a Fashion-MNIST of these classes on the host and knows its digests."""

    def put(train: list[int], test: list[int]) -> None:
        contents = fashion_mnist(train, test)
        host.answers.update({f"/fm/{name}": content for name, content in contents.items()})
        files = published_like("fashion-mnist", contents)
        monkeypatch.setitem(TEXTBOOK_SETS, "fashion-mnist", replace(TEXTBOOK_SETS["fashion-mnist"], files=files))
        monkeypatch.setenv("FITTING_ROOM_FASHION_MNIST_URL", host.url("/fm/"))

    return put


def shades(dataset: store.Dataset) -> dict[str, int]:
    """The grey, or the red, that the photos of each class have in the middle."""
    manifest = dataset.manifest()
    middle = load_pixels(dataset, 100)[:, 50, 50, 0]
    assert (manifest["status"] == "ok").all()
    return {label: int(np.median(middle[rows.index])) for label, rows in manifest.groupby("label")}


def test_fashion_mnist_becomes_a_dataset_with_its_parts_and_its_labels(
    host: Host, hosted: Callable[[list[int], list[int]], None]
) -> None:
    hosted(EVERY * 6, EVERY * 2)
    dataset = make(began({"kind": "fashion-mnist"}))
    assert (dataset.rows, dataset.ok) == (80, 80)
    assert dataset.parts == {"train": 50, "validation": 10, "test": 20}
    expected = [
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ]
    assert shades(dataset) == {label: shade(index) for index, label in enumerate(expected)}
    manifest = dataset.manifest()
    assert (manifest.loc[manifest["source"].str.startswith("test/"), "part"] == "test").all()
    assert set(manifest["width"]) == {28}
    make(began({"kind": "fashion-mnist"}))
    assert set(host.asked.values()) == {1}


def test_cifar_10_becomes_a_dataset_with_its_parts_and_its_labels(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.answers["/c.tar.gz"] = archive = whole_cifar_10(EVERY)
    known = replace(TEXTBOOK_SETS["cifar-10"], files=(published("cifar-10-binary.tar.gz", archive),))
    monkeypatch.setitem(TEXTBOOK_SETS, "cifar-10", known)
    monkeypatch.setenv("FITTING_ROOM_CIFAR_10_URL", host.url("/c.tar.gz"))
    dataset = make(began({"kind": "cifar-10"}))
    assert (dataset.rows, dataset.ok, dataset.parts["test"]) == (60, 60, 10)
    expected = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    assert shades(dataset) == {label: shade(index) for index, label in enumerate(expected)}
    assert len(make(began({"kind": "cifar-10", "photos": 24})).manifest()) == 24


def test_a_stopped_making_goes_on_and_every_photo_keeps_its_label(
    hosted: Callable[[list[int], list[int]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted(EVERY * 12, EVERY * 3)
    folder = began({"kind": "fashion-mnist"})
    checked = recording.Recorder._checked

    def stopping(self: recording.Recorder, item: object, delivered: object) -> dict:
        if len(self.rows) >= 40:
            (folder / "job" / "stop").touch()
        return checked(self, item, delivered)  # type: ignore[arg-type]

    with monkeypatch.context() as once:
        once.setattr(recording.Recorder, "_checked", stopping)
        with pytest.raises(Stopped):
            make(folder)
    kept = len((folder / "rows.jsonl").read_text().split())
    assert kept and not store.load_dataset(folder.name).finished
    (folder / "job" / "stop").unlink()
    again: list[int] = []

    def counting(self: recording.Recorder, item: object, delivered: object) -> dict:
        again.append(item.row)  # type: ignore[attr-defined]
        return checked(self, item, delivered)  # type: ignore[arg-type]

    monkeypatch.setattr(recording.Recorder, "_checked", counting)
    dataset = make(folder)
    assert dataset.ok == 150 and 100 <= len(again) < 150
    assert list(shades(dataset).values()) == [
        shade(TEXTBOOK_SETS["fashion-mnist"].class_names.index(label)) for label in dataset.class_names
    ]


def test_pixels_that_left_memory_are_those_that_were_written(
    hosted: Callable[[list[int], list[int]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "HELD_ROWS", 7)
    hosted(EVERY * 6, EVERY)
    dataset = make(began({"kind": "fashion-mnist"}))
    assert dataset.ok == 70
    assert list(shades(dataset).values()) == [
        shade(TEXTBOOK_SETS["fashion-mnist"].class_names.index(label)) for label in dataset.class_names
    ]


def test_a_file_that_is_not_the_published_one_is_never_used(
    host: Host, workspace: Path, hosted: Callable[[list[int], list[int]], None]
) -> None:
    hosted(EVERY, EVERY)
    others = fashion_mnist(EVERY[::-1], EVERY)
    host.answers["/fm/train-labels-idx1-ubyte.gz"] = others["train-labels-idx1-ubyte.gz"]
    with pytest.raises(DownloadFailed, match=r"not train-labels-idx1-ubyte\.gz as it was published.*drawn garments"):
        open_source({"kind": "fashion-mnist"})
    names = {path.name for path in (workspace / "cache" / "fashion-mnist").iterdir()}
    assert names == {".lock", "train-images-idx3-ubyte.gz"}


@pytest.mark.parametrize(("sample", "name"), [("fashion-mnist", "Fashion-MNIST"), ("cifar-10", "CIFAR-10")])
def test_without_an_answer_the_command_line_offers_the_drawn_sample(
    sample: str, name: str, host: Host, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"FITTING_ROOM_{sample.upper().replace('-', '_')}_URL", host.url("/status/404"))
    assert main(["dataset", "add", f"sample:{sample}:5000"]) == 1
    said = capsys.readouterr().err
    assert f"{name} could not be downloaded." in said and "drawn garments" in said
    assert store.list_datasets() == []


def test_some_of_a_sample_is_asked_for_by_number() -> None:
    expected = {"kind": "fashion-mnist", "photos": 5000}, "Fashion-MNIST, 5,000 photos"
    assert spec_from_text("sample:fashion-mnist:5000") == spec_from_text("sample:fashion-mnist:5,000") == expected
    for text in ("fashion-mnist:99", "fashion-mnist:70001", "cifar-10:many", "cifar-10:-5", "garments:500", "shoes:5"):
        with pytest.raises(SourceNotUnderstood, match=f"Received: sample:{text}"):
            spec_from_text(f"sample:{text}")
