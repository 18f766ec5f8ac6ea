"""How sure is sure enough: counted at every threshold, kept with the model, and taken back."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import store
from core.errors import EvaluationError
from core.files import read_json
from core.model import bundle, deciding, learned
from core.model.evaluation import wilson_interval
from core.model.exams import exams_dir, load_exam
from core.model.predictor import Predictor, predict_photos
from core.model.verdict import verdict
from tests.conftest import picture

LEVELS = st.sampled_from([0.0, 0.25, 0.5, 0.5000001, 0.75, 1.0])


@given(st.lists(st.tuples(LEVELS, st.booleans()), min_size=1, max_size=40), st.floats(0.01, 1))
def test_every_threshold_is_counted_as_by_hand(photos, wanted):
    confidence, right = np.array([each[0] for each in photos]), np.array([each[1] for each in photos])
    found = deciding.outlook_of(confidence, right)
    decisions = found.all()
    assert [each.sure for each in decisions] == sorted(set(confidence[confidence > 0]))
    for each in [*decisions, found.at(0.6), found.at(1.0)]:
        alone = confidence >= each.sure
        assert (each.photos, each.alone, each.right) == (len(photos), alone.sum(), right[alone].sum())
        assert each.to_person + each.alone == each.photos
        assert each.interval == (wilson_interval(each.right, each.alone) if each.alone else None)
    good_enough = [each.sure for each in decisions if each.right_share >= wanted]
    lowest = found.lowest(wanted)
    assert (lowest and lowest.sure) == (min(good_enough) if good_enough else None)


def test_as_many_answers_as_can_be_are_right_often_enough():
    confidence, right = np.array([0.7, 0.95, 0.85, 0.9, 0.8, 0.75]), np.array([0, 1, 0, 1, 1, 1], bool)
    found = deciding.outlook_of(confidence, right)
    assert [found.lowest(share).sure for share in (1.0, 0.8, 0.5)] == [0.9, 0.75, 0.7]
    assert deciding.outlook_of(confidence[:1], right[:1]).lowest(0.9) is None


def test_it_is_said_in_words():
    found = deciding.outlook_of(np.r_[np.full(82, 0.95), np.full(18, 0.5)], np.arange(100) >= 2)
    assert (
        found.at(0.9).sentence == "At 90 % it labels 82 of 100 photos by itself, 98 % of them right; 18 go to a person."
    )
    assert found.at(0.96).sentence == "At 96 % it labels none of 100 photos by itself; all go to a person."


def test_what_is_unlike_all_goes_to_a_person_and_what_it_knows_by_heart_is_left_out(trained_home):
    model = bundle.load_model(trained_home.run_id)
    exam = load_exam(model, "test")
    photos = exam.photos.assign(unlike=[True, *[False] * 11], known=[False, True, *[False] * 10])
    found = deciding.outlook(replace(exam, photos=photos))
    assert len(found.confidence) == 11 and found.at(1e-9).alone == 10
    with pytest.raises(EvaluationError, match="learned from all 12"):
        deciding.outlook(replace(exam, photos=photos.assign(known=True)))
    watched = load_exam(model, "validation")
    assert watched.photos["known"].all() and len(deciding.outlook(watched).confidence) == len(watched.photos)


def test_a_chosen_threshold_counts_in_every_answer_until_it_is_taken_back(trained_home):
    fitted = bundle.load_model(trained_home.run_id)
    files = read_json(fitted.folder / "model.json")
    unsure = load_exam(fitted, "test").unsure(1).iloc[0]
    photo = store.load_dataset(trained_home.dataset_id).photo_path(unsure["content_hash"]).read_bytes()
    [before] = Predictor(fitted).predict_photos([("a.jpg", photo)])
    assert before.probability == unsure["confidence"] < 1
    surer = deciding.save_sure(fitted.id, (before.probability + 1) / 2)
    assert surer == bundle.load_model(fitted.id) and surer.thresholds.sure > before.probability
    assert surer.fitted == fitted.thresholds and surer.thresholds.probable == surer.thresholds.sure
    lower = deciding.save_sure(fitted.id, before.probability)
    assert lower.fitted == fitted.thresholds and lower.thresholds.probable == lower.thresholds.sure
    for model, sure in ((surer, False), (lower, not before.unlike)):
        [answer] = Predictor(model).predict_photos([("a.jpg", photo)])
        assert answer.sure is sure and ("very likely" in verdict(answer, model.thresholds)) is sure
    bundle.rename_model(fitted.id, "Another name")
    assert bundle.load_model(fitted.id).thresholds == lower.thresholds
    bundle.rename_model(fitted.id, fitted.name)
    assert deciding.undo_sure(fitted.id) == fitted
    assert read_json(fitted.folder / "model.json") == files


def test_of_a_model_that_comes_with_the_app_the_workspace_keeps_it(bundled, workspace):
    fitted = bundle.load_model("clothing-photos")
    kept = (fitted.folder / "model.json").read_bytes()
    chosen = deciding.save_sure(fitted.id, 0.5)
    assert (chosen.thresholds.sure, chosen.fitted) == (0.5, fitted.thresholds)
    assert chosen in bundle.list_models() and (workspace / "exams" / fitted.id / "thresholds.json").exists()
    assert (fitted.folder / "model.json").read_bytes() == kept
    assert deciding.undo_sure(fitted.id) == fitted and not list(exams_dir(fitted).iterdir())
    assert deciding.save_sure(fitted.id, fitted.thresholds.sure) == fitted


def test_a_predictor_that_is_loaded_already_answers_by_a_new_threshold(bundled):
    photo = ("a.jpg", picture(1))
    [usual] = predict_photos(bundle.load_model("garments"), [photo])
    for sure in (usual.probability + 1e-4, usual.probability - 1e-4):
        [answer] = predict_photos(deciding.save_sure("garments", sure), [photo])
        assert answer.sure is (sure < usual.probability and not usual.unlike)


def test_a_threshold_beyond_bounds_is_said(trained_home):
    for wrong in (0.0, -1.0, 1.01, float("nan")):
        with pytest.raises(EvaluationError, match="above 0, up to 1"):
            deciding.save_sure(trained_home.run_id, wrong)


def test_a_training_on_photos_of_its_test_part_does_not_decide_by_them(trained_home):
    model, dataset = bundle.load_model(trained_home.run_id), store.load_dataset(trained_home.dataset_id)
    assert not load_exam(model, "test").photos["known"].any()
    assert learned.has_seen(model.folder, dataset.manifest()["content_hash"]).sum() == dataset.ok - 12
