"""Photos as phones take them: each condition does what it says, and what a model loses is counted and kept."""

from types import SimpleNamespace

import numpy as np
import pytest

from core import jobs
from core.data import store
from core.data.photo import decode, to_pixels
from core.errors import DatasetDamaged, EvaluationError, NotFound
from core.files import read_json, write_json
from core.model import bundle, examining, stress
from core.model.exams import load_exam
from core.model.predictor import Predictor
from core.model.spoiling import AS_IT_IS, CONDITIONS, spoilt
from core.sources.garments import draw
from tests.conftest import class_folders


@pytest.fixture
def model(trained_home) -> bundle.Model:
    return bundle.load_model(trained_home.run_id)


def test_each_condition_does_what_it_says():
    photo = draw("dress", 1, 120)
    seen = {name: spoilt(photo, name, 60).astype(float) for name in CONDITIONS}
    usual = seen.pop(AS_IT_IS)
    assert all(np.abs(usual - each).mean() > 0.3 for each in seen.values())
    assert seen["30 % darker"].mean() < 0.75 * usual.mean() < usual.mean() < seen["30 % brighter"].mean()
    rough = {name: np.abs(np.diff(each, axis=1)).mean() for name, each in seen.items()}
    assert rough["a quarter of the size"] < rough["blurred"] < np.abs(np.diff(usual, axis=1)).mean()
    red, _, blue = (seen["under a yellow lamp"].mean(axis=(0, 1)) / usual.mean(axis=(0, 1))).tolist()
    assert red > 0.95 and blue < 0.7
    left, right = seen["turned 15° to the left"], seen["turned 15° to the right"]
    assert left[0, 0].max() < 40 and np.abs(left[:, ::-1] - right).mean() < np.abs(left - right).mean()


def test_a_model_is_asked_about_photos_spoilt_in_each_way_as_a_job(model, at_once):
    assert stress.load_stress(load_exam(model, "test")) is None
    stress.start_stress(model.id, "test")
    exam = load_exam(model, "test")
    found = stress.load_stress(exam)
    assert found.photos == 12 and list(found.right) == list(CONDITIONS)
    assert sum(found.class_photos.values()) == 12
    dataset, predictor = store.load_dataset(exam.about.dataset), Predictor(model)
    for name in (AS_IT_IS, "30 % darker", "under a yellow lamp"):
        right = dict.fromkeys(model.class_names, 0)
        for each in exam.photos.itertuples():
            pixels = spoilt(decode(dataset.photo_path(each.content_hash).read_bytes()), name, model.input_size_px)
            right[each.label] += model.class_names[predictor.predict(pixels[None])[0].argmax()] == each.label
        assert found.right[name] == sum(right.values())
        assert {label: counts[name] for label, counts in found.class_right.items()} == right
    assert found.right[AS_IT_IS] - found.lost["blurred"] + found.gained["blurred"] == found.right["blurred"]
    kept = read_json(exam.folder / "stress.json")
    assert kept["sentence"] == found.sentence == jobs.events(stress.job_dir(model, "test"), "result")[0]["sentence"]
    about = read_json(exam.folder / "exam.json")
    write_json(exam.folder / "exam.json", {**about, "created_at": about["created_at"] + 1})
    assert stress.load_stress(load_exam(model, "test")) is None, "the model has sat the exam again since"


def test_the_weakest_are_named_and_small_losses_may_be_luck():
    right = np.ones((40, len(CONDITIONS)), bool)
    labels = ["dress"] * 30 + ["hat"] * 10
    assert stress.counted(right, labels).sentence == (
        "Right on 100 of 100 photos as they are, and on no fewer however they were spoilt."
    )
    blurred = list(CONDITIONS).index("blurred")
    right[29:33, blurred] = False
    small = stress.counted(right, labels)
    assert (small.weakest, small.weakest_class("blurred"), small.drop("blurred")) == ("blurred", "hat", 0.1)
    assert small.sentence == (
        "Right on 100 of 100 photos as they are, and on 90 at its weakest: blurred. There hat loses most: 7 of 10 "
        "right instead of 10. So small a loss may be luck."
    )
    right[29:38, blurred] = False
    large = stress.counted(right, labels)
    assert large.is_more_than_luck("blurred") and "luck" not in large.sentence
    assert large.class_drop("hat", "blurred") == 0.8 and large.class_drop("dress", "30 % darker") == 0


def test_of_many_photos_some_of_each_class_are_taken(model):
    photos = load_exam(model, "test").photos
    some = stress.sample(photos, 4)
    assert sorted(some["label"]) == sorted(model.class_names) and some.index.is_monotonic_increasing
    assert stress.sample(photos).equals(photos)


def test_what_cannot_be_spoilt_is_said(model, tmp_path, at_once):
    with pytest.raises(NotFound, match="first"):
        stress.start_stress(model.id, "never-sat")
    folder = class_folders(tmp_path / "photos", {"dress": 2, "hat": 2})
    key = examining.start_exam(model.id, str(folder))
    with pytest.raises(EvaluationError, match="Make a dataset"):
        stress.start_stress(model.id, key)
    exam = load_exam(model, "test")
    store.load_dataset(exam.about.dataset).photo_path(exam.photos["content_hash"].iloc[0]).unlink()
    with pytest.raises(DatasetDamaged, match="is gone"):
        stress.work(SimpleNamespace(check_stop=lambda: None, progress=lambda *_: None), model.id, "test")


def test_as_it_is_hardly_differs_from_the_photo_itself(model):
    exam = load_exam(model, "test")
    content = store.load_dataset(exam.about.dataset).photo_path(exam.photos["content_hash"].iloc[0]).read_bytes()
    size = model.input_size_px
    assert np.abs(spoilt(decode(content), AS_IT_IS, size).astype(int) - to_pixels(content, size)).mean() < 4
