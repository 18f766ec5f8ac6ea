"""What somebody brings: which kind of model file it is, by what is in it and not by its name; and what lies beside it.

Files of an archive are written under names of ours into a folder of ours; no name of the archive's becomes a path.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from core.errors import ModelRefused, SourceError
from core.settings import MAX_ARCHIVE_BYTES
from core.sources.items import Failure
from core.sources.zips import Zip

Kind = Literal["own", "keras", "h5", "tflite", "tfjs", "saved_model"]

MAX_BYTES = 1024**3  # of any one file
MAX_WORDS_BYTES = 16 * 1024**2  # of what is read as text; a description of ten thousand layers has 10 MB
HDF5, FLATBUFFER, ZIP, PICKLE = b"\x89HDF\r\n\x1a\n", b"TFL3", b"PK\x03\x04", re.compile(rb"\x80[\x02-\x05]")
TEACHABLE_MACHINE = "Teachable Machine"
NAMES_OF_TEACHABLE_MACHINE = ("keras_model.h5", "model_unquant.tflite", "model.tflite")
VARIABLES = re.compile(r"variables/variables\.(index|data-\d{5}-of-\d{5})")
KEPT_OF_OURS = ("familiar.npz", "similar.npz", "learned.npy")
PROGRAMS = (".pkl", ".pickle", ".joblib", ".pt", ".pth")
TAKEN = (
    "Taken are: a ZIP that Fitting Room made, a .keras, .h5 or .tflite file, a ZIP of a SavedModel, and what "
    "Teachable Machine exports."
)


@dataclass(frozen=True)
class Brought:
    """A model file, unpacked where it was packed."""

    kind: Kind
    path: Path  # of the network: a file, or the folder of a SavedModel
    class_names: tuple[str, ...] | None = None  # where the file says them
    scaling: str | None = None
    why_scaling: str = ""  # where it is known from, in words
    said: dict[str, Any] = field(default_factory=dict)  # ours: `model.json`; TensorFlow.js: `model.json`
    others: tuple[str, ...] = ()  # of ours: what was unpacked beside it


def brought(path: Path, folder: Path) -> Brought:
    """Looks at what somebody brings and unpacks what is needed of it.

    Args:
        path: the file as it came.
        folder: to unpack into.

    Raises:
        ModelRefused: it is none that is taken, or not safe to open.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head == HDF5:
        return Brought("h5", path)
    if head[4:8] == FLATBUFFER:
        return Brought("tflite", path)
    if head[:4] == ZIP:
        try:
            return _unpacked(Zip(path), path, folder)
        except SourceError as error:
            raise ModelRefused(str(error)) from error
    if PICKLE.match(head) or path.suffix.lower() in PROGRAMS:
        raise _pickled(path.name)
    raise ModelRefused(f"This is no model file that is known here. {TAKEN} Received: {path.name}")


def labels_of(text: str) -> tuple[str, ...]:
    """Class names, one a line; the numbers that Teachable Machine writes before them are left out."""
    lines = [line.strip() for line in text.replace("\ufeff", "").splitlines() if line.strip()]
    numbered = [re.fullmatch(r"(\d+)\s+(.+)", line) for line in lines]
    if lines and all(found and int(found[1]) == place for place, found in enumerate(numbered)):
        return tuple(found[2] for found in numbered if found)
    return tuple(lines)


def _pickled(name: str) -> ModelRefused:
    return ModelRefused(
        f"This holds a Python pickle ({name}), which is a program that would run when it is opened. It was not opened. "
        f"{TAKEN}"
    )


def _unpacked(archive: Zip, path: Path, folder: Path) -> Brought:
    """What an archive holds."""
    names = [name for name in archive.paths() if not _is_hidden(name)]
    top = _top(names)
    inside = {name.removeprefix(top): name for name in names}
    for name in inside:
        if name.lower().endswith(PROGRAMS):
            raise _pickled(name)
    read = _Reader(archive, inside, folder)
    if "config.json" in inside and "model.weights.h5" in inside:
        return Brought("keras", path)
    if "model.keras" in inside and "model.json" in inside:
        return _own(read)
    found = _labels(read)
    for keep in (_saved_model, _tensorflow_js, _single):
        if one := keep(read, found):
            return one
    raise ModelRefused(f"This archive holds no model that is known here. {TAKEN} Received: {path.name}")


@dataclass
class _Reader:
    """An archive's files by their path below its top folder."""

    archive: Zip
    inside: dict[str, str]
    folder: Path
    kept_bytes: int = 0  # so far, on the disk

    def content(self, name: str, most: int = MAX_BYTES) -> bytes:
        found = self.archive.content(self.inside[name], most)
        if isinstance(found, Failure):
            raise ModelRefused(f"“{name}” in this archive is damaged or larger than {most / 1024**2:,.0f} MB.")
        return found

    def keep(self, name: str, to: str) -> Path:
        content = self.content(name)
        self.kept_bytes += len(content)
        if self.kept_bytes > MAX_ARCHIVE_BYTES:
            raise ModelRefused(f"This archive unpacks to more than {MAX_ARCHIVE_BYTES / 1024**3:,.0f} GB.")
        path = self.folder / to
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def json(self, name: str) -> Any:
        return as_json(self.content(name, MAX_WORDS_BYTES), name)

    def ending(self, *ends: str) -> list[str]:
        return sorted(name for name in self.inside if name.lower().endswith(ends))


def as_json(content: bytes | str, name: str) -> Any:
    """What a JSON file says.

    Raises:
        ModelRefused: it is none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelRefused(f"“{name}” in this file is damaged: it is no JSON.") from error


def _own(read: _Reader) -> Brought:
    """A ZIP that this app made."""
    others = [name for name in ("evaluation.json", "words.json", *KEPT_OF_OURS) if name in read.inside]
    exams = [name for name in read.inside if re.fullmatch(r"exams/[a-z0-9-]+/(exam\.json|answers\.parquet)", name)]
    for name in (*others, *exams):
        read.keep(name, f"brought/{name}")
    said = read.json("model.json")
    if not isinstance(said, dict):
        raise ModelRefused("“model.json” in this ZIP is damaged.")
    network = read.keep("model.keras", "brought/network.keras")
    return Brought("own", network, None, "0..255", "the ZIP says so", said, (*others, *exams))


def _saved_model(read: _Reader, found: tuple[str, ...] | None) -> Brought | None:
    graphs = [name for name in read.inside if PurePosixPath(name).name == "saved_model.pb"]
    if not graphs:
        return None
    base = graphs[0].removesuffix("saved_model.pb")
    read.keep(graphs[0], "brought/saved_model/saved_model.pb")
    for name in read.inside:
        if name.startswith(base) and VARIABLES.fullmatch(name.removeprefix(base)):
            read.keep(name, f"brought/saved_model/{name.removeprefix(base)}")
    return Brought("saved_model", read.folder / "brought" / "saved_model", found)


def _tensorflow_js(read: _Reader, found: tuple[str, ...] | None) -> Brought | None:
    if "model.json" not in read.inside or not read.ending(".bin"):
        return None
    said = read.json("model.json")
    if not isinstance(said, dict) or "modelTopology" not in said:
        return None
    groups = said.get("weightsManifest")
    try:
        names = [PurePosixPath(path).name for group in groups for path in group["paths"]]  # type: ignore[union-attr]
    except (TypeError, KeyError) as error:
        raise ModelRefused("“model.json” does not say where the weights lie.") from error
    if len({*names}) < len(names):
        raise ModelRefused("“model.json” names the same file of weights several times. Export the model again.")
    for number, name in enumerate(names):
        if name not in read.inside:
            raise ModelRefused(f"“{name}”, which “model.json” names, is missing. Put all files into the ZIP.")
        read.keep(name, f"brought/weights/{number}.bin")
    about = read.json("metadata.json") if "metadata.json" in read.inside else {}
    about = about if isinstance(about, dict) else {}
    labels = about.get("labels")
    if isinstance(labels, list) and all(isinstance(each, str) for each in labels):
        found = tuple(labels)
    teachable = "teachablemachine" in str(about.get("packageName", ""))
    return Brought(
        "tfjs",
        read.folder / "brought" / "weights",
        found,
        "-1..1" if teachable else None,
        f"{TEACHABLE_MACHINE} does so" if teachable else "",
        said,
    )


def _single(read: _Reader, found: tuple[str, ...] | None) -> Brought | None:
    """One network with its labels: as Teachable Machine packs them, or somebody else."""
    kinds: Sequence[tuple[str, Kind]] = ((".keras", "keras"), (".h5", "h5"), (".tflite", "tflite"))
    for end, kind in kinds:
        named = read.ending(end)
        if len(named) > 1:
            raise ModelRefused(f"This archive holds several networks: {', '.join(named)[:200]}. Bring one of them.")
        if named:
            teachable = found is not None and PurePosixPath(named[0]).name in NAMES_OF_TEACHABLE_MACHINE
            path = read.keep(named[0], f"brought/network{end}")
            if kind == "tflite" and path.read_bytes()[4:8] != FLATBUFFER:
                raise ModelRefused(f"“{named[0]}” is no LiteRT file.")
            return Brought(
                kind,
                path,
                found,
                "-1..1" if teachable else None,
                f"{TEACHABLE_MACHINE} does so" if teachable else "",
            )
    return None


def _labels(read: _Reader) -> tuple[str, ...] | None:
    """The class names that lie beside a network."""
    for name in ("labels.txt", "class_names.txt", "classes.txt"):
        if name in read.inside:
            return labels_of(read.content(name, MAX_WORDS_BYTES).decode("utf-8", "replace")) or None
    return None


def _is_hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _top(names: Sequence[str]) -> str:
    """The one folder in which everything lies; "" where there is none."""
    tops = {name.partition("/")[0] for name in names if "/" in name}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in name for name in names) else ""
