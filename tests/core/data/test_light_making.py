"""Making a dataset needs no training library: it starts soon and leaves the memory to the photos.

Of more than `core.data.kin.FEW` photos copies are looked up in scipy's trees: 26 MB then save minutes.
"""

import sys

import pytest

from core import jobs
from core.data import making, store
from core.files import write_json
from core.jobs import Work
from core.settings import load_settings
from tests.conftest import class_folders, picture
from tests.shop import Shop

HEAVY = ("tensorflow", "keras", "sklearn", "scipy", "cv2", "streamlit", "optuna")


def make(work: Work, dataset_id: str) -> None:
    """The work of a dataset's job, and then a word on what it has loaded."""
    making.make(work, dataset_id)
    work.event("loaded", heavy=[name for name in HEAVY if name in sys.modules])


@pytest.mark.parametrize("kind", ["table", "folder"])
def test_making_a_dataset_loads_no_training_library(kind: str, shop: Shop, tmp_path) -> None:
    rows = ["photo,kind", *(f"{shop.put(f'/{n}.jpg', picture(n))},{('dress', 'hat')[n % 2]}" for n in range(8))]
    sources = {
        "table": {"kind": "table", "address": shop.put("/t.csv", "\n".join(rows).encode(), content_type="text/csv")},
        "folder": {"kind": "folder", "path": str(class_folders(tmp_path / "photos", {"dress": 4, "hat": 4}))},
    }
    folder = load_settings().datasets_dir / "mine"
    write_json(folder / "dataset.json", {"name": "Mine", "source": sources[kind], "created_at": 0.0})
    dataset = store.load_dataset("mine")
    jobs.start(dataset.job_dir, f"{__name__}:make", {"dataset_id": "mine"})
    assert jobs.wait(dataset.job_dir, 60).status == "done", jobs.log_tail(dataset.job_dir)
    assert store.load_dataset("mine").ok == 8
    assert [event["heavy"] for event in jobs.events(dataset.job_dir, "loaded")] == [[]]
