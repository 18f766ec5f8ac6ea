"""Model folders: listed, renamed, chosen, deleted and brought back."""

from dataclasses import replace

import pytest

from core import trash
from core.errors import FittingRoomError, ModelUnreadable, NameInvalid, NotFound
from core.model import bundle
from core.model.bundle import Model, Thresholds, load_model, write_facts
from core.settings import load_settings


def make_model(model_id: str, created_at: float = 1.0, folder=None, test=None) -> Model:
    folder = folder or load_settings().models_dir / model_id
    folder.mkdir(parents=True)
    (folder / "model.tflite").write_bytes(b"12345")
    model = Model(
        id=model_id,
        folder=folder,
        name=f"Model {model_id}",
        class_names=("dress", "hat"),
        input_size_px=24,
        temperature=1.5,
        thresholds=Thresholds(sure=0.8),
        created_at=created_at,
        dataset={"id": "d", "name": "D", "fingerprint": "f", "photos": 3},
        recipe={"name": "classic"},
        versions={"keras": "3"},
        test=test,
        seconds=2.0,
        size_bytes=5,
    )
    write_facts(model)
    return model


def test_a_model_is_read_as_it_was_written():
    model = make_model("one")
    assert load_model("one") == model


def test_models_of_runs_and_saved_ones_are_listed_newest_first():
    make_model("old", created_at=1)
    of_run = make_model("run-1", created_at=3, folder=load_settings().runs_dir / "run-1" / "model")
    make_model("middle", created_at=2)
    assert [model.id for model in bundle.list_models()] == ["run-1", "middle", "old"]
    assert load_model("run-1") == of_run


def test_a_model_that_is_called_model_is_found_by_its_id():
    make_model("model")
    assert [model.id for model in bundle.list_models()] == ["model"]
    assert load_model("model").id == "model"


@pytest.mark.parametrize("said", [{"mends": {"relabelled": "two"}}, {"mends": [1]}, {"photos": "many"}])
def test_a_model_whose_photos_are_no_numbers_cannot_be_read(said):
    model = make_model("one")
    write_facts(replace(model, dataset={**model.dataset, **said}))
    with pytest.raises(ModelUnreadable):
        load_model("one")


def test_a_new_name_stays_and_the_id_too():
    model = make_model("one")
    bundle.rename_model("one", "  Everyday   wardrobe ")
    assert load_model("one") == replace(model, name="Everyday wardrobe")
    with pytest.raises(NameInvalid):
        bundle.rename_model("one", " ")


def test_the_chosen_model_answers_else_the_newest():
    assert bundle.default_model() is None
    make_model("old", created_at=1)
    make_model("new", created_at=2)
    assert bundle.default_model().id == "new"
    bundle.set_default_model("old")
    assert bundle.default_model().id == "old"
    bundle.delete_model("old")
    assert bundle.default_model().id == "new"


def test_a_deleted_model_of_a_run_comes_back_into_its_run():
    folder = load_settings().runs_dir / "run-1" / "model"
    model = make_model("run-1", folder=folder)
    token = bundle.delete_model("run-1")
    assert bundle.list_models() == [] and folder.parent.exists()
    trash.restore(token)
    assert load_model("run-1") == model


def test_a_deleted_model_is_found_by_its_token_and_nothing_else_is_taken_for_one():
    model = make_model("run-1", folder=load_settings().runs_dir / "run-1" / "model")
    assert bundle.restore_model(bundle.delete_model("run-1")) == model
    token = trash.move_to_trash(load_settings().runs_dir / "run-1")
    with pytest.raises(NotFound, match="no model"):
        bundle.restore_model(token)
    with pytest.raises(NotFound, match="not in the trash"):
        bundle.restore_model("0" * 32)


def test_a_note_stays_with_a_model_also_with_one_that_came_along(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "BUNDLED_DIR", tmp_path / "bundled")
    for model in (make_model("own"), make_model("wardrobe", folder=tmp_path / "bundled" / "wardrobe")):
        before = (model.folder / "model.json").read_bytes()
        bundle.note_model(model.id, "  For the shop. ")
        assert load_model(model.id) == replace(model, note="For the shop.")
        assert ((model.folder / "model.json").read_bytes() == before) is model.is_bundled
        bundle.note_model(model.id, "")
        assert load_model(model.id).note == ""
    with pytest.raises(NameInvalid, match="2,000 characters"):
        bundle.note_model("own", "x" * 2001)


def test_a_model_that_came_along_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "BUNDLED_DIR", tmp_path / "bundled")
    make_model("wardrobe", folder=tmp_path / "bundled" / "wardrobe")
    assert bundle.default_model().is_bundled
    for change in (lambda: bundle.rename_model("wardrobe", "Mine"), lambda: bundle.delete_model("wardrobe")):
        with pytest.raises(FittingRoomError, match="came with Fitting Room"):
            change()
    assert load_model("wardrobe").name == "Model wardrobe"


def test_the_clothing_model_answers_until_somebody_has_taught_one(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "BUNDLED_DIR", tmp_path / "bundled")
    make_model("garments", folder=tmp_path / "bundled" / "garments")
    make_model("clothing-photos", folder=tmp_path / "bundled" / "clothing-photos")
    make_model("wardrobe", folder=tmp_path / "bundled" / "wardrobe")
    assert bundle.default_model().id == "clothing-photos"
    make_model("brought", test={"accuracy": 1.0})
    assert bundle.default_model().id == "clothing-photos", "nobody here has measured the one that was brought in"
    make_model("own", folder=load_settings().runs_dir / "own" / "model", test={"accuracy": 0.5})
    assert bundle.default_model().id == "own"
    bundle.set_default_model("garments")
    assert bundle.default_model().id == "garments"


@pytest.mark.parametrize("model_id", ["", "nothing", "..", "../models/one", "a/../one"])
def test_an_id_from_an_address_is_no_path(model_id):
    make_model("one")
    with pytest.raises(NotFound):
        load_model(model_id)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "model.tflite").unlink(),
        lambda folder: (folder / "model.json").unlink(),
        lambda folder: (folder / "model.json").write_text("{"),
        lambda folder: (folder / "model.json").write_text("{}"),
    ],
)
def test_a_damaged_model_is_said_and_does_not_hide_the_others(damage):
    make_model("good")
    damage(make_model("bad").folder)
    with pytest.raises(ModelUnreadable, match="damaged"):
        load_model("bad")
    assert [model.id for model in bundle.list_models()] == ["good"]


def test_who_has_the_models_already_has_none_of_them_read_again(monkeypatch):
    make_model("old", created_at=1)
    bundle.set_default_model(make_model("new", created_at=2).id)
    models = bundle.list_models()
    monkeypatch.setattr(bundle, "read_model", pytest.fail)
    assert bundle.default_model(models) == models[0]


def test_a_training_that_was_stopped_early_does_not_take_the_place_of_a_good_one():
    for number, (model_id, accuracy) in enumerate((("good", 0.9), ("hasty", 0.2))):
        folder = load_settings().runs_dir / model_id / "model"
        make_model(model_id, created_at=number, folder=folder, test={"accuracy": accuracy})
    assert bundle.default_model().id == "good"
