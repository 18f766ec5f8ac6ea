"""A model of somebody else's is read without running anything of it, and becomes a model like any other."""

import contextlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import h5py
import numpy as np
import pytest

from core.__main__ import main
from core.errors import JobActive, ModelRefused
from core.files import read_json, write_json
from core.jobs import JobState
from core.model import importing
from core.model.bundle import load_model, note_model
from core.model.card import change_words, own_words, rename_model
from core.model.card.words import OwnWords
from core.model.exams import load_exam
from core.model.importing import files, moving_in, working
from core.model.importing.files import brought, labels_of
from core.model.importing.layers import cleaned
from core.model.importing.scaling import SCALINGS, by_range, scaled
from core.model.importing.understood import Understood
from core.model.importing.weights import check_hdf5
from core.model.predictor import Predictor
from core.settings import load_settings
from tests.core.conftest import Home

LABELS = ["Dress", "Winter hat", "Shoes"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `importing_checks` found, and where."""
    folder = tmp_path_factory.mktemp("opened")
    command = [sys.executable, "-m", "tests.core.model.importing_checks", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return {**json.loads((folder / "found.json").read_text()), "folder": folder}


def test_nothing_of_a_hostile_file_runs(opened: dict[str, Any]) -> None:
    assert opened["ran"] == [] and opened["broke"] == {}


def test_every_kind_says_what_the_network_said_that_it_was_made_of(opened: dict[str, Any]) -> None:
    kinds = {name: (said["kind"], said["scaling"], said["keras"]) for name, said in opened["said"].items()}
    assert kinds == {
        "plain.keras": ("keras", None, True),
        "rescaling.keras": ("keras", "0..255", True),
        "grey-scores.keras": ("keras", None, True),
        "plain.tflite": ("tflite", None, False),
        "any-batch.tflite": ("tflite", None, False),
        "bytes.tflite": ("tflite", "-1..1", False),
        "saved.zip": ("saved_model", None, False),
        "teachable-keras.zip": ("h5", "-1..1", True),
        "teachable-lite.zip": ("tflite", "-1..1", False),
        "teachable-js.zip": ("tfjs", "-1..1", True),
    }
    apart = {name: said["apart"] for name, said in opened["said"].items()}
    assert apart.pop("bytes.tflite") < 0.1  # eight bits say it less exactly
    assert max(apart.values()) < 1e-5
    assert all(said["moves"] > 1e-3 for said in opened["said"].values()), "they do tell pictures apart"
    grey = opened["said"]["grey-scores.keras"]
    assert (grey["channels"], grey["scores"]) == (1, True)
    named = {name: said["class_names"] for name, said in opened["said"].items() if said["class_names"]}
    assert named == dict.fromkeys(("teachable-keras.zip", "teachable-lite.zip", "teachable-js.zip"), LABELS)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("lambda.keras", "Lambda layer"),
        ("lambda.h5", "Lambda layer"),
        ("module.keras", "would bring code along: 'system'"),
        ("activation.keras", "activation that is none of Keras' own"),
        ("custom.keras", "'MyOwn'"),
        ("huge.keras", "claims weights of 10.2 GB"),
        ("links.h5", "leads to other files of this machine"),
        ("pickle.h5", "Python pickle"),
        ("torch.zip", "Python pickle"),
        ("ours-pickle.zip", "Python pickle"),
        ("above.zip", "land outside"),
        ("absolute.zip", "land outside"),
        ("linked.zip", "a link instead of a file"),
        ("bomb.zip", "more than 100 times its size"),
        ("claims.zip", "unpacks to 3.7 GB"),
        ("depends.tflite", "depends on what the photo shows (TILE)"),
        ("taking-nothing.tflite", "parts do not fit each other"),
        ("names.zip", "names 2 classes, and the network tells 3 apart"),
        ("half.tflite", "damaged"),
        ("notes.keras", "no model file that is known"),
        ("flat.keras", "no photos but 784 numbers"),
        ("five.keras", "5 channels"),
        ("single.keras", "a single number"),
        ("many.keras", "yes or no to each class by itself"),
        ("astray.keras", "no numbers (NaN"),
        ("astray.tflite", "no numbers (NaN"),
        ("writing.zip", "'WriteFile'"),
        ("python.zip", "'EagerPyFunc'"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_a_reason(opened: dict[str, Any], name: str, reason: str) -> None:
    assert reason in opened["refused"][name]


def our_zip(model_dir: Path, path: Path) -> Path:
    """As an export packs it, without the formats that are not read here."""
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(model_dir.rglob("*")):
            if each.is_file() and "job" not in each.parts:
                archive.write(each, f"{path.stem}/{each.relative_to(model_dir)}")
    return path


def test_our_own_zip_comes_back_as_the_same_model(
    trained_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load_model(trained_home.run_id)
    write_json(before.folder / "words.json", {"made_by": "the shop"})
    packed = our_zip(before.folder, tmp_path / f"{before.id}.zip")
    exam = load_exam(before, "test")
    photos = np.random.default_rng(0).integers(0, 256, (8, 24, 24, 3), np.uint8)
    said = Predictor(before).predict(photos)

    monkeypatch.setenv("FITTING_ROOM_HOME", str(tmp_path / "elsewhere"))
    no_tensorflow_here(monkeypatch)
    assert main(["import", str(packed), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    after = load_model(told["model"])
    assert after.id == before.id and after.folder.parent == load_settings().models_dir
    assert np.abs(Predictor(after).predict(photos) - said).max() < 1e-6
    for name in ("name", "class_names", "temperature", "thresholds", "created_at", "test", "recipe"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.dataset == {name: said for name, said in before.dataset.items() if name != "source"}
    sat = load_exam(after, "test")
    assert sat is not None and exam is not None and sat.evaluation == exam.evaluation
    assert read_json(after.folder / "evaluation.json") == read_json(before.folder / "evaluation.json")
    assert own_words(after).made_by == "the shop" and "the shop" in (after.folder / "card.md").read_text()
    assert (after.folder / "model.keras").exists()
    assert not list(load_settings().imports_dir.glob("*"))


def no_tensorflow_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever imports it in this process fails: it is for the room alone."""
    for name in ("tensorflow", "keras"):
        monkeypatch.setitem(sys.modules, name, None)


def colours(photos: Any) -> Any:
    """Stands in for a network: right about coloured squares whose numbers go from −1 to 1, lost with others."""
    lost = np.abs(photos).max() > 1.01 or photos.min() >= 0
    means = photos.mean(axis=(0, 1))
    return np.array([0, 0, 0, 1.0]) if lost else np.append(means + 1, 0.0)


@pytest.fixture
def read_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room is not entered: it finds a network of four classes that says neither their names nor its scaling."""
    facts = Understood("h5", 24, 3, 4, 99, None, None, "", False).to_json()

    def run(folder: Path, task: dict[str, Any], check_stop: Any) -> None:
        if task["do"] == "read":
            write_json(folder / "understood.json", facts)
            (folder / "network.tflite").touch()
        else:
            (folder / "made").mkdir()
            (folder / "made" / "model.tflite").write_bytes(task["scaling"].encode())

    class Network:
        def __init__(self, *_: Any) -> None:
            pass

        def look(self, photo: Any) -> Any:
            from core.model.network import Seen

            return Seen(colours(photo), None, None)

    monkeypatch.setattr("core.model.importing.room.run", run)
    monkeypatch.setattr("core.model.network.Network", Network)
    monkeypatch.setattr(moving_in, "Predictor", lambda model: Mock())


def test_what_is_missing_is_asked_and_the_scaling_is_tried_on_photos(
    dataset_home: Home, read_already: None, at_once: None, tmp_path: Path
) -> None:
    path = tmp_path / "their model.h5"
    path.write_bytes(b"x")
    import_id = importing.start_import(path)
    assert importing.load_import(import_id).state == "classes"
    with pytest.raises(ModelRefused, match=r"tells 4 classes apart\. Received: 3 names"):
        importing.answer_import(import_id, class_names=["dress", "hat", "pants"])
    importing.answer_import(import_id, class_names=["dress", "hat", "pants", "shoes"])
    now = importing.load_import(import_id)
    assert now.state == "scaling" and now.check is not None and now.check.best == "-1..1"
    assert now.check.dataset == dataset_home.dataset_id, "the one of the same classes is found"
    assert now.check.right["-1..1"] > 0.7 > 0.4 > now.check.right["0..255"]

    importing.answer_import(import_id, scaling="0..255")
    now = importing.load_import(import_id)
    assert now.state == "done" and now.doubt == "-1..1"
    first = now.model_id
    rename_model(first, "Our wardrobe")
    note_model(first, "For the shop")
    change_words(first, OwnWords(made_by="the shop"))
    importing.answer_import(import_id, scaling="-1..1")
    now = importing.load_import(import_id)
    assert (now.state, now.doubt, now.model_id) == ("done", None, first), "made anew in its place"
    model = load_model(first)
    assert model.tflite_path.read_bytes() == b"-1..1"
    said = (model.name, model.note, own_words(model).made_by)
    assert said == ("Our wardrobe", "For the shop", "the shop") and "the shop" in (model.folder / "card.md").read_text()
    [before] = load_settings().trash_dir.glob("*/kept/model.tflite")
    assert before.read_bytes() == b"0..255", "the one that was there can come back"
    assert not [each.name for each in now.folder.iterdir() if each.name in ("came", "made", "network.tflite")]
    with pytest.raises(ModelRefused, match="made already"):
        importing.answer_import(import_id, scaling="0..1")
    assert model.class_names == ("dress", "hat", "pants", "shoes") and (model.folder / "card.md").exists()


def test_at_work_it_takes_no_answer_and_what_was_said_meanwhile_stays(
    dataset_home: Home, read_already: None, at_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs.h5"
    path.write_bytes(b"x")
    found = working.check

    def check(folder: Path, *others: Any) -> Any:
        write_json(folder / "import.json", {**read_json(folder / "import.json"), "scaling": "0..1"})
        with monkeypatch.context() as meanwhile, pytest.raises(JobActive):
            meanwhile.setattr("core.jobs.state", lambda job_dir: JobState("running"))
            importing.answer_import(folder.name, scaling="caffe")
        return found(folder, *others)

    monkeypatch.setattr(working, "check", check)
    import_id = importing.start_import(path, class_names=["dress", "hat", "pants", "shoes"])
    now = importing.load_import(import_id)
    assert read_json(now.folder / "import.json")["scaling"] == "0..1" and now.check is not None


def test_what_was_brought_does_not_stay_on_the_disk(
    read_already: None, at_once: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "theirs.h5"
    path.write_bytes(b"x")
    waiting = importing.start_import(path)

    def refuse(folder: Path, *_: Any) -> None:
        (folder / "brought").mkdir()
        raise ModelRefused("no model")

    monkeypatch.setattr("core.model.importing.room.run", refuse)
    refused = importing.load_import(importing.start_import(path))
    assert refused.state == "refused" and {each.name for each in refused.folder.iterdir()} == {
        "import.json", "refused.json", "job"
    }  # fmt: skip
    assert importing.load_import(waiting).state == "classes"
    facts = read_json(refused.folder / "import.json")
    write_json(refused.folder / "import.json", {**facts, "created_at": facts["created_at"] - 25 * 3600})
    importing.start_import(path)
    assert importing.load_import(waiting).state == "classes" and not refused.folder.exists()


def test_a_file_of_an_archive_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(paths: list[str]) -> Path:
        said = {"modelTopology": {}, "weightsManifest": [{"paths": paths, "weights": []}]}
        with zipfile.ZipFile(tmp_path / "theirs.zip", "w") as archive:
            archive.writestr("model.json", json.dumps(said))
            for name in ("a.bin", "b.bin"):
                archive.writestr(name, bytes(60))
        return tmp_path / "theirs.zip"

    with pytest.raises(ModelRefused, match="several times"):
        brought(packed(["a.bin"] * 400), tmp_path / "in")
    assert not (tmp_path / "in").exists()
    monkeypatch.setattr(files, "MAX_ARCHIVE_BYTES", 100)
    with pytest.raises(ModelRefused, match="unpacks to more than"):
        brought(packed(["a.bin", "b.bin"]), tmp_path / "in")


@pytest.mark.parametrize("odd", ["kind", "nothing", "itself"])
def test_weights_that_are_none_are_refused_and_a_group_that_holds_itself_ends(odd: str) -> None:
    with h5py.File(io.BytesIO(), "w") as file:
        group = file.create_group("head")
        group["kernel"] = np.zeros((2, 2))
        group[odd] = {"kind": np.dtype("f4"), "nothing": h5py.Empty("f4"), "itself": group}[odd]
        with contextlib.nullcontext() if odd == "itself" else pytest.raises(ModelRefused, match="no number"):
            check_hdf5(file)


def test_a_refusal_is_kept_and_said(
    workspace: Path, at_once: None, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_tensorflow_here(monkeypatch)
    path = tmp_path / "scores.txt"
    path.write_text("no model")
    assert main(["import", str(path), "--classes", "a,b"]) == 1
    assert "This is no model file that is known here." in capsys.readouterr().err
    assert main(["import", str(tmp_path / "none.h5")]) == 1
    assert "There is no such file" in capsys.readouterr().err
    assert not list(load_settings().models_dir.glob("*"))


def test_the_numbers_that_teachable_machine_writes_before_names_go() -> None:
    assert labels_of("0 Dress\n1 Winter hat\n") == ("Dress", "Winter hat")
    assert labels_of("501 jeans\n502 jeans\n") == ("501 jeans", "502 jeans")


def test_each_scaling_does_what_its_makers_do() -> None:
    photo = np.array([[[[0, 128, 255]]]], np.uint8)
    assert scaled(photo, "-1..1", 3)[0, 0, 0] == pytest.approx([-1, 128 / 127.5 - 1, 1], abs=1e-6)
    mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    assert scaled(photo, "imagenet", 3)[0, 0, 0] == pytest.approx((photo[0, 0, 0] / 255 - mean) / spread, abs=1e-5)
    assert scaled(photo, "caffe", 3)[0, 0, 0] == pytest.approx([255 - 103.939, 128 - 116.779, -123.68], abs=1e-4)
    assert scaled(photo, "0..1", 1)[0, 0, 0] == pytest.approx([(0.587 * 128 + 0.114 * 255) / 255], abs=1e-6)
    assert [by_range(*ends) for ends in ((0, 255), (-1, 0.992), (0, 0.996), (-2, 2))] == [
        "0..255",
        "-1..1",
        "0..1",
        None,
    ]
    assert set(SCALINGS) == {"0..255", "0..1", "-1..1", "imagenet", "caffe"}


def test_a_description_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    with pytest.raises(ModelRefused, match="larger than that of any network"):
        cleaned(
            {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": deep}}]}}
        )
