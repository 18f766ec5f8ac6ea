"""The numbers of an evaluation, against scikit-learn and by hand."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics  # noqa: TID253

from core.errors import EvaluationError
from core.model.confused import most_confused
from core.model.curves import curves, precision_recall, roc
from core.model.evaluation import TOP, confusion_matrix, evaluate, log_loss, top_accuracy, wilson_interval
from core.model.reliability import NUM_BINS, brier_score, expected_calibration_error, reliability


@st.composite
def answers(draw):
    """Labels and probabilities of 1 to 40 photos and 2 to 6 classes; many classes stay empty, many rows are ties."""
    num_classes = draw(st.integers(2, 6))
    photos = draw(st.integers(1, 40))
    labels = draw(st.lists(st.integers(0, num_classes - 1), min_size=photos, max_size=photos))
    row = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0]), min_size=num_classes, max_size=num_classes).filter(any)
    weights = np.array(draw(st.lists(row, min_size=photos, max_size=photos)))
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    return np.array(labels), probabilities.astype(np.float32)


@given(answers())
@settings(max_examples=60, deadline=None)
def test_it_counts_as_scikit_learn_does(pair):
    labels, probabilities = pair
    num_classes = probabilities.shape[1]
    names = [f"class {index}" for index in range(num_classes)]
    said = probabilities.argmax(axis=1)
    evaluation = evaluate(labels, probabilities, names)

    every = list(range(num_classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, said, labels=every, zero_division=0
    )
    assert evaluation.confusion == metrics.confusion_matrix(labels, said, labels=every).tolist()
    assert evaluation.accuracy == pytest.approx(metrics.accuracy_score(labels, said))
    for index, name in enumerate(names):
        assert evaluation.classes[name] == pytest.approx(
            {"precision": precision[index], "recall": recall[index], "f1": f1[index], "support": support[index]}
        )
    there = sorted(set(labels.tolist()))
    macro = metrics.precision_recall_fscore_support(labels, said, labels=there, average="macro", zero_division=0)
    assert (evaluation.macro_precision, evaluation.macro_recall, evaluation.macro_f1) == pytest.approx(macro[:3])
    assert evaluation.baseline.accuracy == pytest.approx(support.max() / len(labels))


@given(answers())
@settings(max_examples=50, deadline=None)
def test_guesses_and_squares_are_those_of_scikit_learn(pair):
    labels, probabilities = pair
    every = list(range(probabilities.shape[1]))
    evaluation = evaluate(labels, probabilities, [str(index) for index in every])
    assert evaluation.brier == pytest.approx(
        metrics.brier_score_loss(labels, probabilities, labels=every, scale_by_half=False)
        if len(every) > 2
        else 2 * metrics.brier_score_loss(labels, probabilities[:, 1], labels=every, pos_label=1),
        abs=1e-6,
    )
    assert list(evaluation.top) == [guesses for guesses in TOP if guesses < len(every)]
    for guesses, share in evaluation.top.items():
        # Of equals scikit-learn takes the last, we the first, as `argmax` does: seen in a mirror it is the same.
        mirrored = metrics.top_k_accuracy_score(every[-1] - labels, probabilities[:, ::-1], k=guesses, labels=every)
        assert share == pytest.approx(mirrored)
    assert top_accuracy(labels, probabilities, 1) == pytest.approx(evaluation.accuracy)
    assert top_accuracy(labels, probabilities, len(every)) == 1


def test_the_brier_score_is_the_one_of_1950():
    # Brier's own scale: 0 for a sure hit, 2 for a sure mistake, and 0.5 for tossing a coin between two.
    sure, coin = np.array([[1.0, 0.0]], np.float32), np.array([[0.5, 0.5]], np.float32)
    scores = [brier_score(np.array([0]), sure), brier_score(np.array([1]), sure), brier_score(np.array([1]), coin)]
    assert scores == [0, 2, 0.5]
    assert sure.tolist() == [[1.0, 0.0]], "what was said stays as it is"


@given(answers())
@settings(max_examples=60, deadline=None)
def test_curves_are_those_of_scikit_learn(pair):
    labels, probabilities = pair
    names = [f"class {index}" for index in range(probabilities.shape[1])]
    for index, found in enumerate(curves(labels, probabilities, names)):
        is_so, scores = labels == index, probabilities[:, index]
        assert found.label == names[index]
        if not is_so.any() or is_so.all():
            assert found.roc is None and found.precision_recall is None
            continue
        x, y, thresholds = metrics.roc_curve(is_so, scores)
        assert found.roc.x == pytest.approx(x) and found.roc.y == pytest.approx(y)
        assert found.roc.thresholds == pytest.approx(thresholds)
        assert found.roc.area == pytest.approx(metrics.roc_auc_score(is_so, scores))
        precision, recall, thresholds = metrics.precision_recall_curve(is_so, scores)
        assert found.precision_recall.x == pytest.approx(recall[::-1])
        assert found.precision_recall.y == pytest.approx(precision[::-1])
        assert found.precision_recall.thresholds[1:] == pytest.approx(thresholds[::-1])
        assert found.precision_recall.area == pytest.approx(metrics.average_precision_score(is_so, scores))


def test_one_photo_has_no_curve_of_chance_but_a_word_that_holds():
    assert roc(np.array([True]), np.array([0.3])) is None
    assert precision_recall(np.array([False]), np.array([0.3])) is None
    alone = precision_recall(np.array([True]), np.array([0.3]))
    assert (alone.x.tolist(), alone.y.tolist(), alone.area) == ([0, 1], [1, 1], 1)


@given(answers())
@settings(max_examples=50, deadline=None)
def test_each_class_says_between_what_its_scores_lie(pair):
    labels, probabilities = pair
    names = [f"class {index}" for index in range(probabilities.shape[1])]
    evaluation = evaluate(labels, probabilities, names)
    counts = np.array(evaluation.confusion)
    for index, name in enumerate(names):
        hits, unsure = int(counts[index, index]), evaluation.unsureness[name]
        for interval, of in ((unsure.precision, counts[:, index].sum()), (unsure.recall, counts[index].sum())):
            assert interval == (wilson_interval(hits, int(of)) if of else None)
    assert evaluation.without_photos == [name for index, name in enumerate(names) if index not in labels]


@given(answers())
@settings(max_examples=50, deadline=None)
def test_bins_hold_every_photo_once_and_give_the_calibration_error(pair):
    labels, probabilities = pair
    bins = reliability(labels, probabilities)
    confidence = probabilities.max(axis=1).astype(np.float64)
    assert len(bins) == NUM_BINS and sum(each.photos for each in bins) == len(labels)
    for each in bins:
        inside = (confidence > each.low) & (confidence <= each.high)
        assert inside.sum() == each.photos
        assert each.confidence == (pytest.approx(confidence[inside].mean()) if each.photos else None)
        assert each.accuracy == (
            pytest.approx((probabilities.argmax(axis=1) == labels)[inside].mean()) if each.photos else None
        )
    error = sum(each.photos * abs(each.gap) for each in bins) / len(labels)
    assert expected_calibration_error(labels, probabilities) == pytest.approx(error)


def test_the_pairs_that_are_mixed_up_most_come_first_in_words():
    pairs = most_confused([[20, 5, 0], [9, 17, 0], [0, 5, 1]], ["longsleeve", "shirt", "hat"], most=2)
    assert [pair.sentence for pair in pairs] == [
        "shirt taken for longsleeve: 9 of 26",
        "longsleeve taken for shirt: 5 of 25",
    ]
    assert most_confused([[3, 0], [0, 2]], ["a", "b"]) == []


@given(answers())
@settings(max_examples=60, deadline=None)
def test_calibration_error_is_the_weighted_gap_of_fifteen_bins(pair):
    labels, probabilities = pair
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    expected = 0.0
    for index in range(NUM_BINS):
        inside = (confidence > index / NUM_BINS) & (confidence <= (index + 1) / NUM_BINS)
        if inside.any():
            expected += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    assert expected_calibration_error(labels, probabilities) == pytest.approx(expected, abs=1e-6)


def test_log_loss_is_that_of_scikit_learn_and_finite_for_a_sure_mistake():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5]], np.float32)
    labels = np.array([0, 1, 0])
    assert log_loss(labels, probabilities) == pytest.approx(
        metrics.log_loss(labels, probabilities, labels=[0, 1, 2]), abs=1e-6
    )
    assert log_loss(np.array([1]), np.array([[1.0, 0.0]])) == pytest.approx(-math.log(1e-7))


@pytest.mark.parametrize(
    ("correct", "photos", "low", "high"),
    [(0, 10, 0.0, 0.2775), (8, 10, 0.4902, 0.9433), (10, 10, 0.7225, 1.0)],
)
def test_the_interval_is_wilsons(correct, photos, low, high):
    assert wilson_interval(correct, photos) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(pair):
    correct, photos = pair
    low, high = wilson_interval(correct, photos)
    assert 0 <= low <= correct / photos <= high <= 1
    assert high - low > 0


def test_the_json_is_as_the_command_line_promises():
    report = evaluate(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), ["hat", "shirt"]).to_json()
    promised = [
        *("photos", "accuracy", "accuracy_interval", "macro_precision", "macro_recall", "macro_f1", "log_loss", "ece"),
        *("classes", "confusion", "class_names"),
    ]
    assert list(report)[: len(promised)] == promised
    assert report["confusion"] == [[1, 0], [1, 1]]
    assert report["classes"]["shirt"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2}
    assert json.loads(json.dumps(report, allow_nan=False))["class_intervals"]["hat"]["recall"][1] == 1.0


@pytest.mark.parametrize(
    ("labels", "probabilities", "says"),
    [
        (np.array([], np.int64), np.zeros((0, 2)), "no photo"),
        (np.array([0, 1]), np.ones((1, 2)), "do not fit"),
        (np.array([2]), np.ones((1, 2)), "from 0 to 1"),
        (np.array([-1]), np.ones((1, 2)), "from 0 to 1"),
    ],
)
def test_what_does_not_fit_is_said(labels, probabilities, says):
    with pytest.raises(EvaluationError, match=says):
        confusion_matrix(labels, probabilities)


def test_class_names_must_fit_the_columns():
    with pytest.raises(EvaluationError, match="3 class names"):
        evaluate(np.array([0]), np.ones((1, 2)), ["a", "b", "c"])
