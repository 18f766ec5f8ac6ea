"""The numbers of an evaluation, against scikit-learn and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics  # noqa: TID253

from core.errors import EvaluationError
from core.model.evaluation import (
    NUM_ECE_BINS,
    confusion_matrix,
    evaluate,
    expected_calibration_error,
    log_loss,
    wilson_interval,
)


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
@settings(max_examples=150, deadline=None)
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
@settings(max_examples=60, deadline=None)
def test_calibration_error_is_the_weighted_gap_of_fifteen_bins(pair):
    labels, probabilities = pair
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    expected = 0.0
    for index in range(NUM_ECE_BINS):
        inside = (confidence > index / NUM_ECE_BINS) & (confidence <= (index + 1) / NUM_ECE_BINS)
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
    assert list(report) == [
        *("photos", "accuracy", "accuracy_interval", "macro_precision", "macro_recall", "macro_f1", "log_loss", "ece"),
        *("classes", "confusion", "class_names"),
    ]
    assert report["confusion"] == [[1, 0], [1, 1]]
    assert report["classes"]["shirt"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "support": 2}


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
