"""The command line: the same core without a browser."""

import json
import subprocess
import sys

import openpyxl
import pytest

from core.__main__ import main
from core.data.store import load_dataset
from tests.conftest import class_folders, picture


def said(capsys, *arguments: str) -> dict:
    """Runs a verb with --json and reads its one document."""
    status = main([*arguments, "--json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out)


def test_from_a_folder_to_probabilities(tmp_path, capsys):
    folder = class_folders(tmp_path / "clothes", {"dress": 20, "hat": 20})
    (folder / "hat" / "words.jpg").write_text("not a photo")
    added = said(capsys, "dataset", "add", str(folder), "--name", "Mine")
    assert added["name"] == "Mine" and added["classes"] == {"dress": 20, "hat": 20}
    assert (added["rows"], added["ok"], added["duplicates"], added["failed"]) == (41, 40, 0, 1)
    [failure] = added["failures"]
    assert (
        failure["status"] == "not_an_image"
        and failure["source"].endswith("words.jpg")
        and "text file" in failure["reason"]
    )
    assert [dataset["id"] for dataset in said(capsys, "dataset", "list")] == [added["id"]]
    assert said(capsys, "dataset", "show", added["id"])["parts"] == {"train": 26, "validation": 6, "test": 8}

    trained = said(capsys, "train", added["id"], "--epochs", "3", "--image-size", "32", "--batch-size", "8")
    assert set(trained) == {"run", "model", "epochs", "stopped_because", "seconds", "test"}
    assert trained["epochs"] == 3 and trained["test"]["photos"] == 8
    assert trained["test"]["accuracy"] == 1.0  # one class is red, the other green
    assert [run["status"] for run in said(capsys, "runs")] == ["done"]
    assert said(capsys, "stop", trained["run"])["status"] == "done"
    assert [model["in_use"] for model in said(capsys, "models")] == [True]

    report = said(capsys, "evaluate", trained["model"], added["id"])
    assert report["photos"] == 8 and report["confusion"] == [[4, 0], [0, 4]]
    averages = {"accuracy", "accuracy_interval", "macro_precision", "macro_recall", "macro_f1", "log_loss", "ece"}
    assert set(report) >= averages | {"photos", "classes", "confusion", "class_names"}
    assert said(capsys, "evaluate", trained["model"], str(folder))["photos"] == 40

    table = tmp_path / "answers.csv"
    places = [str(folder / "dress" / "000.png"), str(folder / "hat" / "words.jpg"), str(tmp_path / "nothing.jpg")]
    good, bad, missing = said(capsys, "predict", *places, "--csv", str(table))
    assert good["label"] == "dress" and good["sure"] == (good["probability"] >= 0.9) and good["error"] is None
    assert abs(sum(good["probabilities"].values()) - 1) < 1e-5
    assert bad["label"] is None and "text file" in bad["error"] and "no such file" in missing["error"]
    assert table.read_text("utf-8-sig").splitlines()[0] == "photo,label,probability,sure,unlike,dress,hat,error"
    assert len(said(capsys, "predict", str(folder / "hat"))) == 21

    assert main(["train", "--resume", trained["run"]]) == 1
    assert "ended well" in capsys.readouterr().err


def test_a_sheet_its_parts_and_its_groups_can_be_named(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(["nothing", "here"])
    sheet = book.create_sheet("Spring")
    sheet.append(["photo", "kind", "split", "mine", "sku", "owner"])
    for number in range(24):
        (tmp_path / f"{number}.jpg").write_bytes(picture(number))
        part = ("train", "test")[number % 2]
        sheet.append([f"{number}.jpg", ("dress", "hat")[number // 12], part, part[::-1], number // 2, number // 4])
    table = tmp_path / "book.xlsx"
    book.save(table)
    assert main(["dataset", "add", str(table), "--sheet", "Autumn"]) == 1
    assert "There are: “Sheet”, “Spring”" in capsys.readouterr().err

    def parts_and_groups(*arguments: str) -> tuple[dict, int]:
        added = said(capsys, "dataset", "add", str(table), "--sheet", "spring", *arguments)
        dataset = load_dataset(added["id"])
        return dataset.parts, dataset.manifest()["group"].nunique()

    parts, groups = parts_and_groups()
    assert (parts["test"], groups) == (12, 12)
    parts, groups = parts_and_groups("--part-column", "", "--group-column", "owner")
    assert (parts["test"], groups) == (8, 6)  # one of three groups of four in each class
    assert parts_and_groups("--part-column", "mine", "--group-column", "")[1] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dataset", "add", "nothing-there"], "nothing of that name"),
        (["dataset", "add", "sample:unicorns"], "no such sample"),
        (["dataset", "show", "unknown"], "no dataset with the id “unknown”"),
        (["train"], "Which dataset"),
        (["train", "unknown"], "no dataset"),
        (["train", "unknown", "--epochs", "0"], "epochs=0"),
        (["train", "--resume", "unknown"], "no training"),
        (["stop", "unknown"], "no training"),
        (["evaluate", "unknown", "unknown"], "no model"),
        (["predict", "photo.jpg"], "There is no model yet"),
    ],
)
def test_what_a_person_can_mend_is_said_on_stderr_with_status_one(arguments, words, capsys):
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert words in printed.err and printed.out == ""


def test_wrong_usage_is_status_two():
    for arguments in ([], ["dataset"], ["train", "x", "--epochs", "many"], ["unheard-of"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2


def test_empty_lists_say_what_to_do_next(capsys):
    for arguments in (["dataset", "list"], ["runs"], ["models"]):
        assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "sample:garments" in printed and printed.count("train DATASET") == 2


def test_a_failed_dataset_says_why(tmp_path, capsys):
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "a.jpg").write_bytes(picture(1))
    assert main(["dataset", "add", str(tmp_path / "flat")]) == 1
    assert "class" in capsys.readouterr().err


def test_the_module_runs_as_a_program_without_loading_tensorflow():
    code = """
import sys
from core.__main__ import main
main(['models'])
sys.exit('tensorflow' in sys.modules or 'streamlit' in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_whoever_reads_only_the_beginning_hears_no_complaint():
    command = [sys.executable, "-m", "core", "dataset", "list", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 0
