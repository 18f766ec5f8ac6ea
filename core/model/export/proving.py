"""Proof that an exported file works: a clean process asks it, as its own example does, and must get the same answers.

That process sees nothing of this project and of no package but those that README.md names for the format (`guard.py`).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from core.model.answer import Answer

GUARD = Path(__file__).with_name("guard.py")
ALWAYS = ("numpy", "pillow")
PACKAGES = {
    "keras": ("keras", "tensorflow"),
    "tflite": ("ai-edge-litert",),
    "int8": ("ai-edge-litert",),
    "onnx": ("onnxruntime",),
    "saved_model": ("tensorflow",),
}
TOLERANCE = 1e-5  # of a probability before the temperature; int8 is another network, and has none
PATIENCE_S = 180.0
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "TEMP", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Proof:
    """How near a file comes to what the model says here."""

    agree: int  # photos of which it says the same
    largest_difference: float  # of a probability
    refused: str = ""  # why it is not to be offered; "" where all is well


class Trial:
    """A clean process that asks one file."""

    def __init__(self, folder: Path, name: str, photos: Sequence[Path], aside: Path) -> None:
        """Starts it.

        Args:
            folder: of the export, with `examples/predict.py`.
            name: of the format.
            photos: to ask about.
            aside: a folder for what it says.
        """
        self._said, self._log = aside / f"{name}.json", aside / f"{name}.txt"
        self.name, self._began_at, self._was_late = name, time.monotonic(), False
        command = [sys.executable, "-I", str(GUARD), ",".join((*ALWAYS, *PACKAGES[name]))]
        command += [str(folder / "examples" / "predict.py"), "--format", name, "--json", *map(str, photos)]
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        with self._said.open("wb") as said, self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                cwd=aside,
                env={**environment, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
            )

    @property
    def runs(self) -> bool:
        """Whether there is still something to wait for."""
        return self._process.poll() is None

    def end_if_late(self) -> None:
        """Ends it if it has taken longer than anybody waits."""
        if self.runs and time.monotonic() - self._began_at > PATIENCE_S:
            self._was_late = True
            self.end()

    def end(self) -> None:
        """Ends it, if it still runs."""
        if self.runs:
            self._process.kill()
        self._process.wait()

    def proof(self, expected: Sequence[Answer], temperature: float) -> Proof:
        """What has come of it, once it runs no more.

        Args:
            expected: what the model says of the photos, in their order, temperature applied.
            temperature: of the model.
        """
        if self._was_late:
            return Proof(0, 1.0, f"it took longer than {PATIENCE_S:.0f} s to answer")
        if self._process.returncode:
            last = self._log.read_text("utf-8", "replace").strip().splitlines()[-1:]
            return Proof(0, 1.0, f"it could not be used by itself ({' '.join(last)[:300]})")
        found = json.loads(self._said.read_bytes())
        pairs = [(answer.probabilities or {}, each) for answer, each in zip(expected, found, strict=True)]
        apart = max(abs(ours[label] - each["probabilities"][label]) for ours, each in pairs for label in ours)
        agree = sum(answer.label == each["label"] for answer, each in zip(expected, found, strict=True))
        if self.name != "int8" and apart > tolerance(temperature):
            return Proof(agree, apart, f"its answers were up to {apart:.2g} from those of the model")
        return Proof(agree, apart)


def tolerance(temperature: float) -> float:
    """By how much a probability of a file with floats may differ: a temperature below 1 magnifies what was rounded."""
    return TOLERANCE / min(1.0, temperature)


def versions(name: str) -> Mapping[str, str]:
    """The packages that a format needs, in the versions with which it was proved."""
    return {package: version(package) for package in (*ALWAYS, *PACKAGES[name])}
