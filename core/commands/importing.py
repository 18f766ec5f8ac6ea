"""`import`: a model file of somebody else's becomes a model like any other, opened in a room of its own."""

from pathlib import Path
from typing import Any

from core.commands import Result
from core.commands.following import follow
from core.errors import FittingRoomError, ModelRefused
from core.model.bundle import load_model
from core.model.importing import SCALINGS, Import, forget_import, job_dir, load_import, start_import
from core.model.importing.files import labels_of

STAGES = {
    "reading": "reading the file in a process of its own",
    "checking": "trying each scaling on photos",
    "making": "making the model",
}


def add_verb(verbs: Any, verb: Any) -> None:
    """Adds the verb to the command line. Takes as `core.commands.reporting.add_verb`."""
    parser = verb(
        verbs, "import", bring, "bring a model in: our ZIP, .keras, .h5, .tflite, SavedModel, Teachable Machine"
    )
    parser.add_argument("file")
    parser.add_argument("--name", help="what to call it (default: after the file)")
    parser.add_argument("--classes", metavar="FILE_OR_LIST", help="class names: a file with one a line, or a,b,c")
    parser.add_argument(
        "--scaling", choices=SCALINGS, help="what its photos' numbers were (default: recognised or tried)"
    )
    parser.add_argument("--dataset", metavar="D", default="", help="photos to try the scaling on")


def bring(options: Any) -> Result:
    """Brings a model in and waits for it."""
    names = _classes(options.classes) if options.classes else None
    import_id = start_import(Path(options.file), options.name or "", names, options.scaling, options.dataset)
    try:
        follow(job_dir(import_id), _told)
        now = load_import(import_id)
        if now.state == "scaling" and now.check is not None:
            likely = (
                f"It is probably --scaling {now.check.best}" if now.check.clear else "None stands out: say --scaling"
            )
            raise ModelRefused(f"{_tried(now)} {likely}, or see whether the class names are in the network's order.")
        if now.state != "done":
            raise ModelRefused(_missing(now))
    finally:
        forget_import(import_id)
    model = load_model(now.model_id)
    found = now.understood
    assert found is not None
    facts = {
        "model": model.id,
        "name": model.name,
        "kind": found.kind,
        "class_names": list(model.class_names),
        "input_size_px": model.input_size_px,
        "scaling": now.scaling,
        "check": None
        if now.check is None
        else {"dataset": now.check.dataset, "photos": now.check.photos, "right": now.check.right},
        "doubt": now.doubt,
    }
    lines = [f"{model.id} is {model.name}, {found.words} of {found.outputs} classes, photos of {found.size_px} px."]
    if now.check is not None:
        lines.append(_tried(now))
    if now.doubt:
        lines.append(f"The scaling is probably {now.doubt}: bring it in again with --scaling {now.doubt}")
    return facts, "\n".join(lines)


def _classes(said: str) -> list[str]:
    path = Path(said)
    try:
        if path.is_file():
            return list(labels_of(path.read_text("utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise FittingRoomError(
            f"{said} cannot be read as class names: {error}. Save it as text, one name a line."
        ) from None
    return [each.strip() for each in said.split(",")]


def _missing(now: Import) -> str:
    """What has to be said before it can go on."""
    found = now.understood
    if found is None or now.state in ("refused", "failed"):
        return now.message or "It was stopped before the model was made."
    if now.state == "classes":
        return f"The file does not name its {found.outputs:,} classes. Say them: --classes a,b,c or --classes FILE"
    return (
        "The file does not say what the numbers of its photos were. Say it with --scaling "
        f"({', '.join(SCALINGS)}), or name a dataset to try them on: --dataset D"
    )


def _tried(now: Import) -> str:
    assert now.check is not None
    right = ", ".join(
        f"{name} {share:.0%}" for name, share in sorted(now.check.right.items(), key=lambda each: -each[1])
    )
    return f"Right on {now.check.photos:,} photos of {now.check.dataset_name}: {right}."


def _told(event: dict[str, Any]) -> str | None:
    return STAGES.get(event["stage"]) if event["kind"] == "progress" and event["done"] == 0 else None
