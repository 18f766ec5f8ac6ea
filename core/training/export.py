"""A run as a script or a notebook that trains the same network outside the app, with the app's own code."""

import json
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

from core.training.backbones import CLOTHING, EYES
from core.training.excerpt import Excerpt
from core.training.runs import Run
from core.training.script import PHOTOS, facts_of, knobs, settled, steps, told_rows

OWN = "core.training.standalone"
# Methods for what a script has not: pauses, time budgets, photos that are larger than the memory.
LEFT_OUT = ("budget_s", "fit_to_budget", "variables", "read", "forget")
PACKAGES = {"cv2": "opencv-python-headless", "PIL": "pillow"}
LIBRARIES = ("keras", "tensorflow", "numpy", "PIL", "cv2")  # in the order in which they are named
WIDTH = 100


@dataclass(frozen=True)
class Section:
    """A cell of the notebook with the words above it; in a script, a comment and what follows."""

    words: str
    code: str


def as_script(run: Run) -> str:
    """A Python script that trains as the run did, and writes its history and its model."""
    imports, sections = _sections(run)
    head = (
        f'"""{_about(run)}\n\n    pip install {_packages(run, imports)}\n    python {run.id}.py PHOTOS\n\n'
        f'{_fill(_photos_in_words(run))}\n"""\n'
    )
    parts = [head, _settings() + "\n\n" + _grouped(imports) + "\n\n"]
    for section in sections:
        comment = "\n".join(textwrap.wrap(section.words, WIDTH, initial_indent="# ", subsequent_indent="# "))
        parts.append(f"{comment}\n{section.code}\n\n")
    return "\n".join(parts).rstrip() + "\n"


def as_notebook(run: Run) -> bytes:
    """The same as a Jupyter notebook (nbformat 4.5), a cell a step with a few words above it."""
    imports, sections = _sections(run)
    cells = [
        _cell("markdown", f"# {run.name}\n\n{_about(run)}\n\n{_photos_in_words(run)}"),
        _cell("code", f"# %pip install {_packages(run, imports)}\n{_settings()}\n\n{_grouped(imports)}"),
    ]
    for section in sections:
        code = section.code.replace(PHOTOS, 'PHOTOS = Path("photos")')
        cells += [_cell("markdown", section.words), _cell("code", code)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False).encode()


def _sections(run: Run) -> tuple[set[str], list[Section]]:
    """The imports of the whole, and the steps."""
    recipe = settled(run)
    excerpt = Excerpt(facts_of(recipe), left_out=LEFT_OUT, given=("Recipe",))
    photos = excerpt.take(OWN, "read_photos")
    batches = excerpt.take("core.training.photos", "training_batches")
    if recipe.name == "transfer":
        eyes = "load_clothing_backbone" if recipe.backbone == CLOTHING else "load_imagenet_backbone"
        network = excerpt.take(OWN, eyes, "seen_by")
        more_often = ["told_more_often"] if told_rows(run) else []
        network += "\n\n\n" + excerpt.take("core.training.transfer", "_eyes", "_head", "_joined", *more_often)
        if recipe.fine_tune:
            network += "\n\n\n" + excerpt.take("core.training.folding", "folded")
            network += "\n\n\n" + excerpt.take(OWN, "teach_head")
    else:
        network = excerpt.take("core.training.networks", recipe.name)
    learning = excerpt.take(OWN, "train", "write_history")
    last = excerpt.take(OWN, "tell_how_good")
    excerpt.imports |= {"import sys", "import keras", "from pathlib import Path", "from dataclasses import dataclass"}
    if recipe.fine_tune or told_rows(run):
        excerpt.imports.add("from dataclasses import replace")
    code = "\n".join((photos, batches, network, learning, last))
    return excerpt.imports, [
        Section("The recipe: every knob that this training turns. Change one and see.", knobs(recipe, code)),
        Section("The photos: read once, and kept as one array.", photos),
        Section("Batches: in what order photos are shown, and how they are varied.", batches),
        Section("The network.", network),
        Section("The learning: step after step, judged after each round on the photos held back.", learning),
        Section("The test: photos that neither the learning nor the choice of the best round has seen.", last),
        Section("All of it, one after another.", steps(run, recipe)),
    ]


def _about(run: Run) -> str:
    return _fill(
        f"Teaches a network as the training “{run.name}” of Fitting Room did, with its code (MIT licence) and without "
        "the app: the same photos, on a processor, give the same history."
    )


def _photos_in_words(run: Run) -> str:
    extra = (
        f" It begins with the weights of an earlier training: put its model beside this file as {run.start_from}.keras."
        if run.start_from
        else ""
    )
    if run.recipe.name == "transfer" and run.recipe.backbone == CLOTHING:
        extra += (
            f" It borrows the eyes of Fitting Room's clothing model: put models/clothing-photos/{EYES} beside this "
            "file."
        )
    return (
        "PHOTOS is a folder with a folder of photos for each class; or one with folders train, validation and test, "
        "and those in each; or the folder of a dataset of Fitting Room, which takes pandas and pyarrow to read: it "
        f"learned from datasets/{run.dataset_id}.{extra}"
    )


def _packages(run: Run, imports: set[str]) -> str:
    used = {statement.split()[1].split(".")[0] for statement in imports}
    named = [PACKAGES.get(library, library) for library in LIBRARIES if library in used]
    versions = [run.versions.get(name, "missing") for name in named]
    return " ".join(
        name if found == "missing" else f"{name}=={found}" for name, found in zip(named, versions, strict=True)
    )


def _settings() -> str:
    return 'import os\n\nos.environ["KERAS_BACKEND"] = "tensorflow"\nos.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")'


def _grouped(imports: set[str]) -> str:
    """Import statements as they are written: the language's own first, one line a module."""
    names: dict[str, set[str]] = {}
    whole: set[str] = set()
    for statement in imports:
        if statement.startswith("from "):
            _, module, _, name = statement.split(" ", 3)
            names.setdefault(module, set()).add(name)
        else:
            whole.add(statement)
    whole |= {f"from {module} import {', '.join(sorted(some))}" for module, some in names.items()}
    own = {each for each in whole if each.split()[1].split(".")[0] in sys.stdlib_module_names}
    order = [sorted(group, key=lambda each: (each.startswith("from"), each.lower())) for group in (own, whole - own)]
    return "\n\n".join("\n".join(group) for group in order if group)


def _fill(words: str) -> str:
    return textwrap.fill(words, WIDTH)


def _cell(kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}
