"""The samples: borrowed with one click, and made only once."""

from core import jobs
from core.data.store import Dataset, list_datasets, start_dataset
from core.errors import NotFound
from core.sources.samples import SAMPLES, Sample, some_of


def dataset_id() -> str:
    """Where the five-minute tour begins: the drawn sample, which needs no network."""
    return borrow("garments")


def borrow(sample_id: str, photos: int | None = None) -> str:
    """The id of the sample's dataset, whole or so many photos of it: the one that is there or coming, or a new one."""
    sample = next((sample for sample in SAMPLES if sample.id == sample_id), None)
    if sample is None:
        raise NotFound(f"There is no such sample. Received: {sample_id}")
    spec, name = some_of(sample, str(photos)) if photos else (dict(sample.spec), sample.name)
    for dataset in list_datasets():
        if dataset.source == spec and (dataset.finished or jobs.state(dataset.job_dir).active):
            return dataset.id
    return start_dataset(spec, name)


def borrowed(sample: Sample) -> Dataset | None:
    """A finished dataset of a sample, or of some of it, whose photos can stand for it."""
    finished = (dataset for dataset in list_datasets() if dataset.finished)
    return next((dataset for dataset in finished if dataset.source | sample.spec == dataset.source), None)
