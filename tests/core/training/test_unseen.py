"""Eyes are not tested on photos from which they have learned."""

from pathlib import Path

import pytest

from core.data import store
from core.errors import RecipeInvalid
from core.model import bundle, learned
from core.training import starting, unseen
from core.training.backbones import CLOTHING, EYES
from core.training.recipe import usual


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
