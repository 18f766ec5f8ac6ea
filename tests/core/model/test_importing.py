"""A model of somebody else's is read without running anything of it, and becomes a model like any other."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.__main__ import main
from core.errors import ModelRefused
from core.files import read_json, write_json
from core.model import importing
from core.model.bundle import load_model
from core.model.card import own_words
from core.model.exams import load_exam
from core.model.importing import working
from core.model.importing.confinement import MAX_MEMORY_BYTES
from core.model.importing.files import labels_of
from core.model.importing.layers import cleaned
from core.model.importing.scaling import SCALINGS, by_range, scaled
from core.model.importing.understood import Understood
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


def test_the_room_lets_nothing_out(tmp_path: Path) -> None:
    """Not even a hole in a library gets a file written elsewhere, a program run, or the network reached."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.write_text("as it was")
    script = (
        "import os, socket, sys, resource\nfrom pathlib import Path\n"
        "from core.model.importing.confinement import confine\n"
        "inside, outside = map(Path, sys.argv[1:])\nconfine(inside)\n(inside / 'a').write_text('fine')\nfound = []\n"
        "def tries(act):\n    try:\n        act()\n    except OSError:\n        found.append('refused')\n"
        "tries(lambda: outside.write_text('spoilt'))\ntries(lambda: outside.unlink())\n"
        "tries(lambda: os.execv('/bin/true', ['true']))\n"
        "tries(lambda: socket.create_connection(('127.0.0.1', 9), 1))\n"
        "print(found, resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    command = [sys.executable, "-c", script, str(inside), str(outside)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("]")[1].strip() == str(MAX_MEMORY_BYTES)
    if _has_landlock():
        assert done.stdout.count("refused") == 4 and outside.read_text() == "as it was"


def _has_landlock() -> bool:
    try:
        return "landlock" in Path("/sys/kernel/security/lsm").read_text()
    except OSError:
        return sys.platform == "linux"


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
    monkeypatch.setattr(working, "Predictor", lambda model: None)


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
    importing.answer_import(import_id, scaling="-1..1")
    now = importing.load_import(import_id)
    assert (now.state, now.doubt, now.model_id) == ("done", None, first), "made anew in its place"
    model = load_model(first)
    assert model.tflite_path.read_bytes() == b"-1..1" and model.name == "their model"
    assert model.class_names == ("dress", "hat", "pants", "shoes") and (model.folder / "card.md").exists()


def test_a_refusal_is_kept_and_said(workspace: Path, at_once: None, tmp_path: Path, capsys: Any) -> None:
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
