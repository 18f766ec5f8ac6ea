"""The job that makes an export: every format, proved in clean processes, measured, described and put into one ZIP."""

import os
import shutil
import time
import traceback
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.errors import DiskFull, FittingRoomError
from core.files import read_json, write_bytes, write_json
from core.jobs import Stopped, Work
from core.model.bundle import Model, load_model, write_facts
from core.model.card import card_of, own_words
from core.model.exams import exams_dir
from core.model.export import File, exam_files, folder_of, kept_files, state_of
from core.model.export.measuring import latencies
from core.model.export.photos import Shown, photos_for
from core.model.export.proving import Proof, Trial
from core.model.export.quantising import Chosen, choose, in_words
from core.model.export.written import FORMATS, Facts, write_words
from core.model.predictor import Predictor

STAGES = ("photos", "network", "saved_model", "onnx", "int8", "proof", "speed", "zip")
NAMES = {name: path.partition("/")[0] for name, (path, _) in FORMATS.items()}  # files, or a folder, of the ZIP
EXAMPLES = Path(__file__).with_name("examples")
LOOK_AGAIN_S = 0.1
ROOM = 12  # times the size of the network: in five formats, with what TensorFlow writes on the way, and zipped
LEAST_ROOM_BYTES = 50 * 1024**2


def work(work: Work, model_id: str) -> None:
    """Makes the ZIP: what `core.jobs` calls. Stopped or failed, it leaves the one that was there.

    Raises:
        Stopped: somebody asked to stop.
        NotFound, ModelUnreadable: the model is gone or damaged.
        DiskFull: there is no room.
    """
    began_at = time.time()
    model = load_model(model_id)
    place = folder_of(model)
    state, aside = state_of(model), place / ".making"
    shutil.rmtree(aside, ignore_errors=True)
    (aside / model.id).mkdir(parents=True)
    try:
        _require_room(model, place)
        making = _Making(work, model, aside)
        facts = making.make()
        work.progress("zip", len(STAGES) - 1, len(STAGES))
        _zip(aside / model.id, aside / "whole.zip", model.created_at)
        work.check_stop()
        os.replace(aside / "whole.zip", place / f"{model.id}.zip")
        now = time.time()
        kept = {"state": state, "made_at": now, "seconds": round(now - began_at, 1), **asdict(facts)}
        write_json(place / "export.json", kept)
        work.progress("zip", len(STAGES), len(STAGES))
        work.event("result", files=sorted(facts.files), left_out=facts.left_out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Making:
    """One export while it is made."""

    def __init__(self, work: Work, model: Model, aside: Path) -> None:
        self.work, self.model, self.aside = work, model, aside
        self.folder = aside / model.id
        self.left_out: dict[str, str] = {}
        self.trials: list[Trial] = []

    def make(self) -> Facts:
        """Fills the folder, and says what is in it."""
        try:
            shown = self._begin()
            int8 = self._formats(shown)
            proofs = self._proofs()
            files = self._measured(shown, proofs, int8)
        finally:
            for trial in self.trials:
                trial.end()
        facts = Facts(files, self.left_out, len(shown.prove), len(shown.labels), shown.drawn, "", shown.origin)
        facts = replace(facts, known=shown.known, int8_note=in_words(int8, files) if int8 and "int8" in files else "")
        write_words(self.folder, self.model, facts)
        return facts

    def _begin(self) -> Shown:
        """What is there already: the model's own files, the photos, and what the model says of them here."""
        self._tell("photos")
        shown = photos_for(self.model, self.work.check_stop)
        _copy(self.model, self.folder)
        shutil.copytree(EXAMPLES, self.folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
        (self.aside / "photos").mkdir()
        self.photos = [self.aside / "photos" / name for name, _ in shown.prove]
        for path, (_, content) in zip(self.photos, shown.prove, strict=True):
            path.write_bytes(content)
        self.expected = Predictor(self.model).predict_photos(shown.prove)
        for name in ("keras", "tflite"):
            self._try(name)
        return shown

    def _formats(self, shown: Shown) -> Chosen | None:
        """The formats that are made of the network; how it was quantised, if it could be."""
        self._tell("network")
        import keras

        from core.model.export import formats

        network: Any = keras.models.load_model(self.model.keras_path, compile=False)
        self._made("saved_model", lambda: formats.saved_model(network, self.folder / NAMES["saved_model"]))
        self._made("onnx", lambda: formats.onnx(network, self.folder / NAMES["onnx"]))
        chosen: list[Chosen] = []

        def quantise() -> None:
            ways = formats.ways_to_int8(network, shown.quantise)
            found = choose(ways, self.model.tflite_path, shown, self.work.check_stop)
            (self.folder / NAMES["int8"]).write_bytes(found.content)
            chosen.append(found)

        self._made("int8", quantise)
        return chosen[0] if chosen else None

    def _made(self, name: str, make: Callable[[], None]) -> None:
        """Makes a format and has it tried; one that cannot be made is left out, and the others go on."""
        self._tell(name)
        try:
            make()
        except (FittingRoomError, Stopped, OSError, MemoryError):
            raise
        except Exception as error:  # a converter that does not know a layer: whatever it says, the others may
            traceback.print_exc()
            self._leave_out(name, f"it could not be made of this network ({type(error).__name__}: {str(error)[:300]})")
        else:
            self._try(name)

    def _try(self, name: str) -> None:
        self.trials.append(Trial(self.folder, name, self.photos, self.aside))

    def _proofs(self) -> dict[str, Proof]:
        """Waits for the clean processes; what one of them could not use is taken out."""
        self._tell("proof")
        while any(trial.runs for trial in self.trials):
            self.work.check_stop()
            time.sleep(LOOK_AGAIN_S)
            for trial in self.trials:
                trial.end_if_late()
        proofs = {trial.name: trial.proof(self.expected, self.model.temperature) for trial in self.trials}
        for name, proof in proofs.items():
            if proof.refused:
                self._leave_out(name, proof.refused)
        return {name: proof for name, proof in proofs.items() if not proof.refused}

    def _measured(self, shown: Shown, proofs: dict[str, Proof], int8: Chosen | None) -> dict[str, File]:
        """Each file that is offered, with its figures."""
        self._tell("speed")
        timed: list[str] = [name for name in ("tflite", "int8") if name in proofs]
        paths = [self.folder / NAMES[name] for name in timed]
        took = dict(zip(timed, latencies(paths, shown.quantise[0]), strict=True))
        right = {"tflite": int8.right_of_floats, "int8": int8.right} if int8 and len(shown.labels) else {}
        return {
            name: File(
                NAMES[name],
                _size(self.folder / NAMES[name]),
                proofs[name].agree,
                proofs[name].largest_difference,
                right.get(name),
                took.get(name),
            )
            for name in NAMES
            if name in proofs
        }

    def _leave_out(self, name: str, why: str) -> None:
        self.left_out[name] = why
        path = self.folder / NAMES[name]
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)

    def _tell(self, stage: str) -> None:
        self.work.check_stop()
        self.work.progress(stage, STAGES.index(stage), len(STAGES))


def _copy(model: Model, folder: Path) -> None:
    """The model's own files, its card as it stands now, and its exams."""
    for path in kept_files(model):
        shutil.copyfile(path, folder / path.name)
    facts = {name: value for name, value in model.dataset.items() if name != "source"}  # a folder of this machine
    write_facts(replace(model, folder=folder, dataset=facts))
    write_bytes(folder / "card.md", card_of(model).encode())
    words = asdict(own_words(model))
    if any(words.values()):
        write_json(folder / "words.json", words)
    pictures = [path for path in (model.folder / "card").glob("*") if path.suffix in (".jpg", ".png")]
    for path in pictures:
        (folder / "card").mkdir(exist_ok=True)
        shutil.copyfile(path, folder / "card" / path.name)
    for path in exam_files(model):
        to = folder / "exams" / path.relative_to(exams_dir(model))
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
        if path.name == "exam.json":
            about = read_json(path)
            write_json(to, {**about, "path": Path(about.get("path") or "").name})  # a whole path is for no stranger


def _zip(folder: Path, path: Path, made_at: float) -> None:
    """One folder in a ZIP; the same files give the same bytes."""
    stamp = max(time.gmtime(made_at)[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.rglob("*")):
            if each.is_file() and "__pycache__" not in each.parts:
                entry = zipfile.ZipInfo(each.relative_to(folder.parent).as_posix(), stamp)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, each.read_bytes())


def _require_room(model: Model, place: Path) -> None:
    needed = max(LEAST_ROOM_BYTES, ROOM * model.keras_path.stat().st_size)
    free = shutil.disk_usage(place).free
    if free < needed:
        raise DiskFull(
            f"The disk has {free / 1024**2:,.0f} MB left, and an export needs up to {needed / 1024**2:,.0f} MB while "
            "it is made. Delete what you do not need, then start it again."
        )


def _size(path: Path) -> int:
    return (
        sum(each.stat().st_size for each in path.rglob("*") if each.is_file()) if path.is_dir() else path.stat().st_size
    )
