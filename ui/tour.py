"""The samples: borrowed with one click, and made only once."""

from core import jobs
from core.data.store import Dataset, list_datasets, start_dataset
from core.errors import NotFound
from core.sources.samples import SAMPLES, Sample


def dataset_id() -> str:
    """Where the five-minute tour begins: the drawn sample, which needs no network."""
    return borrow("garments")


def borrow(sample_id: str) -> str:
    """The id of the sample's dataset: the one that is there or on its way, or a new one."""
    sample = next((sample for sample in SAMPLES if sample.id == sample_id), None)
    if sample is None:
        raise NotFound(f"There is no such sample. Received: {sample_id}")
    for dataset in list_datasets():
        if dataset.source == sample.spec and (dataset.finished or jobs.state(dataset.job_dir).active):
            return dataset.id
    return start_dataset(dict(sample.spec), sample.name)


def borrowed(sample: Sample) -> Dataset | None:
    """The finished dataset of a sample, whose photos can stand for it."""
    return next((dataset for dataset in list_datasets() if dataset.source == sample.spec and dataset.finished), None)
