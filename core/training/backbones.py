"""Networks that have seen many photos: which there are, whether they are here, and how to get them."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BackboneMissing, SourceError
from core.model.bundle import clothing_model_dir
from core.settings import load_settings
from core.work import Work

MAX_WEIGHTS_BYTES = 500 * 1024**2


@dataclass(frozen=True)
class Backbone:
    """A network without its answer: of Keras Applications, trained on ImageNet; or what our clothing model lends."""

    title: str
    sentence: str
    size_mb: float  # of the file of its weights
    file: str  # below the address of the weights: where Keras itself would fetch it; "" of what comes with the app
    digest: str | None = None  # MD5 or SHA-256 of the file, as Keras knows it; of MobileNetV2 it knows none

    @property
    def file_name(self) -> str:
        return self.file.rsplit("/", 1)[-1]


def _mobilenet_v2(width: str, size_mb: float, sentence: str) -> Backbone:
    file = f"mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{width}_224_no_top.h5"
    return Backbone(f"MobileNetV2, {width} wide", sentence, size_mb, file)


CLOTHING = "clothing"
EYES = "eyes.keras"  # in the folder of the clothing model, see `workshop.between`
BACKBONES: Mapping[str, Backbone] = {
    CLOTHING: Backbone(
        "The clothing model's eyes",
        "Come with the app. The smallest MobileNetV2, on its way from a million photos of all things to clothes.",
        2.0,
        "",
    ),
    "mobilenet_v2_0.35": _mobilenet_v2("0.35", 2.0, "The smallest and quickest."),
    "mobilenet_v2_0.5": _mobilenet_v2("0.5", 3.2, "A little wider: sees a little more."),
    "mobilenet_v2_0.75": _mobilenet_v2("0.75", 5.9, "Wider again, with three times the work of the smallest."),
    "mobilenet_v2_1.0": _mobilenet_v2("1.0", 9.4, "As wide as its makers drew it, with five times the work."),
    "mobilenet_v3_small": Backbone(
        "MobileNetV3, small",
        "A year younger, found by a computer that searched for quick networks.",
        4.3,
        "mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
        "d3e8ec802a04aa4fc771ee12a9a9b836",
    ),
    "mobilenet_v3_large": Backbone(
        "MobileNetV3, large",
        "Sees more than the widest MobileNetV2, with less work.",
        12.7,
        "mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
        "07fb09a5933dd0c8eaafa16978110389",
    ),
    "efficientnet_v2_b0": Backbone(
        "EfficientNetV2, B0",
        "Sharper eyes, with twelve times the work of the smallest.",
        24.3,
        "efficientnet_v2/efficientnetv2-b0_notop.h5",
        "893217f2bb855e2983157299931e43ff",
    ),
    "convnext_tiny": Backbone(
        "ConvNeXt, tiny",
        "The sharpest eyes here, with 76 times the work of the smallest: for those who can wait.",
        111.7,
        "convnext/convnext_tiny_notop.h5",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
    ),
}


def is_here(name: str) -> bool:
    """Whether training with this backbone needs no network. Quick, and without Keras."""
    return weights_path(name).exists()


def weights_path(name: str) -> Path:
    """Where the weights of a backbone lie or will lie: where Keras looks too, so that nothing is fetched twice."""
    if name == CLOTHING:
        return clothing_model_dir() / EYES
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home).expanduser() / "models" / BACKBONES[name].file_name


def fetched_weights(name: str, work: Work) -> Path:
    """The weights of a backbone, fetched if they are not here; whole or not at all.

    Args:
        name: a key of `BACKBONES`.
        work: hears how far the download is, in bytes, and may stop it.

    Raises:
        BackboneMissing: they could not be fetched, or came damaged.
    """
    path, backbone = weights_path(name), BACKBONES[name]
    if path.exists():
        return path
    if name == CLOTHING:
        raise _missing(name, "it comes with Fitting Room, and is not in its folder “models”", f"Missing: {path}")

    from core.sources.web import download

    address = f"{load_settings().keras_weights_url}/{backbone.file}"
    aside = path.with_name(f"{path.name}.unchecked")

    def told(stage: str, done: int, total: int) -> None:
        work.check_stop()
        work.progress(stage, done, total)

    try:
        download(address, aside, MAX_WEIGHTS_BYTES, told)
        if backbone.digest and not _has_digest(aside, backbone.digest):
            raise _missing(name, "what came is not the file that Keras knows", f"Received: {address}")
        aside.replace(path)
    except SourceError as error:
        status = getattr(error, "http_status", None)
        reason = f"its address answers {status}" if status else "there is no internet, or its address cannot be reached"
        raise _missing(name, reason, str(error)) from error
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise _missing(name, f"this folder cannot be written to: {path.parent}", str(error)) from error
    finally:
        with contextlib.suppress(NotADirectoryError):
            aside.unlink(missing_ok=True)
    return path


def load_backbone(name: str, size_px: int, weights: Path | None) -> Any:
    """Builds a backbone in the arithmetic that Keras is set to. For the training process.

    Args:
        name: a key of `BACKBONES`.
        size_px: side of the photos, at least `core.training.recipe.SEEN_PX`.
        weights: as `fetched_weights` gives them; None leaves the weights to chance.

    Returns:
        A `keras.Model`: floats (N, size_px, size_px, 3), as `scaling` leaves them, to features (N, F).

    Raises:
        BackboneMissing: the file of the weights is damaged.
    """
    import keras
    from keras import applications

    options: dict[str, Any]
    builders = {
        "mobilenet_v3_small": applications.MobileNetV3Small,
        "mobilenet_v3_large": applications.MobileNetV3Large,
        "efficientnet_v2_b0": applications.EfficientNetV2B0,
        "convnext_tiny": applications.ConvNeXtTiny,
    }
    if name in builders:
        build, options = builders[name], {"include_preprocessing": False}  # it is `scaling`, outside
    else:
        width = 0.35 if name == CLOTHING else float(name.removeprefix("mobilenet_v2_"))
        build, options = applications.MobileNetV2, {"alpha": width}
    network = build(input_shape=(size_px, size_px, 3), include_top=False, pooling="avg", weights=None, **options)
    if weights is not None:
        try:
            if name == CLOTHING:
                network.set_weights(keras.models.load_model(weights, compile=False).get_weights())
            else:
                network.load_weights(weights)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise BackboneMissing(
                f"The weights of {BACKBONES[name].title} are damaged, as after a download that broke off. "
                f"Delete the file and start again: it will be fetched anew. Received: {weights}"
            ) from error
    return network


def scaling(name: str) -> tuple[list[float], list[float]]:
    """What a backbone wants to see instead of bytes: red, green and blue, each times a scale, plus an offset.

    The MobileNets learned from −1 to 1, the others from colours around the mean of ImageNet in its deviations, as
    their `preprocess_input` in Keras Applications does.
    """
    if name == CLOTHING or name.startswith("mobilenet"):
        return [1 / 127.5] * 3, [-1.0] * 3
    means, deviations = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    scales = [1 / (255 * deviation) for deviation in deviations]
    return scales, [-mean / deviation for mean, deviation in zip(means, deviations, strict=True)]


def _has_digest(path: Path, digest: str) -> bool:
    algorithm = "md5" if len(digest) == 32 else "sha256"
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() == digest


def _missing(name: str, reason: str, details: str) -> BackboneMissing:
    """What happened, and what works instead; the addresses go to the log."""
    backbone, path = BACKBONES[name], weights_path(name)
    print(f"{details}\nThe file can also be put there by hand: {path}", file=sys.stderr)
    here = [BACKBONES[other].title for other in BACKBONES if is_here(other)]
    instead = ", ".join([*here, "Compact", "Deep"]) + " and Classic"
    return BackboneMissing(
        f"{backbone.title} ({backbone.size_mb:.0f} MB) could not be fetched: {reason}. "
        f"Without it these work: {instead}."
    )
