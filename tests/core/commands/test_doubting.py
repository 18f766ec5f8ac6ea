"""`dataset suspects`: what the last training took for another class, as far as it is neither mended nor fine."""

from core.__main__ import main
from core.data import mends, store
from core.files import write_json


def test_what_is_suspect_is_listed_until_it_is_mended(dataset_home, said, capsys):
    dataset = store.load_dataset(dataset_home.dataset_id)
    rows = dataset.manifest()
    photos = [
        {"position": at, "content_hash": rows["content_hash"].iat[at], "label": "dress", "said": "hat", "score": score}
        for at, score in ((2, 0.9), (5, 0.8))
    ]
    about = {"run": "a-run", "name": "A run", "at": 1.0, "of": dataset.fingerprint}
    write_json(dataset.folder / "suspects.json", {**about, "photos": photos})
    found = said("dataset", "suspects", dataset.id)
    assert [(each["row"], each["label"], each["said"], each["score"]) for each in found["photos"]] == [
        (3, "dress", "hat", 0.9),
        (6, "dress", "hat", 0.8),
    ]
    assert found["by"]["run"] == "a-run"
    mends.relabel(dataset, 2, "hat")
    assert main(["dataset", "suspects", dataset.id]) == 0
    assert "one photo may bear the wrong name, surest first\n  row 6: dress → hat? (dress/" in capsys.readouterr().out
    mends.exclude(dataset, 5)
    found = said("dataset", "suspects", dataset.id)
    assert (found["photos"], found["by"]["name"]) == ([], "A run")


def test_without_a_training_it_says_what_to_do(dataset_home, refused):
    assert "Train once: python -m core train" in refused("dataset", "suspects", dataset_home.dataset_id)
