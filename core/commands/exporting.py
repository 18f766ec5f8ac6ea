"""`export`: a model as one ZIP with every format, its card and examples, each file proved before it is offered."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.errors import FittingRoomError, NotFound, SourceNotUnderstood
from core.model import export
from core.model.bundle import load_model

STAGES = {
    "photos": "finding photos to check it with",
    "network": "loading the network",
    "saved_model": "making the SavedModel",
    "onnx": "making the ONNX file",
    "int8": "making and measuring the small file (int8)",
    "proof": "checking each file in a clean process",
    "speed": "timing",
    "zip": "packing",
}


def add_verb(verbs: Any, verb: Any) -> None:
    """Adds the verb to the command line. Takes as `core.commands.reporting.add_verb`."""
    parser = verb(verbs, "export", make, "one ZIP with a model in every format, its card, and examples")
    parser.add_argument("model")
    parser.add_argument("--to", required=True, metavar="FILE", help="ends in .zip")


def make(options: Any) -> Result:
    """Makes the ZIP, unless there is one that fits, and writes it to where it is wanted."""
    path = Path(options.to)
    if path.suffix.lower() != ".zip":
        raise SourceNotUnderstood(f"An export ends in .zip. Received: {path.name}")
    if not path.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {path.absolute().parent}. Make it first, or name another.")
    model = load_model(options.model)
    made = export.load_export(model)
    if made is None:
        export.start_export(model.id)
        if follow(export.job_dir(model), _told).status != "done":
            raise FittingRoomError("It was stopped before the export was made.")
        made = export.load_export(model)
    if made is None:
        raise FittingRoomError(f"“{model.name}” was changed while it was exported. Start it again.")
    shutil.copyfile(made.path, path)
    facts = {"model": model.id, "file": str(path), **asdict(made), "path": str(made.path)}
    lines = [f"{path} is {model.name}, {made.size_bytes / 1e6:.1f} MB. Each file was checked in a clean process."]
    lines += [_line(each, made) for each in made.files.values()]
    lines += [f"  left out, {name}: {why}" for name, why in made.left_out.items()]
    return facts, "\n".join([*lines, *([f"  int8: {made.int8_note}"] if made.int8_note else [])])


def _line(file: export.File, made: export.Export) -> str:
    """A file with its figures."""
    right = "" if file.right is None else f"  right on {file.right:.1%} of {made.measured_with:,}"
    took = "" if file.latency_ms is None else f"  {file.latency_ms[0]:.2f} ms a photo"
    return (
        f"  {file.name:18} {file.size_bytes / 1e6:6.2f} MB  says the same of {file.agree} of {made.proved_with}, "
        f"at most {file.largest_difference:.1g} apart{right}{took}"
    )


def _told(event: dict[str, Any]) -> str | None:
    return STAGES.get(event["stage"]) if event["kind"] == "progress" and event["done"] < event["total"] else None
