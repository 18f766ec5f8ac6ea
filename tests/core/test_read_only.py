"""`FITTING_ROOM_READ_ONLY=1`: looked at and asked, a workspace stays as it is, whoever wants to write."""

import argparse
import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import jobs, read_only, trash
from core.__main__ import _parser, main
from core.errors import ReadOnly
from core.files import write_json
from core.locks import is_held, locked
from core.model.answers import load_batch, save_batch
from core.model.asking import start_asking
from core.model.bundle import load_model
from core.model.predictor import load_predictor
from core.settings import load_settings
from tests.conftest import class_folders, picture
from tests.core.conftest import Home

CORE = Path(read_only.__file__).parent
TARGET = re.compile(r'"(core\.[\w.]+:\w+)"')
TARGETS = sorted({found for path in CORE.rglob("*.py") for found in TARGET.findall(path.read_text("utf-8"))})
WRITERS: dict[str, Callable[[Path], object]] = {
    "write_text": lambda file: file.write_text("x"),
    "append": lambda file: file.open("a").close(),
    "update": lambda file: file.open("r+").close(),
    "os.open": lambda file: os.close(os.open(file, os.O_RDWR)),
    "touch": lambda file: file.touch(),
    "truncate": lambda file: os.truncate(file, 0),
    "utime": lambda file: os.utime(file, (0, 0)),
    "chmod": lambda file: file.chmod(0o600),
    "unlink": lambda file: file.unlink(),
    "rename": lambda file: file.rename(file.with_name("other")),
    "take away": lambda file: shutil.move(file, tempfile.gettempdir()),
    "bring in": lambda file: os.replace(elsewhere(), file),
    "copy": lambda file: shutil.copyfile(elsewhere(), file),
    "link": lambda file: os.link(file, file.with_name("other")),
    "symlink": lambda file: file.with_name("other").symlink_to(file),
    "mkdir": lambda file: (file.parent / "new").mkdir(parents=True, exist_ok=True),
    "rmtree": lambda file: shutil.rmtree(file.parent),
    "temporary file": lambda file: tempfile.mkstemp(dir=file.parent),
    "write_json": lambda file: write_json(file, {}),
    "lock": lambda file: locked(file).__enter__(),
    "rmtree of a folder in it": lambda file: shutil.rmtree(file.parent.parent),
    "trash": lambda file: trash.move_to_trash(file),
    "array": lambda file: np.save(file.with_name("other.npy"), np.zeros(3)),
    "memory map": lambda file: np.memmap(file, np.uint8, "r+"),
    "picture": lambda file: Image.new("RGB", (4, 4)).save(file.with_name("other.png")),
    "archive": lambda file: zipfile.ZipFile(file.with_name("other.zip"), "w"),
    "through a link": lambda file: (way_around(file) / file.name).write_text("x"),
}


def elsewhere() -> Path:
    path = Path(tempfile.mkdtemp()) / "file"
    path.write_text("x")
    return path


def way_around(file: Path) -> Path:
    link = Path(tempfile.mkdtemp()) / "link"
    link.symlink_to(file.parent)
    return link


def digest(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file and folder with its content and when it was changed."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Makes the workspace one that is only looked at."""

    def begin() -> None:
        monkeypatch.setenv(read_only.VARIABLE, "1")
        monkeypatch.setenv(read_only.SCRATCH_VARIABLE, str(tmp_path / "scratch"))
        assert load_settings().read_only

    return begin


@pytest.fixture
def kept(workspace: Path, looked_at: Callable[[], None]) -> Path:
    """A file of such a workspace."""
    path = workspace / "models" / "mine" / "model.json"
    write_json(path, {"name": "Mine"})
    looked_at()
    return path


@pytest.mark.parametrize("name", WRITERS)
def test_no_way_of_writing_reaches_the_workspace(kept: Path, workspace: Path, name: str) -> None:
    before = digest(workspace)
    with pytest.raises(ReadOnly, match="nothing is kept"):
        WRITERS[name](kept)
    assert digest(workspace) == before


@pytest.mark.parametrize("target", TARGETS)
def test_no_job_begins(kept: Path, workspace: Path, target: str) -> None:
    with pytest.raises(ReadOnly):
        jobs.start(workspace / "some" / "job", target, {})
    assert not (workspace / "some").exists()


def test_the_models_that_come_along_stay_as_they_are(kept: Path) -> None:
    with pytest.raises(ReadOnly):
        write_json(CORE.parent / "models" / "garments" / "model.json", {})


def test_reading_and_what_changes_nothing_is_let_through(kept: Path, workspace: Path, tmp_path: Path) -> None:
    assert kept.read_text() and not is_held(kept)
    workspace.mkdir(exist_ok=True)
    (workspace / "absent").unlink(missing_ok=True)
    (tmp_path / "elsewhere.txt").write_text("x")
    assert not load_settings().standby and not load_settings().check_by_itself


def test_without_a_name_the_workspace_is_the_usual_one(
    looked_at: Callable[[], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITTING_ROOM_HOME", "")
    looked_at()
    with pytest.raises(ReadOnly):
        (load_settings().home / "new").mkdir(parents=True)
    (tmp_path / "beside").touch()


def test_what_is_asked_lies_elsewhere_and_goes_with_the_process(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = load_predictor_of_garments().predict_photos([("a.jpg", picture(1))])
    batch = save_batch("garments", "Drawn garments", [("a.jpg", picture(1))], answers)
    assert batch.folder.is_relative_to(load_settings().scratch) and batch.photo_path(0).exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for number, name in enumerate(("killed", "just begun")):
        left = tmp_path / f"{read_only.PREFIX}{name}" / read_only.ALIVE
        write_json(left, {})
        os.utime(left, times=(0, 0)) if not number else None
    monkeypatch.setattr("atexit.register", lambda *_: None)
    monkeypatch.delenv(read_only.SCRATCH_VARIABLE)
    scratch = load_settings().scratch
    assert scratch.is_dir() and scratch.stat().st_mode & 0o077 == 0
    assert {path.name for path in tmp_path.glob(f"{read_only.PREFIX}*")} == {
        scratch.name,
        f"{read_only.PREFIX}just begun",
    }
    read_only.leave()
    assert not scratch.exists() and read_only.SCRATCH_VARIABLE not in os.environ


def load_predictor_of_garments():  # type: ignore[no-untyped-def]
    from core.model.bundle import read_model

    return load_predictor(read_model(CORE.parent / "models" / "garments"))


def test_many_photos_are_asked_about_by_a_job_beside_the_workspace(
    kept: Path, workspace: Path, bundled: Path, tmp_path: Path
) -> None:
    before = digest(workspace)
    folder = class_folders(tmp_path / "photos", {"dress": 2})
    batch_id = start_asking(load_model("garments"), {"kind": "folder", "path": str(folder)}, "Photos")
    job_dir = load_batch(batch_id).job_dir
    assert jobs.wait(job_dir, 60).status == "done", jobs.log_tail(job_dir)
    assert len(load_batch(batch_id).answers) == 2 and digest(workspace) == before


LOOKS = {  # what answers in a demo; everything else that the command line can do is refused, and so is what is added
    *("dataset list", "dataset show", "dataset look", "dataset mends", "dataset suspects"),
    *("runs", "run show", "run compare", "run export", "series list"),
    *("models", "model list", "model show", "model card", "predict", "explain", "corrections list"),
}


def verbs(parser: argparse.ArgumentParser, before: str = "") -> dict[str, argparse.ArgumentParser]:
    """Every verb of the command line."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        return {before: parser}
    found: dict[str, argparse.ArgumentParser] = {}
    for name, each in below[0].choices.items():
        found |= verbs(each, f"{before} {name}".strip())
    return found


AT_REST = {"stop", "pause", "continue"}  # of a training that has ended they only say how it stands

VERBS = verbs(_parser())


def test_no_verb_changes_anything(
    trained_home: Home, looked_at: Callable[[], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, table = tmp_path / "photo.jpg", tmp_path / "words.json"
    photo.write_bytes(picture(3))
    table.write_text("{}")
    says = {
        **{"id": trained_home.dataset_id, "dataset": trained_home.dataset_id, "run": trained_home.run_id},
        **{"one": trained_home.run_id, "other": trained_home.run_id, "model": trained_home.run_id},
        **{"photo": str(photo), "photos": str(photo), "source": str(photo.parent), "label": "hat", "name": "Other"},
        **{"words": "mine", "token": "0" * 32, "number": "1", "series": "none", "place": trained_home.dataset_id},
        **{"to": str(tmp_path / "out.png"), "file": str(photo)},
    }
    before = digest(trained_home.path)
    looked_at()
    answered = set()
    for verb, parser in VERBS.items():
        options = [action for action in parser._actions if action.required and action.option_strings]
        given = [part for action in options for part in (action.option_strings[0], says[action.dest])]
        given += [says.get(action.dest, "1") for action in parser._actions if not action.option_strings]
        given += {"run export": ["--to", str(tmp_path / "out.py")], "dataset mend": ["--photo", "1", "--exclude"]}.get(
            verb, []
        )
        status = main([*verb.split(), *given])
        said = capsys.readouterr()
        assert status in (0, 1), said
        if status == 0:
            answered.add(verb)
        else:
            print(verb, said.err[-150:])
        assert digest(trained_home.path) == before, verb
    assert answered == LOOKS | AT_REST
    assert load_model(trained_home.run_id).name
