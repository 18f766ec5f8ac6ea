"""The lines of an exported script that are written for its run: where its knobs stand, and its last steps."""

import re
from typing import Any

from core import jobs
from core.data.mend_layer import mends_of
from core.errors import FittingRoomError
from core.files import read_json
from core.model.bundle import load_model
from core.settings import load_settings
from core.training.backbones import BACKBONES, CLOTHING, EYES
from core.training.excerpt import source_of
from core.training.recipe import Recipe, usual
from core.training.runs import Run, result
from core.training.transfer import FIRST_ROUNDS

# In which the head, while it learns alone, goes along with the recipe.
OF_THE_BACKBONE = ("image_size_px", "backbone", "greyscale", "fine_tune", "name", "precision", "minutes", "train_share")
# In a notebook, a name stands in its place.
PHOTOS = """if len(sys.argv) != 2:
    print(__doc__, file=sys.stderr)
    sys.exit(2)
PHOTOS = Path(sys.argv[1])"""


def settled(run: Run) -> Recipe:
    """The recipe with what chance of time and machine made of it: the rounds that fitted, the arithmetic in use."""
    plans = jobs.events(run.job_dir, "plan")
    plan = plans[-1] if plans else {}
    content = run.recipe.to_json()
    if run.recipe.minutes:
        ended = result(run) or {}
        content |= {"minutes": 0.0, "epochs": ended.get("epochs") or plan.get("epochs") or run.recipe.epochs}
    if run.recipe.precision == "auto":
        content["precision"] = plan.get("precision", "float32")
    return Recipe.from_json(content)


def facts_of(recipe: Recipe) -> dict[str, Any]:
    """What the recipe decides, as the code writes it; of two recipes, where they agree."""
    values = {name: getattr(recipe, name) for name in recipe.to_json()}
    dots = 4 if recipe.name != "transfer" else 2  # of the array of photos, or of features
    if recipe.fine_tune:
        alone = _head_alone(recipe)
        values = {
            name: value for name, value in values.items() if name in OF_THE_BACKBONE or value == getattr(alone, name)
        }
    facts: dict[str, Any] = {f"{owner}.{name}": values[name] for owner in ("recipe", "self._recipe") for name in values}
    if not recipe.fine_tune:
        facts["photos.pixels.ndim"] = dots
    facts["tf.distribute.get_strategy().num_replicas_in_sync"] = 1  # a script learns on one device
    facts["number % forget_every == 0"] = False  # of photos in a memory map that is larger than the memory
    if not recipe.l2:
        facts["_l2(recipe)"] = None
    return facts


def knobs(recipe: Recipe, code: str) -> str:
    """The class of the recipe, with the knobs that the code looks at, where they stand."""
    used = set(re.findall(r"\brecipe\.(\w+)", code)) | {"seed"}
    lines = []
    for line in source_of("core.training.recipe", "Recipe").splitlines():
        match = re.match(r"    (\w+): ([^=#]+) = [^#]*?(  #.*)?$", line)
        if match and match[1] in used:
            lines.append(f"    {match[1]}: {match[2]} = {_written(getattr(recipe, match[1]))}{match[3] or ''}")
    knobs = ["@dataclass(frozen=True)", "class Recipe:", *lines, "", "", "RECIPE = Recipe()"]
    if recipe.fine_tune:
        alone = _head_alone(recipe)
        others = [name for name in recipe.to_json() if name in used and getattr(alone, name) != getattr(recipe, name)]
        turned = [f"    {name}={_written(getattr(alone, name))}," for name in others if name not in OF_THE_BACKBONE]
        knobs += ["# How the head learns before the backbone does.", "HEAD = replace(", "    RECIPE,", *turned, ")"]
    return "\n".join(knobs)


def steps(run: Run, recipe: Recipe) -> str:
    """What the script does at last, one after another."""
    build = f"{recipe.name}(RECIPE, len(photos.class_names))"
    short = recipe.precision == "bfloat16"
    in_short = ['keras.mixed_precision.set_dtype_policy("mixed_bfloat16")'] if short else []
    in_full = ['keras.mixed_precision.set_dtype_policy("float32")'] if short else []
    lines = [
        PHOTOS,
        "keras.utils.set_random_seed(RECIPE.seed)",
        *_read(run),
    ]
    if told := told_rows(run):
        lines.append(
            f'photos = replace(photos, train=told_more_often(photos.train, len(photos.labels), {{"told": {told}}}))'
        )
    if recipe.name == "transfer":
        lines += _borrow(recipe, run.start_from, in_short)
    else:
        lines += [*in_short, f"network = {build}"]
    if run.start_from:
        lines += [
            f'earlier = keras.models.load_model("{run.start_from}.keras", compile=False).get_weights()',
            "own = network.get_weights()",
            *_begin_with(run.start_from),
            "network.set_weights([*earlier[:-2], *own[-2:]])",
        ]
    lines.append("network.summary()")
    if recipe.name == "transfer":
        lines += [f"history = train(learner, {'photos' if recipe.fine_tune else 'seen'}, RECIPE)", *in_full]
    elif short:
        lines += ["learner = network", "history = train(learner, photos, RECIPE)", *in_full, f"network = {build}"]
        lines.append("network.set_weights(learner.get_weights())")
    else:
        lines.append("history = train(network, photos, RECIPE)")
    lines += [
        'write_history(history, Path("history.csv"))',
        "tell_how_good(network, photos)",
        'network.save("model.keras")',
    ]
    return "\n".join(lines)


def _read(run: Run) -> list[str]:
    """Reads the photos, as people had mended them in the dataset when the training began."""
    words = mends_of(run.folder).photos.values()
    said = {mend.position: mend.label for mend in words if mend.label != mend.was}
    moved = {mend.position: mend.moved for mend in words if mend.moved and mend.label is not None}
    if not said and not moved:
        return ["photos = read_photos(PHOTOS, RECIPE)"]
    mends = f"MENDS = {said}  # of the dataset, by row: another label, or None for what was left out"
    if not moved:
        return [mends, "photos = read_photos(PHOTOS, RECIPE, MENDS)"]
    moves = f"MOVES = {moved}  # of the dataset, by row: another part than as it was made"
    return [mends, moves, "photos = read_photos(PHOTOS, RECIPE, MENDS, MOVES)"]


def told_rows(run: Run) -> int:
    """How many photos that people have named it shows more often than the others: see `core.training.transfer`."""
    if run.recipe.name != "transfer" or run.recipe.fine_tune:
        return 0
    config: Any = read_json(run.folder / "config.json")
    return int(config["dataset"].get("source", {}).get("told", 0))


def _begin_with(model_id: str) -> list[str]:
    """Of the earlier answer, what says a class that is taught now too: see `core.training.worker.begin_with`."""
    try:
        class_names = list(load_model(model_id).class_names)
    except FittingRoomError:  # it is gone from here; whoever has its file knows the classes
        class_names = []
    return [
        f"known = {class_names}  # the classes of the earlier one, in its order",
        "for place, label in enumerate(photos.class_names):",
        "    if label in known:",
        "        for mine, theirs in zip(own[-2:], earlier[-2:]):  # kernel and bias of the answer",
        "            mine[..., place] = theirs[..., known.index(label)]",
    ]


def _borrow(recipe: Recipe, start_from: str | None, in_short: list[str]) -> list[str]:
    """The network on a backbone; what learns, `learner`, shares its variables."""
    if recipe.backbone == CLOTHING:
        load = [f"backbone = load_clothing_backbone(RECIPE, Path({_written(EYES)}))"]
    else:
        address = f"{load_settings().keras_weights_url}/{BACKBONES[recipe.backbone].file}"
        load = [f'ADDRESS = "{address}"', "backbone = load_imagenet_backbone(RECIPE, ADDRESS)"]
    own_eyes = []
    if start_from and not recipe.fine_tune:
        own_eyes = [
            f'earlier = keras.models.load_model("{start_from}.keras", compile=False)',
            "eyes.set_weights(earlier.get_weights()[:-2])  # all but the answer",
        ]
    lines = [
        *load,
        "eyes = _eyes(backbone, RECIPE)",
        *own_eyes,
        "head = _head(eyes.output.shape[-1], len(photos.class_names), RECIPE)",
    ]
    if not recipe.fine_tune:
        return [
            *lines,
            "eyes.trainable = False",
            "seen = seen_by(eyes, photos)",
            "learner, network = head, _joined(eyes, head)",
        ]
    if not start_from:
        lines.append("teach_head(head, seen_by(eyes, photos), HEAD)")
    return [
        *lines,
        *in_short,
        "learner = _joined(_eyes(folded(backbone), RECIPE), head)",
        "network = _joined(eyes, head)",
    ]


def _head_alone(recipe: Recipe) -> Recipe:
    """How the head learns before the backbone does: see `core.training.transfer`."""
    return usual("transfer", class_weights=recipe.class_weights, seed=recipe.seed, epochs=FIRST_ROUNDS)


def _written(value: Any) -> str:
    return repr(value).replace("'", '"')
