"""What a job does, done in the process of the test: nothing is started, and nothing has to be waited for."""

import time
from pathlib import Path

from core.data import making
from core.data.store import Dataset, load_dataset
from core.files import write_json
from core.settings import load_settings
from core.work import Work


def working(job_dir: Path) -> Work:
    """What a work function gets; to be closed, as by `with`."""
    job_dir.mkdir(parents=True, exist_ok=True)
    return Work(job_dir)


def make(dataset_id: str, source_dir: Path, name: str = "") -> Dataset:
    """Makes a dataset of a folder of class folders; it is called as its id where no name is given."""
    folder = load_settings().datasets_dir / dataset_id
    source = {"kind": "folder", "path": str(source_dir)}
    write_json(folder / "dataset.json", {"name": name or dataset_id, "source": source, "created_at": time.time()})
    with working(folder / "job") as work:
        making.make(work, dataset_id)
    return load_dataset(dataset_id)
