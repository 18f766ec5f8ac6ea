"""The command line: the same core without a browser. Text for people, or with `--json` one JSON document on stdout."""

import argparse
import json
import sys
from typing import Any

from core.commands import asking, datasets, trainings
from core.errors import FittingRoomError
from core.training.recipe import OPTIMIZERS, RECIPES


def main(arguments: list[str] | None = None) -> int:
    """Runs one verb; returns the exit status: 0, or 1 for what a person can mend (2, wrong usage, is argparse's)."""
    options = _parser().parse_args(arguments)
    try:
        result, text = options.verb(options)
    except FittingRoomError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a folder that cannot be written, a full disk
        print(f"The workspace or a file cannot be used: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    if options.json:
        json.dump(result, sys.stdout, indent=1, ensure_ascii=False)
        print()
    elif text:
        print(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__.split(":")[0] if __doc__ else None)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    dataset = verbs.add_parser("dataset", help="add, list or show datasets")
    dataset_verbs = dataset.add_subparsers(required=True, metavar="VERB")
    add = _verb(dataset_verbs, "add", datasets.add, "make a dataset from a source of photos")
    add.add_argument("source", help="a sheet or CSV link, a .csv/.tsv/.xlsx file, a .zip, a folder, or sample:NAME")
    add.add_argument("--name", help="what to call it (default: after the source)")
    add.add_argument("--image-column", metavar="C", help="the column of photo addresses (default: guessed)")
    add.add_argument("--label-column", metavar="C", help="the column of labels (default: guessed)")
    _verb(dataset_verbs, "list", datasets.list_all, "all datasets, newest first")
    _verb(dataset_verbs, "show", datasets.show, "one dataset: classes, parts, failures").add_argument("id")

    train = _verb(verbs, "train", trainings.train, "teach a network with a dataset")
    train.add_argument("dataset", nargs="?", help="the id of a dataset (left out with --resume)")
    train.add_argument("--recipe", choices=sorted(RECIPES), default="classic")
    train.add_argument("--epochs", type=int, metavar="N")
    train.add_argument("--batch-size", type=int, metavar="N")
    train.add_argument("--learning-rate", type=float, metavar="X")
    train.add_argument("--optimizer", choices=OPTIMIZERS)
    train.add_argument("--image-size", type=int, metavar="PX", dest="image_size_px")
    train.add_argument("--seed", type=int, metavar="N")
    train.add_argument("--resume", metavar="RUN", help="go on with a run that was stopped or broke off")
    _verb(verbs, "runs", trainings.list_all, "all trainings, newest first")
    _verb(verbs, "stop", trainings.stop, "stop a training and keep its best").add_argument("run")

    evaluate = _verb(verbs, "evaluate", asking.evaluate, "how often a model is right on photos with names")
    evaluate.add_argument("model")
    evaluate.add_argument("photos", metavar="DATASET_OR_FOLDER", help="its own dataset: the test part; else all photos")

    predict = _verb(verbs, "predict", asking.predict, "ask a model what is on photos")
    predict.add_argument("photos", nargs="+", metavar="PHOTO_OR_FOLDER_OR_LINK")
    predict.add_argument("--model", metavar="M", help="default: the one in use")
    predict.add_argument("--top", type=int, default=3, metavar="K", help="how many classes to show (default 3)")
    predict.add_argument("--csv", metavar="FILE", help="write the answers to a table")
    _verb(verbs, "models", asking.models, "all models, newest first")
    return parser


def _verb(verbs: Any, name: str, function: Any, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.set_defaults(verb=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
