"""What an exported script has of its own: photos from a folder, a loop without pauses, and a test at the end.

The app itself runs none of it; `core.training.export` takes it from here, together with the app's own code.
"""

import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.model.evaluation import log_loss
from core.training.averaging import Average
from core.training.checkpoint import best_epoch
from core.training.networks import optimizer
from core.training.photos import Photos, class_weights, share_of, training_batches
from core.training.recipe import Recipe
from core.training.schedule import Plan
from core.training.stepping import compiled

PARTS = ("train", "validation", "test")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")
JUDGED_AT_ONCE = 128  # photos


def read_photos(
    folder: Path, recipe: Recipe, mends: dict[int, str | None] | None = None, moves: dict[int, str] | None = None
) -> Photos:
    """Reads the photos to learn from, to watch with and to test on.

    Args:
        folder: has a folder of photos for each class; or folders train, validation and test, with those in each; or is
            that of a dataset of Fitting Room (which takes pandas and pyarrow to read).
        recipe: says how large they should be.
        mends: of a dataset of Fitting Room, by row: its label, where people gave it another, or None to leave it out.
        moves: of such a dataset, by row: its part, where people moved it to another.

    Raises:
        SystemExit: there is no such folder, or too little in it.
    """
    if not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}. Name one with a folder of photos for each class.")
    if (folder / "manifest.parquet").exists():
        pixels, labels, parts, class_names = read_dataset(folder, recipe.image_size_px, mends or {}, moves or {})
    else:
        pixels, labels, parts, class_names = read_class_folders(folder, recipe)
    train, validation, test = (np.flatnonzero(parts == part) for part in PARTS)
    if len(class_names) < 2 or not (len(train) and len(validation) and len(test)):
        raise SystemExit(
            f"It takes two folders named by class, with three photos in each at least. Found in {folder}: "
            f"{len(labels)} photos of {len(class_names)} classes."
        )
    if recipe.train_share < 1:
        train = share_of(train, labels, recipe.train_share, recipe.seed)
    print(f"{len(train)} photos to learn from, {len(validation)} held back, {len(test)} to test on: {class_names}")
    return Photos(pixels, labels, class_names, [""] * len(labels), train, validation, test)


def read_dataset(
    folder: Path, size_px: int, mends: dict[int, str | None], moves: dict[int, str]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[Any], list[str]]:
    """The photos of a dataset of Fitting Room, split as there: pixels, labels, parts, names of the classes."""
    import pandas as pd

    manifest = pd.read_parquet(folder / "manifest.parquet")
    good = (manifest["status"] == "ok").to_numpy()
    names = [mends.get(row, name) for row, name in enumerate(manifest["label"])]
    good &= np.array([name is not None for name in names])
    class_names = sorted({name for name, is_good in zip(names, good, strict=True) if is_good})
    labels = np.array([class_names.index(name) if is_good else -1 for name, is_good in zip(names, good, strict=True)])
    parts = np.where(good, manifest["part"].to_numpy(dtype=object, na_value=""), "")
    for moved, part in moves.items():
        parts[moved] = part
    kept = folder / "pixels" / f"{size_px}.npy"
    if kept.exists():
        return np.load(kept, mmap_mode="r"), labels, parts, class_names
    pixels = np.zeros((len(manifest), size_px, size_px, 3), np.uint8)
    for row in np.flatnonzero(good):
        key = manifest["content_hash"][row]
        pixels[row] = read_pixels(folder / "photos" / key[:2] / f"{key}.jpg", size_px)
    return pixels, labels, parts, class_names


def read_class_folders(
    folder: Path, recipe: Recipe
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[Any], list[str]]:
    """Photos in a folder for each class: of every class a fifth to test on, and of the rest a fifth to watch with."""
    split = all((folder / part).is_dir() for part in PARTS)
    places = [folder / part for part in PARTS] if split else [folder]
    paths = sorted(path for place in places for path in place.glob("*/*") if path.suffix.lower() in PICTURES)
    class_names = sorted({path.parent.name for path in paths})
    labels = np.array([class_names.index(path.parent.name) for path in paths])
    if split:
        parts = np.array([path.parent.parent.name for path in paths])
    else:
        parts = np.full(len(paths), "train", dtype="<U10")
        for label in range(len(class_names)):
            own = np.random.default_rng([recipe.seed, label]).permutation(np.flatnonzero(labels == label))
            tenths = max(1, round(len(own) * 0.20)), max(1, round(len(own) * 0.16))
            parts[own[: tenths[0]]] = "test"
            parts[own[tenths[0] : sum(tenths)]] = "validation"
    pixels = np.zeros((len(paths), recipe.image_size_px, recipe.image_size_px, 3), np.uint8)
    for row, path in enumerate(paths):
        pixels[row] = read_pixels(path, recipe.image_size_px)
    return pixels, labels, parts, class_names


def read_pixels(path: Path, size_px: int) -> NDArray[np.uint8]:
    """A photo as the network sees it: upright, in colour, stretched to a square of shape (size_px, size_px, 3)."""
    with Image.open(path) as photo:
        photo.draft("RGB", (2 * size_px, 2 * size_px))  # a large JPEG is then decoded faster
        upright = ImageOps.exif_transpose(photo).convert("RGB")
        return np.asarray(upright.resize((size_px, size_px), Image.Resampling.BICUBIC))


def train(network: Any, photos: Photos, recipe: Recipe) -> list[dict[str, Any]]:
    """Learns round by round. In the end the network has the weights of its best round, averaged over the last steps.

    Returns:
        The numbers of each round.
    """
    num_batches = photos.num_batches(recipe.batch_size)
    plan, average = Plan(recipe, num_batches), Average(network, recipe.average_epochs * num_batches)
    descent = optimizer(recipe, network.trainable_variables)
    step, ask = compiled(network, descent, recipe, class_weights(photos), average)
    batches = iter(training_batches(photos, recipe, range(plan.epochs)))
    history: list[dict[str, Any]] = []
    best_weights = network.get_weights()
    for epoch in range(1, plan.epochs + 1):
        began_at = time.monotonic()
        loss_sum = right_sum = 0.0
        for number in range((epoch - 1) * num_batches, epoch * num_batches):
            if recipe.schedule != "constant" or recipe.warmup_epochs:
                descent.learning_rate.assign(plan.rate(number))
            shown, labels = next(batches)
            loss, right = step(shown, labels)
            average.follow(number + 1)
            loss_sum, right_sum = loss_sum + float(loss) * len(labels), right_sum + float(right)
        said = answers(ask, photos, photos.validation)
        held_back = photos.labels[photos.validation]
        numbers = {
            "loss": loss_sum / len(photos.train),
            "accuracy": right_sum / len(photos.train),
            "val_loss": log_loss(held_back, said),
            "val_accuracy": float((said.argmax(axis=1) == held_back).mean()),
            "seconds": time.monotonic() - began_at,
        }
        history.append({"epoch": epoch, **{name: round(value, 7) for name, value in numbers.items()}})
        print(", ".join(f"{name} {value:.4g}" for name, value in history[-1].items()))
        best = best_epoch(history) or epoch
        if best == epoch:
            best_weights = average.values()
        if recipe.patience and epoch - best >= recipe.patience:
            print(f"No round was better than round {best} for {recipe.patience} rounds.")
            break
    network.set_weights(best_weights)
    return history


def load_clothing_backbone(recipe: Recipe, path: Path) -> Any:
    """The network with which Fitting Room's clothing model lends its eyes, without an answer."""
    from keras import applications, models

    shape = (recipe.image_size_px, recipe.image_size_px, 3)
    network = applications.MobileNetV2(alpha=0.35, input_shape=shape, include_top=False, pooling="avg", weights=None)
    network.set_weights(models.load_model(path, compile=False).get_weights())
    return network


def load_imagenet_backbone(recipe: Recipe, address: str) -> Any:
    """A network that has seen a million photos, without its answer. Keras fetches its weights once, and keeps them."""
    from keras import applications, utils

    options: dict[str, Any] = {"include_top": False, "pooling": "avg", "weights": None}
    options["input_shape"] = (recipe.image_size_px, recipe.image_size_px, 3)
    if recipe.backbone == "mobilenet_v3_small":
        network = applications.MobileNetV3Small(include_preprocessing=False, **options)
    elif recipe.backbone == "mobilenet_v3_large":
        network = applications.MobileNetV3Large(include_preprocessing=False, **options)
    elif recipe.backbone == "efficientnet_v2_b0":
        network = applications.EfficientNetV2B0(include_preprocessing=False, **options)
    elif recipe.backbone == "convnext_tiny":
        network = applications.ConvNeXtTiny(include_preprocessing=False, **options)
    else:
        network = applications.MobileNetV2(alpha=float(recipe.backbone.removeprefix("mobilenet_v2_")), **options)
    network.load_weights(utils.get_file(address.rsplit("/", 1)[-1], address, cache_subdir="models"))
    return network


def seen_by(eyes: Any, photos: Photos) -> Photos:
    """The photos as features: what the backbone sees in each, shape (number of photos, F), computed once."""
    return replace(photos, pixels=eyes.predict(photos.pixels, verbose=0))


def teach_head(head: Any, seen: Photos, recipe: Recipe) -> None:
    """Lets the head alone learn for a few rounds: what it does not know yet would spoil what the backbone does."""
    step, _ = compiled(head, optimizer(recipe, head.trainable_variables), recipe, class_weights(seen))
    for shown, labels in training_batches(seen, recipe, range(recipe.epochs)):
        step(shown, labels)


def answers(ask: Any, photos: Photos, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """What the network says of these photos: probabilities, shape (len(rows), number of classes)."""
    starts = range(0, len(rows), JUDGED_AT_ONCE)
    return np.concatenate([ask(photos.pixels[rows[start : start + JUDGED_AT_ONCE]]).numpy() for start in starts])


def write_history(history: list[dict[str, Any]], path: Path) -> None:
    """Writes the numbers of each round as a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(history[0]))
        table.writeheader()
        table.writerows(history)


def tell_how_good(network: Any, photos: Photos) -> None:
    """Prints how often the network is right on photos that it has never seen, in all and for each class."""
    said = np.argmax(network.predict(photos.pixels[photos.test], verbose=0), axis=1)
    labels = photos.labels[photos.test]
    print(f"Right on {np.mean(said == labels):.1%} of {len(labels)} photos that it never saw.")
    for index, name in enumerate(photos.class_names):
        found = np.mean(said[labels == index] == index) if np.any(labels == index) else 0.0
        holds = np.mean(labels[said == index] == index) if np.any(said == index) else 0.0
        print(f"{name}: finds {found:.0%} of them, and is right in {holds:.0%} of what it calls so.")
