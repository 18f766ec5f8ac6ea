"""`model`: models listed, shown, renamed, noted, put in use, deleted and brought back, described, taught again."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.commands import Result, asking, way_back
from core.commands.trainings import followed
from core.errors import SourceNotUnderstood
from core.files import write_bytes
from core.model import bundle, card
from core.model.bundle import Model
from core.model.evaluation import summary_interval
from core.model.speed import measure, speed_of
from core.training import versions


def add_verbs(verbs: Any, verb: Any) -> None:
    """Adds `model` to the command line. Takes as `core.commands.judging.add_verbs`."""
    found = verbs.add_parser("model", help="list, show, rename, describe, teach again … models").add_subparsers(
        required=True, metavar="VERB"
    )
    verb(found, "list", asking.models, "all models, newest first")
    verb(found, "show", show, "what it was taught, how good, how large and how fast it is").add_argument("model")
    renaming = verb(found, "rename", rename, "give it another name")
    renaming.add_argument("model")
    renaming.add_argument("name")
    noting = verb(found, "note", note, "keep your own words with it; without any, take them away")
    noting.add_argument("model")
    noting.add_argument("words", nargs="*")
    verb(found, "use", use, "let it answer when none is named").add_argument("model")
    verb(found, "delete", delete, "move it to the trash; the training that made it stays").add_argument("model")
    verb(found, "restore", restore, "bring a deleted one back").add_argument("token")
    carding = verb(found, "card", describe, "its card, in Markdown; or change what people say on it")
    carding.add_argument("model")
    carding.add_argument("--words", action="store_true", help="only what people say on it, as --edit takes it")
    carding.add_argument("--edit", metavar="FILE", help="say what stands in this file (“-”: standard input)")
    carding.add_argument("--to", metavar="FILE", help="where to write it (default: print it)")
    verb(found, "retrain", retrain, "teach it again with its photos as they are today").add_argument("model")


def show(options: Any) -> Result:
    """One model: what it is, and what has changed in its photos since."""
    model = bundle.load_model(options.model)
    ms = speed_of(model) or measure(model)
    moved = versions.moved_on(model, versions.Datasets())
    lines = [
        _line(model),
        f"  {', '.join(model.class_names)}",
        f"  {model.size_bytes / 1e6:.1f} MB, {ms:.1f} ms a photo on this machine, learned for {model.seconds:.0f} s",
        f"  taught with {model.dataset.get('photos', 0):,} photos of {model.dataset.get('name')}",
    ]
    if moved is not None:
        lines.append(
            f"  since then {moved.renamed:,} of them were renamed, {moved.added:,} added, {moved.gone:,} taken out. "
            f"Teach it with them: model retrain {model.id}"
        )
    if model.note:
        lines.append(f"  Note: {model.note}")
    since = (
        None
        if moved is None
        else {"dataset": moved.dataset.id}
        | {name: getattr(moved, name) for name in ("since", "renamed", "added", "gone")}
    )
    return {**_facts(model), "ms_a_photo": ms, "moved_on": since}, "\n".join(lines)


def rename(options: Any) -> Result:
    """Gives a model another name."""
    card.rename_model(options.model, options.name)
    return _shown(options.model)


def note(options: Any) -> Result:
    """Keeps words with a model; without any it takes them away."""
    bundle.note_model(options.model, " ".join(options.words))
    return _shown(options.model)


def use(options: Any) -> Result:
    """Chooses the model that answers when none is named."""
    bundle.set_default_model(options.model)
    return _shown(options.model)


def delete(options: Any) -> Result:
    """Moves a model to the trash."""
    token = bundle.delete_model(options.model)
    return {"model": options.model, "trash": token}, f"{options.model} is deleted. {way_back('model restore', token)}"


def restore(options: Any) -> Result:
    """Brings a deleted model back."""
    return _shown(bundle.restore_model(options.token).id)


def describe(options: Any) -> Result:
    """Changes, prints or writes the card."""
    model = bundle.load_model(options.model)
    if options.edit:
        card.change_words(model.id, card.from_text(_read(options.edit)))
    words = card.own_words(model)
    text = words.as_text() if options.words else card.card_of(model)
    if options.to:
        write_bytes(Path(options.to), text.encode())
    facts = {"model": model.id, "words": asdict(words), "card": text, "file": options.to}
    return facts, f"{options.to} describes {model.name}." if options.to else text.rstrip()


def retrain(options: Any) -> Result:
    """Teaches a model again, and waits for the new one."""
    return followed(versions.teach_again(options.model))


def _read(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceNotUnderstood(
            f"{path} is no text in UTF-8: {error.reason}. Save it as such, then try again."
        ) from None


def _shown(model_id: str) -> Result:
    model = bundle.load_model(model_id)
    return _facts(model), _line(model)


def _facts(model: Model) -> dict[str, Any]:
    in_use = bundle.default_model()
    return {
        "id": model.id,
        "name": model.name,
        "class_names": list(model.class_names),
        "input_size_px": model.input_size_px,
        "dataset": model.dataset,
        "recipe": model.recipe,
        "test": model.test,
        "created_at": model.created_at,
        "seconds": model.seconds,
        "size_bytes": model.size_bytes,
        "licence": model.licence,
        "machine": model.machine,
        "note": model.note,
        "bundled": model.is_bundled,
        "in_use": in_use is not None and in_use.id == model.id,
    }


def _line(model: Model) -> str:
    score = "not measured"
    if model.test:
        low, high = summary_interval(model.test)
        score = (
            f"right on {model.test['accuracy']:.1%} of {model.test['photos']:,} photos "
            f"(95 % interval: {low:.1%} to {high:.1%})"
        )
    said = f"  ({model.note})" if model.note else ""
    return f"{model.id}  {model.name}: {len(model.class_names)} classes, {score}{said}"
