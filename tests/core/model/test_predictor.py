"""Answers about photos, by a model that the real training made."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from core.data import store
from core.data.photo import to_pixels
from core.data.pixels import load_pixels
from core.errors import EvaluationError, ModelUnreadable
from core.files import read_json, write_json
from core.model import bundle, familiarity, learned
from core.model.bundle import Thresholds
from core.model.calibration import apply_temperature
from core.model.familiarity import Familiarity, Space
from core.model.predictor import Predictor, load_predictor, predict_photos
from core.settings import load_settings
from tests.conftest import class_folders, picture
from tests.core.conftest import CLASSES
from tests.core.exams import evaluate_dataset, evaluate_folder


@pytest.fixture
def model(trained_home):
    return bundle.load_model(trained_home.run_id)


@pytest.fixture
def pixels(trained_home, model):
    return np.asarray(load_pixels(store.load_dataset(trained_home.dataset_id), model.input_size_px))


def test_any_number_of_photos_gets_a_row_of_probabilities_each(model, pixels):
    predictor = Predictor(model)
    together = predictor.predict(pixels[:5])
    assert together.shape == (5, 4) and together.dtype == np.float32
    assert together.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert together[3] == pytest.approx(predictor.predict(pixels[3:4])[0])
    assert predictor.predict(pixels[:0]).shape == (0, 4)


def test_the_models_temperature_counts(model, pixels):
    cooler = Predictor(replace(model, temperature=3.0))
    assert cooler.predict(pixels[:4]) == pytest.approx(apply_temperature(cooler.predict_raw(pixels[:4]), 3.0))
    assert cooler.predict(pixels[:4]).max() < Predictor(replace(model, temperature=0.5)).predict(pixels[:4]).max()


def test_a_bad_photo_gets_its_reason_and_the_others_go_on(model):
    photos = [("good.jpg", picture(1)), ("scan.jpg", b"%PDF-1.7"), ("empty.png", b""), ("also good.png", picture(2))]
    good, scan, empty, also_good = predict_photos(model, photos)
    assert (scan.label, scan.probability, scan.sure, scan.probabilities) == (None, None, None, None)
    assert "PDF" in scan.error and "empty" in empty.error
    for answer, (name, content) in ((good, photos[0]), (also_good, photos[3])):
        probabilities = load_predictor(model).predict(to_pixels(content, 24)[None])[0]
        assert (answer.photo, answer.error) == (name, None)
        assert answer.label == model.class_names[probabilities.argmax()]
        assert answer.probability == pytest.approx(float(probabilities.max()))
        assert list(answer.probabilities.values()) == sorted(probabilities.tolist(), reverse=True)
        assert answer.sure == (answer.probability >= 0.9)


def test_visitors_who_share_a_predictor_get_their_own_answers(model, pixels):
    predictor = Predictor(model)
    alone = [predictor.predict(pixels[index : index + 1]) for index in range(32)]
    with ThreadPoolExecutor(8) as visitors:
        shared = list(visitors.map(lambda index: predictor.predict(pixels[index : index + 1]), range(32)))
    assert np.concatenate(shared) == pytest.approx(np.concatenate(alone))


def test_many_photos_get_the_answers_that_each_gets_alone_in_their_order(model):
    photos = [(f"{seed}.jpg", picture(seed) if seed % 5 else b"no photo") for seed in range(23)]
    predictor = Predictor(model)
    alone = [predictor.predict_photos([photo])[0] for photo in photos]
    assert predictor.predict_photos(photos) == alone
    assert predictor.predict_photos(iter(photos)) == alone
    assert predictor.predict_photos([]) == predictor.predict_photos(iter([])) == []


def test_a_model_is_loaded_once_until_its_files_change(model, pixels):
    first = load_predictor(model)
    assert load_predictor(model) is first
    facts = read_json(model.folder / "model.json")
    write_json(model.folder / "model.json", {**facts, "temperature": 4.0})
    changed = load_predictor(model)
    assert changed is not first and changed.model.temperature == 4.0


def test_a_damaged_network_is_said(model):
    model.tflite_path.write_bytes(model.tflite_path.read_bytes()[:1000])
    with pytest.raises(ModelUnreadable, match="cannot be loaded"):
        load_predictor(model)
    model.tflite_path.unlink()
    with pytest.raises(ModelUnreadable, match="misses a file"):
        load_predictor(model)


def test_a_network_that_contradicts_its_description_is_said(model):
    with pytest.raises(ModelUnreadable, match="does not fit"):
        Predictor(replace(model, class_names=("only", "two")))


@pytest.mark.parametrize(("limit", "unlike"), [(-1.0, True), (1e9, False), (None, None)])
def test_a_photo_far_from_all_that_was_taught_is_unlike_and_never_sure(model, tmp_path, limit, unlike):
    photo = next(class_folders(tmp_path / "photos", {"dress": 1, "hat": 1}).glob("dress/*")).read_bytes()
    surest = replace(model, thresholds=Thresholds(sure=0.0))
    seen = Predictor(model).look(to_pixels(photo, model.input_size_px)[None]).seen
    assert seen is not None and seen[0].shape == (1, 32)
    (model.folder / familiarity.FILE).unlink(missing_ok=True)
    if limit is not None:
        sizes = [each.shape[1] for each in seen]
        spaces = tuple(Space(np.zeros(size), np.eye(size)[:, :2], np.zeros((1, 2))) for size in sizes)
        Familiarity(spaces, limit).save(model.folder)
    [answer] = Predictor(surest).predict_photos([("a.jpg", photo)])
    assert answer.unlike is unlike
    assert answer.sure is (not unlike)


def test_beside_an_answer_stand_the_photos_it_learned_from_that_look_like_it(trained_home, model):
    dataset = store.load_dataset(trained_home.dataset_id)
    learned = dataset.manifest().query("status == 'ok' and part == 'train'")
    known = dict(zip(learned["content_hash"], learned["label"], strict=True))
    nearest = []
    for row in learned.itertuples():
        photo = dataset.photo_path(row.content_hash).read_bytes()
        [answer] = Predictor(model).predict_photos([("again.jpg", photo)])
        assert all(known[content_hash] == label for content_hash, label in answer.similar)
        assert len(answer.similar) == 5
        nearest.append(answer.similar[0][1] == row.label)
    assert np.mean(nearest) > 0.9, "the square of the same colour"


def test_an_exam_on_the_dataset_it_learned_from_takes_the_test_part_only(trained_home, model):
    dataset = store.load_dataset(trained_home.dataset_id)
    evaluation = evaluate_dataset(model, dataset)
    assert evaluation.photos == (dataset.manifest()["part"] == "test").sum() == model.test["photos"]
    assert evaluation.accuracy == pytest.approx(model.test["accuracy"])
    assert evaluation.known == 0


def test_an_exam_says_how_many_photos_it_knows_by_heart(trained_home, model, tmp_path):
    dataset = store.load_dataset(trained_home.dataset_id)
    other = evaluate_dataset(replace(model, dataset={"fingerprint": "another"}), dataset)
    assert (other.photos, other.known) == (64, 64 - model.test["photos"])
    folder = class_folders(tmp_path / "photos", dict.fromkeys(CLASSES, 2))
    learned.keep(model.folder, [])
    assert (evaluate_folder(model, folder).photos, evaluate_folder(model, folder).known) == (8, 0)
    (tmp_path / "photos" / "dress" / "again.png").write_bytes(one := next(folder.glob("dress/*")).read_bytes())
    learned.keep(model.folder, [sha256(one).hexdigest()])
    assert evaluate_folder(model, folder).known == 2
    (model.folder / learned.FILE).write_bytes(b"damaged")
    assert evaluate_folder(model, folder).known == 0


def test_an_exam_on_a_folder_counts_what_it_leaves_out(tmp_path, model):
    folder = class_folders(tmp_path / "photos", {**dict.fromkeys(CLASSES, 3), "umbrella": 2})
    (folder / "dress" / "broken.png").write_bytes(b"not a picture")
    evaluation = evaluate_folder(model, folder)
    assert evaluation.photos == 12
    assert evaluation.left_out == {"unreadable": 1, "not taught: umbrella": 2}


def test_an_exam_without_a_known_class_says_what_it_was_taught(tmp_path, model):
    with pytest.raises(EvaluationError, match=r"dress, hat, pants, shoes.*umbrella"):
        evaluate_folder(model, class_folders(tmp_path / "photos", {"umbrella": 1, "tent": 1}))


def test_nothing_that_a_server_needs_loads_tensorflow():
    modules = "core.model.exam, core.model.verdict, core.training.live, core.training.starting, core.training.worker"
    code = (
        f"import sys, {modules}; import ai_edge_litert.interpreter; print({{'tensorflow', 'keras'}} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"


def test_large_models_do_not_pile_up_in_memory(model, monkeypatch):
    monkeypatch.setattr("core.model.predictor.MAX_LOADED_BYTES", model.size_bytes)
    first = load_predictor(model)
    copy = load_settings().models_dir / "copy"
    shutil.copytree(model.folder, copy)
    load_predictor(bundle.read_model(copy))
    assert load_predictor(model) is not first
