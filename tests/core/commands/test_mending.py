"""`dataset mend` and `dataset mends`: one photo at a time, by its row in the source, and back."""

import pytest

from core.__main__ import main
from core.data.store import load_dataset


def test_a_photo_is_renamed_left_out_and_made_what_it_was(dataset_home, said, capsys):
    dataset = dataset_home.dataset_id
    found = said("dataset", "mend", dataset, "--photo", "3", "--label", "tent")
    assert (found["row"], found["position"], found["classes"]["tent"]) == (3, 2, 1)
    assert found["mend"].items() >= {"was": "dress", "label": "tent", "source": "dress/002.png", "row": 3}.items()
    assert said("dataset", "mend", dataset, "--photo", "4", "--exclude")["mend"]["label"] is None
    listed = said("dataset", "mends", dataset)
    assert (listed["relabelled"], listed["excluded"], [each["row"] for each in listed["mends"]]) == (1, 1, [3, 4])
    shown = said("dataset", "show", dataset)
    assert (shown["ok"], shown["relabelled"], shown["excluded"]) == (63, 1, 1)
    assert main(["dataset", "mends", dataset]) == 0 and main(["dataset", "show", dataset]) == 0
    printed = capsys.readouterr().out
    assert "1 with another label, 1 left out\n  row 3: dress → tent (dress/002.png)" in printed
    assert "64 rows = 63 ok + 0 duplicates + 0 failed + 1 left out by people" in printed
    for row in ("3", "4"):
        assert said("dataset", "mend", dataset, "--photo", row, "--undo")["mend"] is None
    assert main(["dataset", "mends", dataset]) == 0
    assert "nothing is mended" in capsys.readouterr().out
    assert load_dataset(dataset).ok == 64


def test_what_cannot_be_mended_is_said(dataset_home, refused):
    dataset = dataset_home.dataset_id
    assert "has no row 99" in refused("dataset", "mend", dataset, "--photo", "99", "--exclude")
    assert "1 to 60 characters" in refused("dataset", "mend", dataset, "--photo", "1", "--label", " ")
    with pytest.raises(SystemExit) as ended:
        main(["dataset", "mend", dataset, "--photo", "1"])
    assert ended.value.code == 2


def test_what_was_done_in_one_go_is_listed_and_undone(dataset_home, said, refused, capsys):
    dataset = dataset_home.dataset_id
    part = load_dataset(dataset).manifest()["part"].iat[2]
    to = "test" if part != "test" else "train"
    moved = said("dataset", "mend", dataset, "--photo", "3", "--move-to", to)["mend"]
    assert (moved["label"], moved["part"]) == ("dress", to)
    said("dataset", "mend", dataset, "--photo", "4", "--exclude")
    assert main(["dataset", "mends", dataset]) == 0
    assert f"row 3: {part} → {to} (dress/002.png)" in capsys.readouterr().out
    acts = said("dataset", "mends", dataset, "--acts")["acts"]
    assert [(act["number"], act["excluded"], act["moved"]) for act in acts] == [(1, 1, 0), (2, 0, 1)]
    assert said("dataset", "undo", dataset, "2")["photos"] == 1
    assert said("dataset", "undo", dataset)["act"]["number"] == 1
    assert load_dataset(dataset).mends.photos == {}
    assert main(["dataset", "mends", dataset, "--acts"]) == 0
    assert "1 moved; of these 0 still are" in capsys.readouterr().out
    for number in ("0", "3"):
        assert "has 2 acts" in refused("dataset", "undo", dataset, number)
    assert "Nothing that was mended in Coloured squares still stands" in refused("dataset", "undo", dataset)


def test_a_dataset_is_divided_anew(dataset_home, said, refused, capsys, at_once):
    dataset = dataset_home.dataset_id
    found = said("dataset", "split", dataset, "--test", "25", "--validation", "25", "--new-test")
    assert found["parts"] == {"train": 32, "validation": 16, "test": 16} == load_dataset(dataset).parts
    assert found["moved"] > 0 and found["allows"].startswith("With 16 test photos")
    assert main(["dataset", "split", dataset]) == 0
    assert "16 test; " in capsys.readouterr().out, "what it is tested on stays"
    assert "are left to learn from" in refused("dataset", "split", dataset, "--validation", "95")
