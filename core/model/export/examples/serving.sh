#!/bin/sh
# Asks TensorFlow Serving about a photo. From the folder with README.md, start it first:
#
#   docker run --rm -p 8501:8501 -v "$PWD/saved_model:/models/model" -e MODEL_NAME=model tensorflow/serving
#
# then, in another window:
#
#   sh examples/serving.sh photo.jpg
#
# It needs curl, and python3 with numpy and pillow, which make the photo into numbers and apply the temperature.
set -eu

ADDRESS="${ADDRESS:-http://localhost:8501/v1/models/model:predict}"
PYTHON="${PYTHON:-python3}"
HERE="$(cd "$(dirname "$0")" && pwd)"
PHOTO="${1:?name a photo: sh examples/serving.sh photo.jpg}"
ASIDE="$(mktemp -d)"
trap 'rm -rf "$ASIDE"' EXIT

"$PYTHON" "$HERE/predict.py" --request "$PHOTO" > "$ASIDE/request.json"
curl --silent --show-error --fail -H "Content-Type: application/json" -d "@$ASIDE/request.json" "$ADDRESS" \
    > "$ASIDE/answers.json"
"$PYTHON" "$HERE/predict.py" --answers "$ASIDE/answers.json" "$PHOTO"
