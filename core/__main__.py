"""The command line: the same core without a browser. Text for people, or with `--json` one JSON document on stdout."""

import argparse
import json
import os
import sys
from typing import Any

from core.commands import (
    asking,
    checking,
    correcting,
    datasets,
    dividing,
    doubting,
    explaining,
    exporting,
    history,
    importing,
    judging,
    looking,
    mending,
    models,
    questions,
    refreshing,
    reporting,
    trainings,
)
from core.commands.knobs import add_knobs
from core.data.split import PARTS
from core.errors import FittingRoomError
from core.spread import CARRIERS
from core.training.sweep import SEARCHES


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
    _print(json.dumps(result, indent=1, ensure_ascii=False) if options.json else text)
    return 0


def _print(text: str) -> None:
    if not text:
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads it has had enough, as `head` has; or Python would complain when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__.split(":")[0] if __doc__ else None)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _datasets(verbs.add_parser("dataset", help="add, list, show or map datasets"))
    _trainings(verbs)
    _history(verbs.add_parser("run", help="show, rename, compare, export … one training"))
    _questions(verbs)
    _asking(verbs)
    judging.add_verbs(verbs, _verb)
    models.add_verbs(verbs, _verb)
    reporting.add_verb(verbs, _verb)
    exporting.add_verb(verbs, _verb)
    importing.add_verb(verbs, _verb)
    _correcting(verbs.add_parser("corrections", help="what a model got wrong: keep it, and learn from it"))
    return parser


def _datasets(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = _verb(verbs, "add", datasets.add, "make a dataset from a source of photos")
    add.add_argument("--name", help="what to call it (default: after the source)")
    add.add_argument(
        "--on",
        choices=CARRIERS,
        help="in chunks of rows: by one process, one for each processor, or Ray (default: many)",
    )
    add.add_argument("--resume", metavar="ID", help="go on with a dataset that was stopped or broke off")
    add.set_defaults(refuse=add.error)
    look = _verb(verbs, "look", looking.look, "what is understood of a source and what is wrong with it; adds nothing")
    _source(add, may_lack=True)
    _source(look)
    _verb(verbs, "list", datasets.list_all, "all datasets, newest first")
    _verb(verbs, "show", datasets.show, "one dataset: classes, parts, failures").add_argument("id")
    _verb(verbs, "map", datasets.draw_map, "which photos look alike, and which lie among others").add_argument(
        "id", metavar="dataset"
    )
    _verb(verbs, "suspects", doubting.show, "photos that a training takes for another class").add_argument(
        "id", metavar="dataset"
    )
    checking.add_verb(verbs, _verb)
    mend = _verb(verbs, "mend", mending.mend, "give a photo another label or part, leave it out, or take that back")
    mend.add_argument("id", metavar="dataset")
    which = mend.add_mutually_exclusive_group(required=True)
    which.add_argument("--photo", type=int, metavar="ROW", help="its row, as in the source")
    checking.add_finding(mend, which)
    to = mend.add_mutually_exclusive_group()
    to.add_argument("--label", metavar="L", help="what it shows")
    to.add_argument("--exclude", action="store_true", help="leave it out")
    to.add_argument("--move-to", choices=PARTS, help="the part that it belongs into")
    to.add_argument("--undo", action="store_true", help="make it what it was")
    mended = _verb(verbs, "mends", mending.show, "what is mended in a dataset")
    mended.add_argument("id", metavar="dataset")
    mended.add_argument("--acts", action="store_true", help="what was done in one go, the newest first, by number")
    undo = _verb(verbs, "undo", mending.undo, "take back what was mended in one go")
    undo.add_argument("id", metavar="dataset")
    undo.add_argument("act", nargs="?", type=int, metavar="N", help="its number (default: the newest that stands)")
    dividing.add_verb(verbs, _verb)
    status = _verb(verbs, "status", refreshing.status, "the table it was made of, with what became of each row")
    status.add_argument("id", metavar="dataset")
    status.add_argument("--csv", metavar="FILE", help="where to write it (default: print it)")
    refresh = _verb(verbs, "refresh", refreshing.refresh, "look at its source again: what changed?")
    refresh.add_argument("id", metavar="dataset")
    then = refresh.add_mutually_exclusive_group()
    then.add_argument("--accept", action="store_true", help="take the changes; without a look before, look first")
    then.add_argument("--drop", action="store_true", help="leave it as it was, and forget what was found")


def _source(parser: argparse.ArgumentParser, may_lack: bool = False) -> None:
    parser.add_argument(
        "source",
        nargs="?" if may_lack else None,
        help="a sheet or CSV link, a .csv/.tsv/.xlsx/.parquet file, a .zip/.tar.gz, a folder, or sample:NAME",
    )
    parser.add_argument("--image-column", metavar="C", help="the column of photo addresses (default: guessed)")
    parser.add_argument("--label-column", metavar="C", help="the column of labels (default: guessed)")
    parser.add_argument(
        "--part-column", metavar="C", help='the column of train, validation, test (default: guessed; "": none)'
    )
    parser.add_argument(
        "--group-column", metavar="C", help='what is one article, such as a SKU (default: guessed; "": none)'
    )
    parser.add_argument("--sheet", metavar="S", help="which sheet of an Excel file (default: the first)")
    parser.add_argument(
        "--merge",
        action="append",
        type=looking.renaming,
        metavar="LABEL=OTHER",
        help="a label that becomes another; may be given again",
    )
    parser.add_argument(
        "--merge-alike", action="store_true", help="make one of labels that differ only in how they are written"
    )


def _trainings(verbs: Any) -> None:
    train = _verb(verbs, "train", trainings.train, "teach a network with a dataset")
    train.add_argument("dataset", nargs="?", help="the id of a dataset (left out with --resume and --from-run)")
    train.add_argument("--name", help="what to call it (default: after the dataset and the recipe)")
    whole = train.add_mutually_exclusive_group()
    whole.add_argument("--resume", metavar="RUN", help="go on with a run that was stopped or broke off")
    whole.add_argument("--from-run", metavar="RUN", help="repeat a run, or the folder of one: the same history again")
    whole.add_argument("--start-from", metavar="RUN", help="begin with the weights of an earlier run of the same kind")
    train.add_argument("--tensorboard", action="store_true", help="write logs for TensorBoard into the run's folder")
    add_knobs(train)
    _verb(verbs, "stop", trainings.stop, "stop a training and keep its best").add_argument("run")
    _verb(verbs, "pause", trainings.pause, "let a training rest where it is").add_argument("run")
    _verb(verbs, "continue", trainings.go_on, "let a paused training go on").add_argument("run")
    find = _verb(verbs, "find-rate", trainings.find_rate, "search for a step size (learning rate)")
    find.add_argument("dataset")
    add_knobs(find, leave_out=("learning_rate", "epochs", "minutes"))
    listing = _verb(verbs, "runs", history.list_all, "all trainings, newest first")
    listing.add_argument("--all", action="store_true", help="those of sweeps and learning curves too")


def _history(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "show", history.show, "recipe, network, rounds and result").add_argument("run")
    rename = _verb(verbs, "rename", history.rename, "give it, and its model, another name")
    rename.add_argument("run")
    rename.add_argument("name")
    note = _verb(verbs, "note", history.note, "keep your own words with it")
    note.add_argument("run")
    note.add_argument("words", nargs="*")
    _verb(verbs, "first", history.first, "let it go before all others that wait").add_argument("run")
    _verb(verbs, "delete", history.delete, "move it to the trash, with its model").add_argument("run")
    _verb(verbs, "restore", history.restore, "bring a deleted one back").add_argument("token")
    compare = _verb(verbs, "compare", history.side_by_side, "what differed between two, and what changed")
    compare.add_argument("one", metavar="RUN")
    compare.add_argument("other", metavar="OTHER_RUN")
    export = _verb(verbs, "export", history.export, "write it as a script or notebook that runs outside the app")
    export.add_argument("run")
    export.add_argument("--to", required=True, metavar="FILE", help="ends in .py or .ipynb")


def _questions(verbs: Any) -> None:
    sweep = _verb(verbs, "sweep", questions.sweep, "try many places of some knobs: which is best?")
    sweep.add_argument("dataset")
    sweep.add_argument(
        "--turn",
        action="append",
        metavar="KNOB[=PLACES]",
        help="a knob to turn: learning_rate, learning_rate=0.0001:0.01 or batch_size=16,32; may be given again",
    )
    sweep.add_argument("--search", choices=SEARCHES, default="random", help="default: random")
    sweep.add_argument("--trials", type=int, default=12, metavar="N", help="trainings at most (default 12)")
    curve = _verb(verbs, "learning-curve", questions.learning_curve, "would more photos help?")
    curve.add_argument("dataset")
    curve.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="trainings at each number of photos (default 3)"
    )
    for parser in (sweep, curve):
        parser.add_argument("--name", help="what to call it (default: after the dataset)")
        parser.add_argument(
            "--minutes", type=float, default=0.0, metavar="M", dest="budget", help="of training in all (default: any)"
        )
        add_knobs(parser, leave_out=("minutes", "train_share"))
    series_verbs = verbs.add_parser("series", help="list, show, stop … sweeps and learning curves").add_subparsers(
        required=True, metavar="VERB"
    )
    _verb(series_verbs, "list", questions.list_all, "all sweeps and learning curves, newest first")
    _verb(series_verbs, "show", questions.show, "what it has found").add_argument("series")
    _verb(series_verbs, "stop", questions.stop, "stop it with what it has").add_argument("series")
    _verb(series_verbs, "resume", questions.resume, "go on with it").add_argument("series")
    _verb(series_verbs, "delete", questions.delete, "move it to the trash, with its trainings").add_argument("series")
    _verb(series_verbs, "restore", questions.restore, "bring a deleted one back").add_argument("token")


def _asking(verbs: Any) -> None:
    predict = _verb(verbs, "predict", asking.predict, "ask a model what is on photos")
    predict.add_argument(
        "photos", nargs="+", metavar="PHOTO", help="a photo, a folder, a .zip/.tar.gz, a sheet or table, or a link"
    )
    predict.add_argument("--model", metavar="M", help="default: the one in use")
    predict.add_argument("--top", type=int, default=3, metavar="K", help="how many classes to show (default 3)")
    predict.add_argument("--csv", metavar="FILE", help="write the answers to a table")
    predict.add_argument("--xlsx", metavar="FILE", help="write the answers to an Excel file")
    predict.add_argument(
        "--sort-into", metavar="FILE.zip", help="write the photos to a ZIP with a folder for each class"
    )
    predict.add_argument("--image-column", metavar="C", help="of a table: the column of photos (default: guessed)")
    predict.add_argument(
        "--on", choices=CARRIERS, help="any number of photos, to --csv: one process, one for each processor, or Ray"
    )
    predict.add_argument(
        "--job", metavar="FOLDER", help="the same, with what is answered kept there (default: until it is done)"
    )
    predict.set_defaults(refuse=predict.error)
    explain = _verb(verbs, "explain", explaining.explain, "where a model looked, and what would change its mind")
    explain.add_argument("photo", metavar="PHOTO")
    explain.add_argument("--model", metavar="M", help="default: the one in use")
    explain.add_argument("--class", dest="label", metavar="C", help="default: the one that it says")
    explain.add_argument("--to", required=True, metavar="FILE", help="where to write the picture, as .png")
    _verb(verbs, "models", asking.models, "all models, newest first")


def _correcting(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _verb(verbs, "list", correcting.list_all, "all corrections, with their numbers")
    add = _verb(verbs, "add", correcting.add, "say what a photo shows")
    add.add_argument("photo", metavar="PHOTO")
    add.add_argument("label", metavar="LABEL", help="one of the model's classes, or a new one")
    remove = _verb(verbs, "remove", correcting.remove, "take a correction back")
    remove.add_argument("number", type=int, metavar="N", help="its number in the list")
    learn = _verb(verbs, "learn", correcting.learn, "make a new version of the dataset, train with it, and compare")
    learn.add_argument("--dataset", metavar="D", help="start from this one (default: what the model was taught with)")
    learn.add_argument("--use", action="store_true", help="take the new model from now on")
    for verb in (add, learn):
        verb.add_argument("--model", metavar="M", help="default: the one in use")


def _verb(verbs: Any, name: str, function: Any, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.set_defaults(verb=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
