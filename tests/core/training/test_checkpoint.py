"""What a run keeps: the round that counts as best, and files that are whole at any moment."""

import numpy as np
import pytest

from core.errors import TrainingFailed
from core.training import checkpoint
from core.training.checkpoint import FACTS, Checkpoint, best_epoch


class Variable:
    """As much of a variable as a checkpoint needs."""

    def __init__(self, *values: float) -> None:
        self.values = np.array(values, np.float32)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        return self.values

    def assign(self, values: np.ndarray) -> None:
        self.values = np.array(values)


def rows(*rounds: tuple[float, float]) -> list[dict]:
    return [{"epoch": n, "val_accuracy": acc, "val_loss": loss} for n, (acc, loss) in enumerate(rounds, start=1)]


@pytest.mark.parametrize(
    ("rounds", "best"),
    [
        ([], None),
        ([(0.5, 1.0)], 1),
        ([(0.5, 1.0), (0.7, 1.2)], 2),  # right more often, though surer where it is wrong
        ([(0.8, 0.9), (0.795, 0.7), (0.79, 0.8)], 2),  # alike: the least wrong
        ([(0.8, 0.9), (0.78, 0.5)], 1),  # less wrong, but right on two fewer of 100
        ([(0.8, 0.9), (0.795, 0.7), (0.82, 0.8)], 3),  # the one that was kept has fallen behind
    ],
)
def test_the_best_round_is_right_about_as_often_as_any_and_least_wrong(rounds, best):
    assert best_epoch(rows(*rounds)) == best


def test_what_is_best_so_far_is_the_round_before_or_the_new_one():
    random = np.random.default_rng(0)
    many = rows(*random.random((300, 2)))
    before = None
    for count in range(1, len(many) + 1):
        now = best_epoch(many[:count])
        assert now in (before, count)
        before = now


def test_it_comes_back_with_all_variables_and_the_best_apart(tmp_path):
    weight, moment = Variable(1, 2), Variable(5)
    kept = Checkpoint(tmp_path)
    assert not kept.begun
    for row, value in zip(rows((0.9, 0.1), (0.5, 0.9)), (1.0, 2.0), strict=True):
        weight.assign(np.array([value, value]))
        kept.keep_round(
            row, {"network": [weight], "optimizer": [moment]}, lambda value=value: [np.array([value * 10])], 7
        )
    weight.assign(np.array([3.0, 3.0]))
    kept.keep_batch(4, {"photos": 8.0}, {"network": [weight], "optimizer": [moment]})
    assert len(list(tmp_path.glob("*.npz"))) == 2

    again = Checkpoint(tmp_path)
    assert (again.begun, again.batch, again.so_far, again.epochs) == (True, 4, {"photos": 8.0}, 7)
    assert [row["epoch"] for row in again.epoch_rows] == [1, 2]
    other, rest, best = Variable(0, 0), Variable(0), Variable(0)
    again.restore({"network": [other], "optimizer": [rest]})
    assert again.restore_best([best])
    assert (other.values.tolist(), rest.values.tolist(), best.values.tolist()) == ([3, 3], [5], [10])


def test_a_large_one_is_written_every_few_seconds_with_the_best_of_then(tmp_path, monkeypatch):
    now = 100.0
    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now)
    weight = Variable(*range(5_000_000))  # 20 MB, four seconds' worth
    kept = Checkpoint(tmp_path)
    first, second, third = rows((0.1, 0.9), (0.9, 0.5), (0.2, 0.6))
    now += 1
    kept.keep_round(first, {"network": [weight]}, lambda: [np.array([1.0])], 3)
    assert not kept.begun and not Checkpoint(tmp_path).begun
    now += 3.5
    kept.keep_round(second, {"network": [weight]}, lambda: [np.array([2.0])], 3)
    now += 1.5
    kept.keep_round(third, {"network": [weight]}, lambda: [np.array([3.0])], 3)
    best = Variable(0)
    for one, epochs in ((kept, 3), (Checkpoint(tmp_path), 2)):
        assert len(one.epoch_rows) == epochs and one.restore_best([best])
        assert best.values.tolist() == [2]


def test_a_damaged_file_is_said_in_words(tmp_path):
    kept = Checkpoint(tmp_path)
    kept.keep_batch(1, {}, {"network": [Variable(1)]})
    [path] = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(TrainingFailed, match="cannot be read"):
        Checkpoint(tmp_path).restore({"network": [Variable(1)]})


def test_damaged_facts_are_not_taken_for_a_beginning(tmp_path):
    Checkpoint(tmp_path).keep_batch(1, {}, {"network": [Variable(1)]})
    (tmp_path / FACTS).write_text("{")
    with pytest.raises(TrainingFailed, match="cannot be read"):
        Checkpoint(tmp_path)
