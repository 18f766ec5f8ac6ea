"""Asks the model in this folder what is on photos.

    python examples/predict.py photo.jpg another.png
    python examples/predict.py --format onnx --json photo.jpg

Each format needs numpy, pillow and what README.md names for it. For TensorFlow Serving, `--request` prints what to
send, and `--answers FILE` reads what came back: see serving.sh.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parents[1]
MODEL = json.loads((ROOT / "model.json").read_text("utf-8"))
SIZE_PX = MODEL["input_size_px"]
FINE_PX = 200  # a JPEG is decoded at no less a side, where that is not more than twice what is needed
FORMATS = {"keras": "model.keras", "tflite": "model.tflite", "int8": "model-int8.tflite", "onnx": "model.onnx",
           "saved_model": "saved_model/1"}  # fmt: skip


def pixels_of(path: str) -> Any:
    """A photo as the model was taught to see it: upright, over white, RGB, stretched to a square, 0 to 255.

    Returns:
        An array of shape (SIZE_PX, SIZE_PX, 3), uint8. Rescaling is inside the network.
    """
    with Image.open(path) as file:
        photo: Image.Image = file
        if photo.format == "JPEG":  # as the model was taught: decoded near the size that is needed
            enough_px = max(SIZE_PX, min(2 * SIZE_PX, FINE_PX))
            photo.draft("RGB", (enough_px, enough_px))
        photo = ImageOps.exif_transpose(photo)
        if photo.has_transparency_data:
            photo = photo.convert("RGBA")
            photo = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), photo)
        return np.asarray(photo.convert("RGB").resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC))


def honest(probabilities: Any) -> Any:
    """What the network says, made as sure as it is right: with the temperature, which is not inside the network."""
    logs = np.log(np.clip(np.asarray(probabilities, np.float64), 1e-12, 1.0)) / MODEL["temperature"]
    shares = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def ask_keras(path: Path, photos: Any) -> Any:
    """With Keras on TensorFlow."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras

    return keras.models.load_model(path, compile=False).predict(photos, verbose=0)


def ask_saved_model(path: Path, photos: Any) -> Any:
    """With TensorFlow, as TensorFlow Serving does."""
    import tensorflow as tf

    answer = tf.saved_model.load(str(path)).signatures["serving_default"](tf.constant(photos))
    return next(iter(answer.values())).numpy()


def ask_tflite(path: Path, photos: Any) -> Any:
    """With LiteRT, one photo at a time; of a network with several outputs the first has the probabilities."""
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(model_path=str(path))
    network.allocate_tensors()
    asked, outputs = network.get_input_details()[0], network.get_output_details()
    said = next((each for each in outputs if each["name"].endswith(("Identity", ":0"))), outputs[0])
    found = []
    for photo in photos:
        network.set_tensor(asked["index"], photo[None].astype(asked["dtype"]))
        network.invoke()
        found.append(network.get_tensor(said["index"])[0])
    return np.stack(found)


def ask_onnx(path: Path, photos: Any) -> Any:
    """With ONNX Runtime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: photos})[0]


ASK = {"keras": ask_keras, "tflite": ask_tflite, "int8": ask_tflite, "onnx": ask_onnx, "saved_model": ask_saved_model}


def main() -> None:
    """Reads the photos, asks, and prints a line a photo."""
    parser = argparse.ArgumentParser(description="Asks the model in this folder what is on photos.")
    parser.add_argument("photos", nargs="*")
    parser.add_argument("--format", choices=FORMATS, default="tflite", help="which file answers (default: tflite)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--request", action="store_true", help="print what to send to TensorFlow Serving")
    parser.add_argument("--answers", metavar="FILE", help="what TensorFlow Serving answered")
    options = parser.parse_args()
    if not options.photos:
        parser.error("name at least one photo")
    if options.answers:
        said = np.asarray(json.loads(Path(options.answers).read_text("utf-8"))["predictions"])
    else:
        photos = np.stack([pixels_of(path) for path in options.photos])
        if options.request:
            json.dump({"instances": photos.tolist()}, sys.stdout)
            return
        said = ASK[options.format](ROOT / FORMATS[options.format], photos)
    tell(options.photos, honest(said), options.json)


def tell(photos: list[str], probabilities: Any, as_json: bool) -> None:
    """Prints what is on each photo, the likeliest first."""
    names, answers = MODEL["class_names"], []
    for photo, row in zip(photos, probabilities, strict=True):
        order = np.argsort(-row, kind="stable")
        answers.append({"photo": photo, "label": names[order[0]], "probabilities": {names[n]: row[n] for n in order}})
    if as_json:
        print(json.dumps(answers, indent=1, ensure_ascii=False))
        return
    for answer in answers:
        best = list(answer["probabilities"].items())[:3]
        print(f"{answer['photo']}: " + ", ".join(f"{label} {share:.1%}" for label, share in best))


if __name__ == "__main__":
    main()
