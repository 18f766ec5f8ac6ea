"""The samples: borrowed with one click, and made only once."""

from core import jobs
from core.data.store import Dataset, list_datasets, resume_dataset, start_dataset
from core.errors import NotFound
from core.sources.samples import DRAWN, SAMPLES, Sample, some_of


def dataset_id() -> str:
    """Where the five-minute tour begins: the drawn sample, which needs no network."""
    return borrow(DRAWN.id)


def borrow(sample_id: str, photos: int | None = None) -> str:
    """The id of the sample's dataset, whole or so many photos of it: the one that is there, or begins to come.

    One whose making broke off goes on: what has come already is not fetched again.
    """
    sample = next((sample for sample in SAMPLES if sample.id == sample_id), None)
    if sample is None:
        raise NotFound(f"There is no such sample. Received: {sample_id}")
    spec, name = some_of(sample, str(photos)) if photos else (dict(sample.spec), sample.name)
    same = [dataset for dataset in list_datasets() if dataset.source == spec]
    there = next((each for each in same if each.finished or jobs.state(each.job_dir).active), None)
    if there is None and same:
        there = same[0]
        resume_dataset(there.id)
    return there.id if there is not None else start_dataset(spec, name)


def could_not_be_had(dataset: Dataset) -> bool:
    """Whether a dataset is of a sample whose download did not come, so that the drawn one may take its place."""
    is_sample = any(sample.spec["kind"] == dataset.source["kind"] for sample in SAMPLES if sample.id != DRAWN.id)
    return is_sample and not (dataset.folder / "items.json").exists()


def borrowed(sample: Sample) -> Dataset | None:
    """A finished dataset of a sample, or of some of it, whose photos can stand for it."""
    finished = (dataset for dataset in list_datasets() if dataset.finished)
    return next((dataset for dataset in finished if dataset.source | sample.spec == dataset.source), None)
