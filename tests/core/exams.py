"""Exams in a line, for tests: asked and judged, without a job and without keeping anything."""

from pathlib import Path

from core.data.store import Dataset
from core.model.answered import ask_dataset, ask_folder
from core.model.bundle import Model
from core.model.evaluation import Evaluation
from core.model.exam import is_own, judged


def evaluate_dataset(model: Model, dataset: Dataset) -> Evaluation:
    """Asks about the photos of a dataset: of the one that it learned from only the test part, of another one all."""
    return judged(model.class_names, ask_dataset(model, dataset, "test" if is_own(model, dataset) else ""))


def evaluate_folder(model: Model, folder: Path) -> Evaluation:
    """Asks about every photo in a folder of class folders."""
    return judged(model.class_names, ask_folder(model, folder))
