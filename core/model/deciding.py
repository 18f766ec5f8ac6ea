"""How sure a model must be to answer alone: what that saves, what it costs, and the threshold that people choose."""

from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import EvaluationError
from core.files import read_json, write_json
from core.model.bundle import Model, Thresholds, chosen_path, load_model
from core.model.evaluation import wilson_interval
from core.model.exams import Exam
from core.saying import per_100


@dataclass(frozen=True)
class Decision:
    """What comes of one threshold."""

    sure: float  # the probability from which on it answers alone
    photos: int
    alone: int  # photos that it answers alone
    right: int  # of these

    @property
    def to_person(self) -> int:
        """Photos that a person has to look at."""
        return self.photos - self.alone

    @property
    def share(self) -> float:
        """Of the photos, those that it answers alone."""
        return self.alone / self.photos

    @property
    def right_share(self) -> float | None:
        """Of the photos that it answers alone, those that it is right on; None if there are none."""
        return self.right / self.alone if self.alone else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between what that share truly lies, at 95 % (Wilson)."""
        return wilson_interval(self.right, self.alone) if self.alone else None

    @property
    def sentence(self) -> str:
        """What it comes to, for people."""
        at = f"At {100 * self.sure:.0f} %"
        if self.right_share is None:
            return f"{at} it labels none of {self.photos:,} photos by itself; all go to a person."
        alone = per_100(self.share)
        return (
            f"{at} it labels {alone} of 100 photos by itself, {per_100(self.right_share)} % of them right; "
            f"{100 - alone} go to a person."
        )


@dataclass(frozen=True)
class Outlook:
    """Every threshold there is, for photos whose labels are known."""

    confidence: NDArray[np.float64]  # (N,), of what it says, the highest first; 0 where the photo is unlike all
    right: NDArray[np.bool_]  # (N,), in the same order

    @cached_property
    def _hits(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self.right)])

    def at(self, sure: float) -> Decision:
        """What comes of one threshold, above 0 and up to 1."""
        alone = int(np.searchsorted(-self.confidence, -sure, side="right"))
        return Decision(float(sure), len(self.confidence), alone, int(self._hits[alone]))

    def all(self) -> list[Decision]:
        """What comes of every threshold that makes a difference, the lowest first."""
        places = np.unique(self.confidence)
        return [self.at(float(place)) for place in places[places > 0]]

    def lowest(self, right: float) -> Decision | None:
        """The lowest threshold at which so many of the answers hold, as a share; None if there is none."""
        return next((each for each in self.all() if each.right >= right * each.alone - 1e-9), None)


def outlook(exam: Exam) -> Outlook:
    """What thresholds would do, from an exam. What is unlike all that was taught goes to a person at any.

    Photos that the model has learned from are left out, for there it is surer than elsewhere; the exam on those that it
    was watched with is taken as it is.

    Raises:
        EvaluationError: no photo is left.
    """
    photos = exam.photos
    if exam.about.kind != "validation":
        photos = photos[~photos["known"]]
    if photos.empty:
        raise EvaluationError(
            f"The model has learned from all {len(exam.photos):,} of these photos, so they do not show how sure it has "
            "to be elsewhere. Ask it about others."
        )
    return outlook_of(
        photos["confidence"].to_numpy(np.float64) * ~photos["unlike"].to_numpy(bool), photos["right"].to_numpy(bool)
    )


def outlook_of(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Outlook:
    """What thresholds would do.

    Args:
        confidence: shape (N,), the probability of what it says, N at least 1.
        right: shape (N,).
    """
    order = np.argsort(-confidence, kind="stable")
    return Outlook(confidence[order], right[order])


def save_sure(model_id: str, sure: float) -> Model:
    """Lets a model answer alone from this probability on: that is “very likely”, and what is less sure “not sure”.

    Raises:
        EvaluationError: not above 0 and up to 1.
        NotFound, ModelUnreadable: as `load_model`.
    """
    if not 0 < sure <= 1:
        raise EvaluationError(f"How sure it has to be is a number above 0, up to 1. Received: {sure:g}")
    model = load_model(model_id)
    fitted: Thresholds = model.fitted or model.thresholds
    return _choose(model_id, None if sure == fitted.sure else replace(fitted, sure=sure, probable=sure))


def undo_sure(model_id: str) -> Model:
    """Goes back to the threshold that the training left.

    Raises:
        NotFound, ModelUnreadable: as `load_model`.
    """
    return _choose(model_id, None)


def _choose(model_id: str, chosen: Thresholds | None) -> Model:
    """Keeps other thresholds, or goes back to those that the training left (None); returns the model as it is now."""
    model = load_model(model_id)
    fitted = model.fitted or model.thresholds
    if model.is_bundled:
        path = chosen_path(model.folder)
        if chosen is None:
            path.unlink(missing_ok=True)
        else:
            write_json(path, asdict(chosen))
    else:
        path = model.folder / "model.json"
        facts = {"thresholds": asdict(chosen or fitted), "fitted": asdict(fitted) if chosen else None}
        write_json(path, {**read_json(path), **facts})
    return load_model(model_id)
