"""How much a model loses on photos as phones take them: some photos of an exam, spoilt in each way, asked about again.

The folder of the exam keeps it in `stress.json`; `stress/job/` is the job that asked.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import jobs
from core.data.photo import decode
from core.data.store import kept_photo
from core.errors import DatasetDamaged, EvaluationError, NotFound
from core.files import read_json, write_json
from core.jobs import Work
from core.model.answered import Asking
from core.model.bundle import Model, load_model
from core.model.duel import LUCK, flip_chance
from core.model.exams import Exam, exams_dir, load_exam
from core.model.spoiling import AS_IT_IS, CONDITIONS, spoilt
from core.saying import per_100

MOST = 300  # photos: of each condition that many answers, and a minute or two in all
SEED = 20_000
THREADS = 2  # Pillow lets go of the interpreter lock while it works


@dataclass(frozen=True)
class Stress:
    """How many photos it is right on, by what happened to them; `AS_IT_IS` is the first."""

    photos: int
    right: dict[str, int]  # by condition
    lost: dict[str, int]  # by condition: right as they are, wrong so
    gained: dict[str, int]  # the other way round
    class_photos: dict[str, int]  # by label
    class_right: dict[str, dict[str, int]]  # by label and condition
    known: int = 0  # of the photos, those that the model has learned from: there it loses less than elsewhere

    def drop(self, condition: str) -> float:
        """The share of the photos that it is right on as they are and not so, less those the other way round."""
        return (self.right[AS_IT_IS] - self.right[condition]) / self.photos

    def class_drop(self, label: str, condition: str) -> float:
        """As `drop`, of the photos of one class."""
        right = self.class_right[label]
        return (right[AS_IT_IS] - right[condition]) / self.class_photos[label]

    def is_more_than_luck(self, condition: str) -> bool:
        """Whether so many photos flipped one way that chance hardly does that (McNemar)."""
        return flip_chance(self.gained[condition], self.lost[condition]) < LUCK

    @property
    def weakest(self) -> str | None:
        """The condition under which it loses most; None if it loses nothing under any."""
        worst = max(self.right, key=self.drop)
        return worst if self.drop(worst) > 0 else None

    def weakest_class(self, condition: str) -> str | None:
        """The class that loses most under a condition; None if none does. Of equals the one with most photos."""
        worst = max(self.class_photos, key=lambda label: (self.class_drop(label, condition), self.class_photos[label]))
        return worst if self.class_drop(worst, condition) > 0 else None

    @property
    def sentence(self) -> str:
        """What it comes to."""
        usual = f"Right on {per_100(self.right[AS_IT_IS] / self.photos)} of 100 photos as they are"
        worst = self.weakest
        if worst is None:
            return f"{usual}, and on no fewer however they were spoilt."
        said = f"{usual}, and on {per_100(self.right[worst] / self.photos)} at its weakest: {worst}."
        label = self.weakest_class(worst)
        if label is not None:
            right = self.class_right[label]
            said += (
                f" There {label} loses most: {right[worst]:,} of {self.class_photos[label]:,} right instead of "
                f"{right[AS_IT_IS]:,}."
            )
        return said if self.is_more_than_luck(worst) else f"{said} So small a loss may be luck."

    def to_json(self) -> dict[str, Any]:
        """What `stress.json` keeps, and `stress --json` prints."""
        return {**asdict(self), "weakest": self.weakest, "sentence": self.sentence}


def load_stress(exam: Exam) -> Stress | None:
    """What is known of the photos of an exam; None if nobody asked since the model sat it."""
    facts = read_json(exam.folder / "stress.json")
    try:
        if facts["sat_at"] != exam.about.created_at:
            return None
        return Stress(**{name: facts[name] for name in Stress.__dataclass_fields__})
    except (KeyError, TypeError):
        return None


def start_stress(model_id: str, key: str) -> None:
    """Starts a job that spoils photos of an exam and asks again; `jobs.state(job_dir(model, key))` says how it goes.

    Args:
        model_id: of the model.
        key: of an exam on a dataset.

    Raises:
        NotFound, ModelUnreadable: no such model, or no such exam of it.
        EvaluationError: the exam was on a folder, whose photos nobody keeps.
        JobActive: it is being asked already.
    """
    model = load_model(model_id)
    _exam(model, key)
    jobs.start(job_dir(model, key), "core.model.stress:work", {"model_id": model.id, "key": key})


def job_dir(model: Model, key: str) -> Path:
    """The folder of the job that asks."""
    return exams_dir(model) / key / "stress" / "job"


def work(work: Work, model_id: str, key: str) -> None:
    """Asks, and keeps what came of it: what `core.jobs` calls. Stopped, it leaves what was there.

    Raises:
        Stopped: somebody asked to stop.
        NotFound, EvaluationError, ModelUnreadable: as `start_stress`.
        DatasetDamaged: a photo is gone.
    """
    model = load_model(model_id)
    exam = _exam(model, key)
    photos = sample(exam.photos)
    asking, labels = Asking(model), photos["label"].map(model.class_names.index).to_numpy(np.int64)

    def seen(content_hash: str) -> NDArray[np.uint8]:
        photo = decode(_content(content_hash, exam))
        return np.stack([spoilt(photo, condition, model.input_size_px) for condition in CONDITIONS])

    said = np.empty((len(photos), len(CONDITIONS)), np.int64)
    with ThreadPoolExecutor(THREADS) as pool:
        for start in range(0, len(photos), THREADS):
            work.check_stop()
            lot = np.concatenate(list(pool.map(seen, photos["content_hash"].iloc[start : start + THREADS])))
            answers = asking.ask(lot)[0].argmax(axis=1)
            said[start : start + THREADS] = answers.reshape(-1, len(CONDITIONS))
            work.progress("stress", min(start + THREADS, len(photos)), len(photos))
    found = counted(said == labels[:, None], photos["label"].tolist())
    found = replace(found, known=int(photos["known"].sum()))
    write_json(exam.folder / "stress.json", {**found.to_json(), "sat_at": exam.about.created_at})
    work.event("result", key=key, sentence=found.sentence)


def sample(photos: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The photos that are spoilt: all, or the same share of each class and at least one; rows in their order."""
    turn = pd.Series(np.random.default_rng(SEED).permutation(len(photos)), index=photos.index)
    by_label = turn.groupby(photos["label"])
    place_in_class = (by_label.rank() - 1) / by_label.transform("size")  # 0 is the first of each class: these all come
    kept: NDArray[np.int64] = np.lexsort((turn, place_in_class))[:most]
    return photos.iloc[np.sort(kept)]


def counted(right: NDArray[np.bool_], labels: Sequence[str]) -> Stress:
    """Counts what came of it.

    Args:
        right: shape (N, conditions), in the order of `CONDITIONS`, N at least 1.
        labels: N of them.
    """
    names, usual = list(CONDITIONS), right[:, 0]
    of = np.array(labels, dtype=object)
    totals = {label: of == label for label in sorted(set(labels))}

    def by_condition(counts: NDArray[np.bool_]) -> dict[str, int]:
        return dict(zip(names, counts.sum(axis=0).tolist(), strict=True))

    return Stress(
        photos=len(right),
        right=by_condition(right),
        lost=by_condition(usual[:, None] & ~right),
        gained=by_condition(~usual[:, None] & right),
        class_photos={label: int(chosen.sum()) for label, chosen in totals.items()},
        class_right={label: by_condition(right[chosen]) for label, chosen in totals.items()},
    )


def _exam(model: Model, key: str) -> Exam:
    exam = load_exam(model, key)
    if exam is None:
        raise NotFound(f"“{model.name}” has to be asked about these photos first. Received: {key}")
    if exam.about.kind == "folder":
        raise EvaluationError(
            "Photos are spoilt where a dataset keeps them. Make a dataset of that folder first. "
            f"Received: {exam.about.path}"
        )
    if exam.photos.empty:
        raise EvaluationError("There is no photo to evaluate with.")
    return exam


def _content(content_hash: str, exam: Exam) -> bytes:
    path = kept_photo(content_hash, exam.about.dataset)
    if path is None:
        raise DatasetDamaged(
            f"A photo of {exam.about.name} is gone. Put it back, or make the dataset again. Received: {content_hash}"
        )
    return path.read_bytes()
