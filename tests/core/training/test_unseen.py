"""Nothing is tested on photos from which it has learned: not borrowed eyes, and no training."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.data import store
from core.errors import RecipeInvalid
from core.model import bundle, learned
from core.training import starting, unseen
from core.training.backbones import CLOTHING, EYES
from core.training.recipe import usual
from tests.core.conftest import Home


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a clothing model that has learned from nothing yet."""
    monkeypatch.setattr(bundle, "BUNDLED_DIR", tmp_path / "models")
    monkeypatch.setattr(unseen, "_known", {})
    folder = tmp_path / "models" / "clothing-photos"
    folder.mkdir(parents=True)
    (folder / EYES).write_bytes(b"weights")
    learned.keep(folder, ["ab" * 32])
    return folder


def test_new_photos_are_looked_at_with_the_clothing_models_eyes(model, dataset_home):
    dataset = store.load_dataset(dataset_home.dataset_id)
    assert unseen.eyes_for(dataset) == CLOTHING
    unseen.require_unseen(dataset, usual("transfer", backbone=CLOTHING))
    (model / EYES).unlink()
    assert unseen.eyes_for(dataset) == unseen.OTHERS


def test_photos_that_it_knows_are_looked_at_with_others(model, dataset_home):
    dataset = store.load_dataset(dataset_home.dataset_id)
    rows = dataset.manifest()
    one = rows.loc[(rows["status"] == "ok") & (rows["part"] == "test"), "content_hash"].iloc[0]
    learned.keep(model, [one])
    assert unseen.eyes_for(dataset) == unseen.OTHERS
    with pytest.raises(RecipeInvalid, match="learned from 1 of these photos"):
        starting.start_run(dataset.id, usual("transfer", backbone=CLOTHING))
    unseen.require_unseen(dataset, usual("transfer"))
    unseen.require_unseen(dataset, usual("compact", backbone=CLOTHING))


@pytest.fixture(scope="module")
def trained_twice(made_dataset: Home, transfer_checked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What trainings with a dataset come to, and with the same one whose test part is spoilt."""
    folder = tmp_path_factory.mktemp("poison")
    homes = [shutil.copytree(made_dataset.path, folder / name) for name in ("plain", "spoilt")]
    environment = {**os.environ, "KERAS_HOME": str(transfer_checked / "keras"), "FITTING_ROOM_STANDBY": "0"}
    command = [sys.executable, "-m", "tests.core.training.poison_checks", *map(str, homes), made_dataset.dataset_id]
    done = subprocess.run([*command, str(folder / "found.json")], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "found.json").read_text())


@pytest.mark.parametrize("name", ["classic", "transfer", "fine-tuned", "sweep"])
def test_no_training_reads_its_test_part_before_the_end(trained_twice, name):
    """With other photos and labels there, every weight, round and choice is the same, bit by bit; only the test is not.

    Trained weights, the round that was kept, the temperature, what is usual and what looks alike; of a sweep also what
    it tried and what it chose.
    """
    plain, spoilt = (trained_twice[each][name] for each in ("plain", "spoilt"))
    tests = plain.pop("test"), spoilt.pop("test")
    assert plain == spoilt
    assert tests[0] > tests[1], "the test part was spoilt"
