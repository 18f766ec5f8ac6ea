"""The head of a card in YAML, by which sites that keep models find them: Hugging Face's model card metadata.

The fields: https://github.com/huggingface/hub-docs/blob/main/modelcard.md
"""

from typing import Any

import yaml

from core.files import safe_name
from core.model.bundle import Model

# Those identifiers of Hugging Face's list that people use for small models; any other licence is "other" with its name.
LICENCES = (
    "mit", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "gpl-3.0", "lgpl-3.0", "agpl-3.0", "mpl-2.0", "cc0-1.0",
    "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "openrail", "unlicense", "unknown",
)  # fmt: skip
METRICS = {"accuracy": "Accuracy", "macro_precision": "Precision", "macro_recall": "Recall", "macro_f1": "F1"}


def header(model: Model, licence: str) -> str:
    """The YAML between the two lines of dashes.

    Args:
        model: the one described.
        licence: as somebody wrote it, or as it came with the model; "" if nobody said.
    """
    said: dict[str, Any] = {
        **_licence(licence),
        "library_name": "keras",
        "pipeline_tag": "image-classification",
        "tags": ["image-classification", "litert", "fitting-room"],
    }
    if model.test:
        said["metrics"] = ["accuracy", "precision", "recall", "f1"]
        said["model-index"] = [{"name": model.name, "results": [_result(model, model.test)]}]
    return str(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000))


def _licence(licence: str) -> dict[str, str]:
    first = licence.split(";")[0].strip().lower()
    if not licence:
        return {"license": "unknown"}
    if first in LICENCES:
        return {"license": first}
    return {"license": "other", "license_name": " ".join(licence.split())[:80]}


def _result(model: Model, test: dict[str, Any]) -> dict[str, Any]:
    name = str(model.dataset.get("name") or "unknown")
    return {
        "task": {"type": "image-classification", "name": "Image classification"},
        "dataset": {"type": str(model.dataset.get("id") or safe_name(name)), "name": name, "split": "test"},
        "metrics": [
            {"type": key.removeprefix("macro_"), "name": said, "value": round(float(test[key]), 4)}
            for key, said in METRICS.items()
            if key in test
        ],
    }
