"""What is written beside the networks of an export: README, class names, preprocessing, and how it was checked."""

import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from core.files import write_bytes, write_json
from core.model.bundle import Model
from core.model.export import File
from core.model.export.proving import tolerance, versions

FORMATS = {
    "keras": ("model.keras", "Keras 3: to look into it, to teach it more, to make other formats of it"),
    "tflite": ("model.tflite", "LiteRT (TensorFlow Lite): phones, small computers, servers"),
    "int8": ("model-int8.tflite", "LiteRT in whole numbers of eight bits (int8): smaller"),
    "onnx": ("model.onnx", "ONNX: other runtimes, and browsers"),
    "saved_model": ("saved_model/1", "SavedModel: TensorFlow Serving"),
}


@dataclass(frozen=True)
class Facts:
    """What an export is, as `export.json` keeps it."""

    files: dict[str, File]  # by format
    left_out: dict[str, str]
    proved_with: int
    measured_with: int
    drawn: bool
    int8_note: str
    origin: str = ""  # of the photos, in words
    known: int = 0  # of the photos that it was measured with it has learned from
    python: str = field(default_factory=platform.python_version)


def write_words(folder: Path, model: Model, facts: Facts) -> None:
    """Writes `README.md`, `labels.txt`, `preprocessing.json` and `check.json`."""
    write_bytes(folder / "labels.txt", ("\n".join(model.class_names) + "\n").encode())
    write_json(folder / "preprocessing.json", _preprocessing(model))
    write_json(folder / "check.json", _check(model, facts))
    template = jinja2.Template(
        Path(__file__).with_name("README.md.jinja").read_text("utf-8"), trim_blocks=True, lstrip_blocks=True
    )
    packages = {
        name: " ".join(f"{package}=={number}" for package, number in versions(name).items()) for name in facts.files
    }
    text = template.render(
        model=model,
        facts=facts,
        formats=FORMATS,
        packages=packages,
        tolerance=tolerance(model.temperature),
        size=model.input_size_px,
    )
    write_bytes(folder / "README.md", text.encode())


def _preprocessing(model: Model) -> dict[str, Any]:
    """What has to be done with a photo, for programs."""
    size = model.input_size_px
    return {
        "orientation": "upright, as EXIF says",
        "transparency": "over white",
        "colour": "RGB",
        "size_px": [size, size],
        "keeps_shape": False,  # stretched to a square
        "resampling": "bicubic, as Pillow does; of a JPEG that was decoded near that size",
        "values": [0, 255],
        "dtype": "uint8",
        "shape": [1, size, size, 3],
        "rescaling": "inside the network",
        "output": "probabilities, in the order of labels.txt",
        "temperature": model.temperature,
        "temperature_inside": False,
        "apply_temperature": "softmax(log(probabilities) / temperature)",
    }


def _check(model: Model, facts: Facts) -> dict[str, Any]:
    """How it was checked, and what came of it."""
    return {
        "photos": facts.proved_with,
        "photos_from": facts.origin,
        "tolerance_of_floats": tolerance(model.temperature),
        "measured_with": facts.measured_with,
        "measured_with_known": facts.known,
        "python": facts.python,
        "files": {name: {"packages": dict(versions(name)), **asdict(file)} for name, file in facts.files.items()},
        "left_out": facts.left_out,
        "int8": facts.int8_note,
    }
