"""Exams as jobs: a model is asked about a dataset or a folder, and what it says is kept (`core.model.exams`)."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core import jobs
from core.data.store import Dataset, load_dataset, unfinished
from core.errors import DatasetUnfinished, NotFound
from core.jobs import Work
from core.model.answered import ask_dataset, ask_folder
from core.model.bundle import Model, load_model
from core.model.exam import is_own
from core.model.exams import About, Exam, Kind, exams_dir, list_exams, load_exam, save_exam

PARTS = ("test", "validation")  # of the dataset that a model was taught with: those that can examine it


@dataclass(frozen=True)
class Paper:
    """What a model is to be asked about."""

    key: str  # of the exam
    about: About


def paper_of(model: Model, place: str = "", part: str = "") -> Paper:
    """Understands what to ask a model about.

    Args:
        model: the one to examine.
        place: the id of a dataset, or a folder of class folders; "" for the dataset that it was taught with.
        part: "test" or "validation" of a dataset; "" for all of it, or the test part of the one it was taught with.

    Raises:
        NotFound: there is no such dataset or folder, or the dataset that it was taught with is not here.
        DatasetUnfinished: it is still being made.
    """
    if place and Path(place).is_dir():
        path = Path(place).resolve()
        key = f"folder-{sha256(str(path).encode()).hexdigest()[:8]}"
        return Paper(key, About("folder", path.name, path=str(path)))
    if not place and not model.dataset.get("id"):
        raise NotFound(
            f"The photos that “{model.name}” was tested on did not come with it. Say which dataset, or which folder of "
            "class folders, it is to be asked about."
        )
    dataset = load_dataset(place or str(model.dataset["id"]))
    if not dataset.finished:
        raise DatasetUnfinished(unfinished(dataset))
    own = is_own(model, dataset)
    part = part or ("test" if own else "")
    if own and part in PARTS:
        return Paper(part, _about(dataset, "test" if part == "test" else "validation", part))
    return Paper(f"{dataset.id}-{part}" if part else dataset.id, _about(dataset, "dataset", part))


def find_exam(model: Model, place: str = "", part: str = "") -> Exam | None:
    """The kept exam on these photos, as they are now; None if it has to be sat first.

    Args:
        model, place, part: as for `paper_of`; without a place, the exams that a training leaves need no dataset.

    Raises:
        NotFound, DatasetUnfinished: as `paper_of`.
    """
    kept = None if place else load_exam(model, part or "test")
    if kept is not None:
        return kept
    paper = paper_of(model, place, part)
    kept = None if paper.about.kind == "folder" else load_exam(model, paper.key)  # a folder may have changed
    return kept if kept is not None and kept.about.fingerprint == paper.about.fingerprint else None


def newest_exam(model: Model) -> Exam | None:
    """What a model is known by: the exam on its test part, else the one that it sat last."""
    keys = list(list_exams(model))
    exams = (load_exam(model, key) for key in ["test", *(key for key in keys if key != "validation")])
    return next((exam for exam in exams if exam is not None), None)


def start_exam(model_id: str, place: str = "", part: str = "") -> str:
    """Starts a job that asks a model; `jobs.state(job_dir(model, key))` says how it goes, and it can be stopped.

    Args:
        model_id: the one to examine.
        place, part: as for `paper_of`.

    Returns:
        The key of the exam.

    Raises:
        NotFound, ModelUnreadable: no such model.
        NotFound, DatasetUnfinished: as `paper_of`.
        JobActive: it is being asked already.
    """
    model = load_model(model_id)
    paper = paper_of(model, place, part)
    place = paper.about.path or paper.about.dataset
    arguments = {"model_id": model.id, "place": place, "part": paper.about.part}
    jobs.start(job_dir(model, paper.key), "core.model.examining:work", arguments)
    return paper.key


def job_dir(model: Model, key: str) -> Path:
    """The folder of the job that asks."""
    return exams_dir(model) / key / "job"


def work(work: Work, model_id: str, place: str, part: str) -> None:
    """Asks, and keeps the answers: what `core.jobs` calls. Stopped or failed, it leaves the exam that was there.

    Raises:
        Stopped: somebody asked to stop.
        EvaluationError: no photo is of a class that the model was taught.
        NotFound, DatasetUnfinished, DatasetDamaged, ClassesNotFound, ModelUnreadable: what it needs is not there.
    """
    model = load_model(model_id)
    paper = paper_of(model, place, part)

    def tell(stage: str, done: int, total: int) -> None:
        work.check_stop()
        work.progress(stage, done, total)

    if paper.about.path:
        answered = ask_folder(model, Path(paper.about.path), tell)
    else:
        answered = ask_dataset(model, load_dataset(paper.about.dataset), paper.about.part, tell)
    save_exam(model, exams_dir(model) / paper.key, paper.about, answered)
    work.event("result", key=paper.key, photos=len(answered.labels))


def _about(dataset: Dataset, kind: Kind, part: str) -> About:
    return About(kind, dataset.name, dataset.id, dataset.fingerprint, part)
