"""A workspace as the pages find it: a dataset, an ended run with its model, a run that broke off; made in process."""

import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core.data import store
from core.files import write_bytes, write_json
from core.locks import locked
from core.model import bundle
from core.model.answered import Answered
from core.model.evaluation import evaluate
from core.model.exams import About, exams_dir, save_exam
from core.settings import load_settings
from core.sources import garments
from core.training.recipe import Recipe
from tests.jobs import make

ROOT = Path(__file__).parents[2]
LABELS = ["dress", "shirt", "shoes"]
LAYERS = [
    {"name": "photo", "kind": "InputLayer", "shape": [100, 100, 3], "parameters": 0, "trainable": True},
    {"name": "eyes", "kind": "Conv2D", "shape": [98, 98, 32], "parameters": 896, "trainable": False},
    {"name": "<answer>", "kind": "Dense", "shape": [3], "parameters": 99, "trainable": True},
]
Open = Callable[..., AppTest]


class _Remembering(PagesManager):
    """Takes AppTest's forgetting upon itself."""


class Oracle:
    """Stands in for a network: says "dress", nine times of ten surely."""

    def __init__(self, model: bundle.Model) -> None:
        self.model = model

    def predict_photos(self, photos: object) -> list[object]:
        from core.data.photo import to_pixels
        from core.errors import PhotoError
        from core.model.predictor import Answer, to_answer

        answers: list[object] = []
        for name, content in photos:  # type: ignore[attr-defined]
            try:
                to_pixels(content, 20)
                answers.append(to_answer(name, np.array([0.93, 0.05, 0.02], np.float32), self.model))
            except PhotoError as error:
                answers.append(Answer(name, None, None, None, None, str(error)))
        return answers


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page of a server in which somebody has come through the front door before, as `st.navigation` leaves it.

    AppTest forgets that before each run, and the way back to the front door would then swallow every click.
    """
    monkeypatch.setattr("streamlit.runtime.pages_manager.PagesManager.uses_pages_directory", False)
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", _Remembering)

    def opened(name: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        app.switch_page(f"pages/{name}.py")
        for key, value in address.items():
            app.query_params[key] = value
        return app.run()

    return opened


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a dataset, which every test gets a copy of."""
    root = tmp_path_factory.mktemp("made-once")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(root / "home"))
        return make_dataset("Wardrobe <b>*one*</b>", root / "source", per_class=8).folder


@pytest.fixture
def dataset(workspace: Path, made_once: Path) -> store.Dataset:
    """24 drawings of three classes, and one file that is no photo."""
    shutil.copytree(made_once, load_settings().datasets_dir / made_once.name)
    return store.load_dataset(made_once.name)


def make_dataset(name: str, source: Path, per_class: int) -> store.Dataset:
    for label in LABELS:
        (source / label).mkdir(parents=True)
        for seed in range(per_class):
            garments.draw(label, seed, 64).save(source / label / f"{seed}.jpg")
    (source / "dress" / "=scan.jpg").write_bytes(b"%PDF-1.4")
    return make(source.name, source, name)


@pytest.fixture
def model(dataset: store.Dataset, monkeypatch: pytest.MonkeyPatch) -> bundle.Model:
    """The model of a run that ended well."""
    run_dir = make_run(dataset, "ended", "done")
    add_model(run_dir, dataset)
    for module in ("ui.answers", "ui.showcase"):
        monkeypatch.setattr(f"{module}.load_predictor", Oracle)
    return bundle.load_model("ended")


def add_model(run_dir: Path, dataset: store.Dataset) -> None:
    labels: NDArray[np.int64] = np.arange(30) % 3
    probabilities = np.full((30, 3), 0.1, np.float32)
    probabilities[np.arange(30), np.where(np.arange(30) < 6, 0, labels)] = 0.8
    report = evaluate(labels, probabilities, LABELS)
    (run_dir / "model").mkdir()
    (run_dir / "model" / "model.tflite").write_bytes(b"tflite")
    write_json(run_dir / "model" / "evaluation.json", report.to_json())
    bundle.write_facts(
        bundle.Model(
            id=run_dir.name,
            folder=run_dir / "model",
            name=f"Model {run_dir.name}",
            class_names=tuple(LABELS),
            input_size_px=100,
            temperature=1.0,
            thresholds=bundle.Thresholds(),
            created_at=time.time(),
            dataset={"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint, "photos": dataset.ok},
            recipe=Recipe().to_json(),
            versions={},
            test=report.summary(),
            seconds=31.0,
            size_bytes=6,
        )
    )


def make_run(
    dataset: store.Dataset, run_id: str, status: str, recipe: Recipe | None = None, series: str | None = None
) -> Path:
    """A run's folder with three finished rounds, that ended as `status`, or died if that is "died"."""
    folder = load_settings().runs_dir / run_id
    about = {"id": dataset.id, "name": dataset.name, "fingerprint": dataset.fingerprint, "photos": dataset.ok}
    write_json(
        folder / "config.json",
        {
            "name": f"Run {run_id}",
            "created_at": time.time(),
            "recipe": (recipe or Recipe()).to_json(),
            "dataset": about,
            "versions": {},
            "series": series,
        },
    )
    rows = [
        {"epoch": e, "loss": 2 / e, "accuracy": 0.2 * e, "val_loss": 2.1 / e, "val_accuracy": 0.18 * e, "seconds": 1.5}
        for e in (1, 2, 3)
    ]
    first = dataset.manifest().query("status == 'ok'").iloc[0]
    guess = {"content_hash": first["content_hash"], "label": "dress", "guess": "shirt", "probability": 0.6}
    events = [
        {"kind": "begun"},
        {"kind": "plan", "epochs": 10, "batches": 2, "photos": 15, "first_epoch": 0},
        {"kind": "network", "layers": LAYERS},
        {"kind": "stage", "name": "learning"},
        *({"kind": "batch", "epoch": e / 2, "loss": 2.0, "accuracy": 0.3, "photos_per_s": 300.0} for e in range(1, 7)),
        *({"kind": "epoch", **row} for row in rows),
        {"kind": "guesses", "epoch": 3, "guesses": [guess]},
    ]
    if status == "done":
        test = {"accuracy": 0.86, "macro_precision": 0.8, "macro_recall": 0.8, "macro_f1": 0.8, "photos": 30}
        events.append({"kind": "result", "model": run_id, "epochs": 3, "seconds": 31.0, "test": test})
    (folder / "job").mkdir()
    lines = "".join(json.dumps({"at": 1.0, **event}) + "\n" for event in events)
    (folder / "job" / "events.jsonl").write_text(lines, "utf-8")
    write_json(folder / "job" / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    if status != "died":
        write_json(folder / "job" / "end.json", {"status": status, "message": "", "at": 2.0})
    header = ",".join(rows[0])
    text = "\n".join([header, *(",".join(str(value) for value in row.values()) for row in rows)])
    (folder / "history.csv").write_text(text, "utf-8")
    return folder


@contextlib.contextmanager
def at_work(run_dir: Path) -> Iterator[None]:
    """As if a process were at work on a run that "died": its lock is held."""
    with locked(run_dir / "job" / "lock") as held:
        assert held
        yield


@contextlib.contextmanager
def going_on(job_dir: Path, stage: str) -> Iterator[None]:
    """As if a process were at work on a job, and had done 6 of 24 photos, with 12 seconds left."""
    told = {"at": 1.0, "kind": "progress", "stage": stage, "done": 6, "total": 24, "left_s": 12.0}
    write_bytes(job_dir / "events.jsonl", f"{json.dumps(told)}\n".encode())
    with locked(job_dir / "lock") as held:
        assert held
        yield


def words(app: AppTest) -> str:
    """Everything that is written on the page."""
    parts = [element.value for kind in ("title", "header", "subheader", "markdown") for element in app.main.get(kind)]
    return "\n".join(str(part) for part in parts)


def troubles(app: AppTest) -> list[str]:
    """The notices of what went wrong, and whatever escaped."""
    return [element.value for element in (*app.error, *app.exception)]


def unfold(app: AppTest, key: str) -> AppTest:
    """Opens the menu of that key."""
    app.session_state[key] = True
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    """Presses the button of that label."""
    button = next((button for button in app.button if button.label == label), None)
    assert button is not None, f"no button “{label}” among {[button.label for button in app.button]}"
    return button.click().run()


def make_exam(
    model: bundle.Model, dataset: store.Dataset, about: About, said: dict[int, tuple[str, float]], known: int = 0
) -> Path:
    """The folder of an exam on a whole dataset: each photo is named rightly, with 0.9, unless `said` has it otherwise.

    Args:
        said: by position in the manifest, what the model said and how sure it was.
        known: so many of the photos, the first ones, it has learned from.
    """
    rows = dataset.manifest().query("status == 'ok'")
    names = list(model.class_names)
    probabilities = np.empty((len(rows), len(names)), np.float32)
    for place, (position, label) in enumerate(zip(rows.index, rows["label"], strict=True)):
        answer, sure = said.get(position, (label if label in names else names[0], 0.9))
        probabilities[place] = (1 - sure) / (len(names) - 1)
        probabilities[place, names.index(answer)] = sure
    answered = Answered(
        rows["content_hash"].tolist(),
        rows.index.to_numpy(np.int64),
        rows["source"].tolist(),
        rows["label"].tolist(),
        probabilities,
        np.zeros(len(rows), bool),
        np.arange(len(rows)) < known,
    )
    key = about.kind if about.kind in ("test", "validation") else about.dataset
    folder = exams_dir(model) / key
    folder.mkdir(parents=True)
    save_exam(model, folder, about, answered)
    return folder
