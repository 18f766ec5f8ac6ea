"""A model as a ZIP: whole, each file proved by a process that knows nothing of the app, and nothing that is private."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from core import jobs
from core.__main__ import main
from core.errors import DiskFull, ModelUnreadable
from core.files import read_json, write_json
from core.jobs import Stopped, Work
from core.model import export
from core.model.bundle import Model, load_model, note_model, read_model
from core.model.export import making, photos, proving, quantising
from core.model.export.proving import GUARD, Trial
from core.model.predictor import Predictor
from tests.core.conftest import Home

FLOATS = ("keras", "tflite", "onnx", "saved_model")


@dataclass(frozen=True)
class Exported:
    """A workspace with an export, and the ZIP unpacked."""

    home: Path
    model_id: str
    folder: Path


@pytest.fixture(scope="module")
def made(made_run: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    home = tmp_path_factory.mktemp("exported")
    shutil.copytree(made_run.path, home, dirs_exist_ok=True)
    exams = home / "runs" / made_run.run_id / "model" / "exams"
    (exams / "test" / "report").mkdir()
    (exams / "test" / "report" / "report.html").write_text("a report")
    shutil.copytree(exams / "test", exams / "folder-1", ignore=shutil.ignore_patterns("report"))
    facts = read_json(exams / "folder-1" / "exam.json")
    write_json(exams / "folder-1" / "exam.json", {**facts, "kind": "folder", "path": "/home/somebody/shop"})
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(home))
        export.start_export(made_run.run_id)
        job_dir = export.job_dir(load_model(made_run.run_id))
        assert jobs.wait(job_dir, 240).status == "done", jobs.log_tail(job_dir)
        found = export.load_export(load_model(made_run.run_id))
    assert found is not None
    unpacked = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(found.path) as archive:
        archive.extractall(unpacked)
    yield Exported(home, made_run.run_id, unpacked / made_run.run_id)


@pytest.fixture
def exported(made: Exported, monkeypatch: pytest.MonkeyPatch) -> Exported:
    monkeypatch.setenv("FITTING_ROOM_HOME", str(made.home))
    return made


@pytest.fixture
def model(exported: Exported) -> Model:
    return load_model(exported.model_id)


def test_nothing_of_it_says_where_its_photos_lie_on_this_machine(model: Model, exported: Exported) -> None:
    assert model.dataset["source"]["path"]
    said = [path.read_text("utf-8") for path in exported.folder.rglob("*") if path.suffix in (".json", ".md", ".py")]
    assert said and not [text for text in said if model.dataset["source"]["path"] in text]


def test_every_file_is_there_and_was_proved(model: Model, exported: Exported) -> None:
    found = export.load_export(model)
    assert found is not None and found.left_out == {} and found.proved_with == 20
    for name in FLOATS:
        assert found.files[name].agree == 20 and found.files[name].largest_difference <= 1e-5, name
    whole = {path.relative_to(exported.folder).as_posix() for path in exported.folder.rglob("*")}
    assert whole >= {
        "README.md", "card.md", "model.json", "model.keras", "model.tflite", "model-int8.tflite", "model.onnx",
        "saved_model/1/saved_model.pb", "labels.txt", "preprocessing.json", "evaluation.json", "check.json",
        "learned.npy", "exams/test/exam.json", "exams/test/answers.parquet", "examples/predict.py",
        "examples/serving.sh", "examples/page/index.html", "examples/page/ask.js",
    }  # fmt: skip
    assert not list(export.folder_of(model).glob(".making"))


def test_the_zip_is_a_model_that_answers_as_the_one_it_was_made_of(model: Model, exported: Exported) -> None:
    taken = read_model(exported.folder)
    about = {name: value for name, value in model.dataset.items() if name != "source"}
    assert replace(taken, folder=model.folder) == replace(model, dataset=about)
    pixels = np.random.default_rng(0).integers(0, 256, (3, 24, 24, 3), np.uint8)
    assert (Predictor(taken).predict(pixels) == Predictor(model).predict(pixels)).all()
    labels = (exported.folder / "labels.txt").read_text().splitlines()
    said = read_json(exported.folder / "preprocessing.json")
    assert tuple(labels) == model.class_names
    assert (said["temperature"], said["temperature_inside"]) == (model.temperature, False)


def test_the_figures_of_the_small_file_are_stated(model: Model, exported: Exported) -> None:
    found, text = export.load_export(model), (exported.folder / "README.md").read_text()
    assert found is not None
    floats, small = found.files["tflite"], found.files["int8"]
    assert small.size_bytes < 0.5 * floats.size_bytes and small.right is not None and floats.right is not None
    assert small.latency_ms is not None and found.int8_note in text and "one thread" in found.int8_note
    for file in (floats, small):
        assert f"| {file.size_bytes / 1e6:.2f} MB | {100 * file.right:.1f} % | {file.latency_ms[0]:.2f} ms |" in text
    assert read_json(exported.folder / "check.json")["files"]["int8"]["right"] == small.right


def test_nothing_that_is_private_or_can_be_made_anew_leaves(exported: Exported) -> None:
    assert not list(exported.folder.rglob("report*")) and not list(exported.folder.rglob("job"))
    assert read_json(exported.folder / "exams" / "folder-1" / "exam.json")["path"] == "shop"
    home = str(exported.home).encode()
    assert [path.name for path in exported.folder.rglob("*") if path.is_file() and home in path.read_bytes()] == []


def test_an_export_that_fits_is_offered_at_once_and_one_of_before_is_not(
    model: Model, exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(export, "start_export", lambda model_id: pytest.fail("it is there already"))
    assert main(["export", model.id, "--to", str(tmp_path / "a.zip"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (tmp_path / "a.zip").read_bytes() == Path(said["path"]).read_bytes()
    assert export.expected_seconds(model) == said["seconds"]
    monkeypatch.setenv("FITTING_ROOM_HOME", str(shutil.copytree(exported.home, tmp_path / "home")))
    note_model(model.id, "words")
    assert export.load_export(load_model(model.id)) is None
    note_model(model.id, "")
    assert export.load_export(load_model(model.id)) is not None
    (load_model(model.id).folder / "exams" / "validation" / "exam.json").unlink()
    assert export.load_export(load_model(model.id)) is None


def test_a_file_is_wanted_that_ends_in_zip(model: Model, tmp_path: Path, capsys: Any) -> None:
    assert main(["export", model.id, "--to", str(tmp_path / "a.tar")]) == 1
    assert "ends in .zip" in capsys.readouterr().err
    assert main(["export", model.id, "--to", str(tmp_path / "gone" / "a.zip")]) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_a_file_that_answers_otherwise_is_found_out(model: Model, exported: Exported, tmp_path: Path) -> None:
    photo = next(exported.home.glob("datasets/*/photos/*/*.jpg"))
    expected = Predictor(model).predict_photos([(photo.name, photo.read_bytes())])
    folder = shutil.copytree(exported.folder, tmp_path / "other")
    facts = read_json(folder / "model.json")
    write_json(folder / "model.json", {**facts, "temperature": 3 * facts["temperature"]})
    broken = shutil.copytree(exported.folder, tmp_path / "broken")
    (broken / "model.tflite").write_bytes(b"no network")
    (tmp_path / "aside").mkdir()
    trials = [Trial(folder, "tflite", [photo], tmp_path), Trial(broken, "tflite", [photo], tmp_path / "aside")]
    for trial in trials:
        trial._process.wait()
    other, unusable = (trial.proof(expected, 0.5) for trial in trials)
    assert "its answers were up to" in other.refused and other.largest_difference > 1e-5
    assert "could not be used by itself" in unusable.refused and unusable.agree == 0


def test_a_file_that_is_too_slow_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "PATIENCE_S", 0.0)
    trial = Trial(tmp_path, "tflite", [], tmp_path)
    trial.end_if_late()
    assert trial.proof([], 1.0).refused == "it took longer than 0 s to answer" and not trial.runs


def test_a_clean_process_can_import_the_stated_packages_and_nothing_else(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import json, numpy, PIL.Image\n"
        "for name in ('core', 'pandas', 'streamlit', 'tensorflow', 'onnxruntime'):\n"
        "    try:\n        __import__(name)\n    except ModuleNotFoundError:\n        continue\n    print(name)\n"
    )
    command = [sys.executable, "-I", str(GUARD), "numpy,pillow", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_photos_are_its_own_else_of_a_dataset_that_it_knows_else_drawn(
    model: Model, made: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "DRAWN_BY", 4)
    own = photos.photos_for(model)
    assert (own.drawn, len(own.prove), own.quantise.shape[1:]) == (False, 20, (24, 24, 3))
    assert own.known == len(own.labels)  # it was watched with them
    elsewhere = photos.photos_for(replace(model, dataset={**model.dataset, "id": ""}))
    assert elsewhere.origin == own.origin == "photos of “Coloured squares”"
    monkeypatch.setenv("FITTING_ROOM_HOME", str(tmp_path))
    monkeypatch.setattr(photos, "PROVED_BY", 2)
    drawn = photos.photos_for(model)
    assert drawn.drawn and len(drawn.prove) == 2 and 0 < len(drawn.labels) < 6  # no hat is ever drawn
    strange = photos.photos_for(replace(model, class_names=("cat", "dog")))
    assert len(strange.labels) == 0 and len(strange.measure) == 6


def test_a_full_disk_is_said_before_it_begins(model: Model, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil._ntuple_diskusage(100 * 1024**2, 99 * 1024**2, 1024**2)
    monkeypatch.setattr(making.shutil, "disk_usage", lambda path: full)
    with pytest.raises(DiskFull, match="has 1 MB left, and an export needs up to 50 MB"):
        making.work(work, model.id)


def test_stopped_it_leaves_the_export_that_was_there(model: Model, work: Work) -> None:
    (work.job_dir / "stop").touch()
    before = export.load_export(model)
    with pytest.raises(Stopped):
        making.work(work, model.id)
    assert export.load_export(model) == before is not None
    assert not list(export.folder_of(model).glob(".making"))


def test_a_model_without_its_network_is_refused(model: Model, workspace: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FITTING_ROOM_HOME", str(workspace))
    shutil.copytree(model.folder, workspace / "models" / "bare", ignore=shutil.ignore_patterns("*.keras"))
    with pytest.raises(ModelUnreadable, match=r"no model\.keras"):
        export.start_export("bare")


def test_a_format_that_cannot_be_made_is_left_out_and_says_why(model: Model, work: Work, tmp_path: Path) -> None:
    one = making._Making(work, model, tmp_path)
    one.folder.mkdir()

    def half_made() -> None:
        (one.folder / "model.onnx").write_bytes(b"half")
        raise ImportError("No module named 'tf2onnx'")

    one._made("onnx", half_made)
    assert one.left_out == {"onnx": "it could not be made of this network (ImportError: No module named 'tf2onnx')"}
    assert one.trials == [] and not (one.folder / "model.onnx").exists()
    with pytest.raises(OSError, match="no space"):  # of a full disk the job says so
        one._made("onnx", Mock(side_effect=OSError(28, "no space")))


@pytest.mark.parametrize(
    ("rights", "way"),
    [
        ({"one look": 0.985, "whole": 0.99}, "one look"),
        ({"one look": 0.98, "whole": 0.985, "weights only": 1.0}, "whole"),
        ({"whole": 0.90, "weights only": 0.97}, "weights only"),
        ({"one look": 0.93, "whole": 0.95, "weights only": 0.94}, "whole"),
    ],
)
def test_the_fastest_way_that_loses_next_to_nothing_is_taken(
    rights: dict[str, float], way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = np.zeros(200, np.int64)

    def said_of(path: Path, photos: Any, told: Any) -> Any:
        right = rights.get(path.stem, 1.0)
        return (np.arange(200) >= round(200 * right)).astype(np.int64)

    monkeypatch.setattr(quantising, "said_of", said_of)
    shown = quantising.Shown(np.zeros((1, 8, 8, 3)), np.zeros((200, 8, 8, 3)), labels, (), "photos", False, 0)
    ways = [(name, name.encode) for name in rights]
    found = quantising.choose(ways, tmp_path / "floats.tflite", shown)
    assert (found.way, found.content, found.right) == (way, way.encode(), rights[way])
    assert found.tried == {name: rights[name] for name in list(rights)[: len(found.tried)]}
