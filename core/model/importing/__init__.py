"""Bringing a model in: a file of somebody else's, opened in a room of its own, becomes a model like any other.

`$FITTING_ROOM_HOME/imports/<id>/` holds the file, `import.json` (what people said of it), `job/`, and what the job
leaves: `understood.json`, `check.json`, `outcome.json`, `done.json`. See `core.model.importing.working`.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core import jobs
from core.data.store import checked_name
from core.errors import JobActive, ModelRefused, NotFound
from core.files import is_id, link_file, new_id, read_json, safe_name, write_json
from core.model.importing.scaling import SCALINGS as SCALINGS
from core.model.importing.understood import Understood
from core.settings import load_settings

State = Literal["working", "classes", "scaling", "refused", "failed", "done"]

NETWORKS = ("network.keras", "network.tflite")  # as they were understood, before they are a model
MAX_FILE_BYTES = 2 * 1024**3
KEPT_S = 24 * 3600.0  # that an import waits for an answer
MOST_CLASSES, LONGEST_NAME = 10_000, 200
NOTICEABLY = 0.1
CLEARLY = 0.15  # more of the photos right than with what was chosen: that is no chance


@dataclass(frozen=True)
class Check:
    """What came of trying each scaling on photos whose labels are known."""

    dataset: str  # its id
    dataset_name: str
    photos: int
    right: dict[str, float]  # share, by scaling

    @property
    def best(self) -> str:
        """The scaling that names most photos right."""
        return max(self.right, key=lambda name: self.right[name])

    @property
    def clear(self) -> bool:
        """Whether the best stands out: where all fail alike, the class names may be in another order."""
        first, second = sorted(self.right.values(), reverse=True)[:2]
        return first - second >= NOTICEABLY

    def better_than(self, scaling: str) -> str | None:
        """A scaling that is clearly better than this one; None if there is none."""
        best = self.best
        return best if self.right[best] > self.right.get(scaling, 0.0) + CLEARLY else None


@dataclass(frozen=True)
class Import:
    """How bringing in a model stands."""

    id: str
    folder: Path
    name: str
    file_name: str
    state: State  # "classes" and "scaling": it waits for an answer
    understood: Understood | None
    class_names: tuple[str, ...] | None
    scaling: str | None  # chosen, or known from the file
    check: Check | None
    message: str  # why it was refused, or failed
    model_id: str = ""  # once it is done

    @property
    def doubt(self) -> str | None:
        """A scaling that fits the photos it was checked on clearly better than the one that was taken."""
        return self.check.better_than(self.scaling) if self.check and self.scaling else None


def start_import(
    path: Path,
    name: str = "",
    class_names: Sequence[str] | None = None,
    scaling: str | None = None,
    dataset: str = "",
) -> str:
    """Takes a model file and starts to read it; `jobs.state(job_dir(id))` says how it goes, and it can be stopped.

    Args:
        path: the file; it is linked or copied.
        name: what to call the model; "" for what it calls itself, or the file's name.
        class_names: in the order of the network's answers; None to take the file's, or to be asked.
        scaling: one of `SCALINGS`; None to take what is known, or to be asked.
        dataset: the id of one to check the scaling on; "" for one that has the same classes.

    Returns:
        The id of the import.

    Raises:
        NotFound: there is no such file.
        ModelRefused: it is larger than is taken, or the names or the scaling are none.
    """
    if not path.is_file():
        raise NotFound(f"There is no such file. Received: {path}")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ModelRefused(f"This file has {path.stat().st_size / 1024**3:.1f} GB; 2 GB are taken at most.")
    told = _told(class_names, scaling)
    _drop_old()
    import_id = new_id(path.stem)
    folder = _folder(import_id)
    link_file(path.resolve(), folder / "came" / safe_name(path.name))
    facts = {
        "name": checked_name(name) if name else "",
        "file_name": safe_name(path.name),
        "dataset": dataset,
        "created_at": time.time(),
    }
    write_json(folder / "import.json", {**facts, **told})
    jobs.start(job_dir(import_id), "core.model.importing.working:work", {"import_id": import_id})
    return import_id


def answer_import(
    import_id: str, class_names: Sequence[str] | None = None, scaling: str | None = None, dataset: str | None = None
) -> None:
    """Says what was missing, and goes on. Where the model is made already, it is made anew in its place.

    Args:
        class_names, scaling: as for `start_import`; None leaves what was said before.
        dataset: to check the scaling on; with a scaling as well, that is taken whatever comes of it.

    Raises:
        NotFound: no such import.
        ModelRefused: the names do not fit the network, there is no such scaling, or nothing is left to be answered.
        JobActive: it is at work.
    """
    now = load_import(import_id)
    if now.state == "working":
        raise JobActive("It is at work already. Wait for it, or stop it first.")
    if now.state == "done" and not (now.folder / NETWORKS[1]).exists():
        raise ModelRefused("The model is made already. To have it made otherwise, bring the file in again.")
    told = _told(class_names, scaling)
    if class_names is not None and now.understood and len(class_names) != now.understood.outputs:
        raise ModelRefused(
            f"The network tells {now.understood.outputs:,} classes apart. Received: {len(class_names):,} names."
        )
    if dataset is not None:
        told["dataset"] = dataset
        told["checked"] = False
    kept = read_json(now.folder / "import.json")
    write_json(now.folder / "import.json", {**kept, **told})
    jobs.start(job_dir(import_id), "core.model.importing.working:work", {"import_id": import_id})


def load_import(import_id: str) -> Import:
    """How it stands.

    Raises:
        NotFound: no such import.
    """
    folder = _folder(import_id)
    facts = read_json(folder / "import.json")
    if not isinstance(facts, dict):
        raise NotFound("This file is not here any more. Bring it in again.")
    said = read_json(folder / "understood.json")
    found = Understood.from_json(said) if isinstance(said, dict) else None
    names = facts.get("class_names") or (found.class_names if found else None)
    done, check = read_json(folder / "done.json"), read_json(folder / "check.json")
    state = jobs.state(job_dir(import_id))
    refused = read_json(folder / "refused.json")
    scaling = facts.get("scaling") or (found.scaling if found else None)
    stands: State
    if state.active:
        stands = "working"
    elif isinstance(refused, str):
        stands = "refused"
    elif state.status in ("failed", "died", "stopped"):
        stands = "failed"
    elif isinstance(done, dict):
        stands = "done"
    else:
        stands = "classes" if names is None else "scaling"
    return Import(
        import_id,
        folder,
        facts["name"],
        facts["file_name"],
        stands,
        found,
        tuple(names) if names else None,
        scaling,
        Check(**check) if isinstance(check, dict) else None,
        refused if isinstance(refused, str) else state.message,
        done["model"] if isinstance(done, dict) else "",
    )


def job_dir(import_id: str) -> Path:
    """The folder of the job that brings it in."""
    return _folder(import_id) / "job"


def forget_import(import_id: str) -> None:
    """Throws away what was brought; a model that came of it stays."""
    folder = _folder(import_id)
    if not jobs.state(folder / "job").active:
        shutil.rmtree(folder, ignore_errors=True)


def _drop_old() -> None:
    """Throws away what nobody has gone on with for a day; models that came of it stay."""
    for path in load_settings().imports_dir.glob("*/import.json"):
        facts = read_json(path)
        if isinstance(facts, dict) and time.time() - facts["created_at"] > KEPT_S:
            forget_import(path.parent.name)


def _folder(import_id: str) -> Path:
    if not is_id(import_id):
        raise NotFound("There is no such file. Bring it in again.")
    return load_settings().imports_dir / import_id


def _told(class_names: Sequence[str] | None, scaling: str | None) -> dict[str, Any]:
    """What somebody says, checked."""
    told: dict[str, Any] = {}
    if class_names is not None:
        names = [" ".join(each.split()) for each in class_names]
        if not all(names) or len({*names}) != len(names) or len(names) > MOST_CLASSES:
            raise ModelRefused("Each class needs a name of its own, one a line, in the order of the network's answers.")
        if max(map(len, names), default=0) > LONGEST_NAME:
            raise ModelRefused(f"A class name takes {LONGEST_NAME} characters at most.")
        told["class_names"] = names
    if scaling is not None:
        if scaling not in SCALINGS:
            raise ModelRefused(f"There is no scaling “{scaling}”. There are: {', '.join(SCALINGS)}")
        told["scaling"] = scaling
    return told
