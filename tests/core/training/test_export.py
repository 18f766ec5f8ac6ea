"""A run as a script and a notebook: run outside the app, they learn what the run learned."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.settings import load_settings
from core.training import runs
from core.training.excerpt import Excerpt
from core.training.export import as_notebook, as_script
from core.training.pruning import decided
from core.training.recipe import VARIATIONS, Recipe, usual
from tests.conftest import class_folders
from tests.core.conftest import SMALL
from tests.core.training.conftest import RICH


def run_alone(script: str, folder: Path, photos: Path, timeout_s: float = 240) -> str:
    """Runs it where nothing of the app can be imported; returns what it printed."""
    folder.mkdir(exist_ok=True)
    (folder / "script.py").write_text(script, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FITTING", "PYTHONPATH"))}
    command = [sys.executable, "script.py", str(photos)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout_s)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def assert_same_history(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]
    assert len(ours) == len(theirs)
    assert theirs[columns].to_numpy() == pytest.approx(ours[columns].to_numpy(), abs=1e-3)
    assert ours["loss"].nunique() == len(ours)  # it did learn


def test_the_script_of_a_run_gives_its_history_and_its_result(trained_home, tmp_path):
    run = runs.load_run(trained_home.run_id)
    photos = load_settings().datasets_dir / trained_home.dataset_id
    printed = run_alone(as_script(run), tmp_path / "alone", photos)
    assert_same_history(runs.history(run), pd.read_csv(tmp_path / "alone" / "history.csv"))
    assert f"Right on {runs.result(run)['test']['accuracy']:.1%} of 12 photos" in printed
    assert (tmp_path / "alone" / "model.keras").exists()


def test_the_script_reads_a_folder_of_class_folders(trained_home, tmp_path):
    script = as_script(runs.load_run(trained_home.run_id)).split("# Batches")[0]
    light = "\n".join(line for line in script.splitlines() if "keras" not in line and "tensorflow" not in line)
    shown = "\np = read_photos(Path(sys.argv[1]), RECIPE)\nprint(p.pixels.shape, p.class_names, len(set(p.labels)))\n"
    folder = class_folders(tmp_path / "photos", {"dress": 10, "hat": 5})
    (folder / "hat" / "notes.txt").write_text("no photo")
    printed = run_alone(light + shown, tmp_path / "alone", folder)
    assert "9 photos to learn from, 3 held back, 3 to test on" in printed
    assert "(15, 24, 24, 3) ['dress', 'hat'] 2" in printed
    for part, count in (("train", 6), ("validation", 2), ("test", 3)):
        class_folders(tmp_path / "split" / part, {"dress": count, "hat": count})
    printed = run_alone(light + shown, tmp_path / "alone", tmp_path / "split")
    assert "12 photos to learn from, 4 held back, 6 to test on" in printed


def test_a_script_without_photos_says_what_it_takes(trained_home, tmp_path):
    script = as_script(runs.load_run(trained_home.run_id))
    head, last = script.split("# Batches")[0], script.split("# All of it")[1].split("network = ")[0]
    light = [line for line in f"{head}\n# {last}".splitlines() if "keras" not in line and "tensorflow" not in line]
    path = tmp_path / "script.py"
    path.write_text("\n".join(['"""\n    python script.py PHOTOS\n"""', *light[light.index("import os") :]]), "utf-8")

    def tried(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, str(path), *arguments], capture_output=True, text=True)
        return done.returncode, done.stderr.strip()

    assert tried() == (2, "python script.py PHOTOS")
    code, said = tried(str(tmp_path / "gone"))
    assert code == 1 and said.startswith("There is no folder") and "\n" not in said
    (tmp_path / "empty").mkdir()
    code, said = tried(str(tmp_path / "empty"))
    assert code == 1 and said.endswith("0 photos of 0 classes.") and "\n" not in said
    assert tried(str(class_folders(tmp_path / "few", {"dress": 1, "hat": 1})))[0] == 1
    assert tried(str(class_folders(tmp_path / "enough", {"dress": 3, "hat": 3}))) == (0, "")


def described(run: runs.Run, recipe: Recipe) -> runs.Run:
    return replace(run, recipe=recipe)


RECIPES = {
    "classic": usual("classic"),
    "deep": usual("deep"),
    "compact": usual("compact"),
    "rich": RICH,
    "sgd": Recipe(optimizer="sgd", precision="bfloat16"),
    "rmsprop": Recipe(optimizer="rmsprop", schedule="cosine", patience=0),
    "mixup alone": Recipe(mixup=0.2, variations=()),
    "borrowed": usual("transfer"),
    "clothing eyes": usual("transfer", backbone="clothing"),
    "fine-tuned": usual("transfer", fine_tune=True, backbone="convnext_tiny", precision="bfloat16"),
    "flip alone": Recipe(augment=0.5, variations=("flip",), minutes=5.0),
}


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_makes_a_script_without_a_name_that_is_missing(trained_home, tmp_path, name):
    run = described(runs.load_run(trained_home.run_id), RECIPES[name])
    path = tmp_path / "script.py"
    path.write_text(as_script(run), "utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F401,F811,F821,E9", str(path)],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stdout
    text = path.read_text("utf-8")
    constants = re.findall(r"^[A-Z_]+ = .*", text, re.MULTILINE) + re.findall(r"^[A-Z_]+, .*", text, re.MULTILINE)
    assert len(constants) == len(set(constants)) > 3
    assert "core." not in text and "noqa" not in text and "type: ignore" not in text


def test_what_a_recipe_does_not_use_is_not_in_its_script(trained_home):
    run = runs.load_run(trained_home.run_id)
    plain, rich = as_script(described(run, usual("classic"))), as_script(described(run, RICH))
    for word in (
        "cv2",
        "warpAffine",
        "label_smoothing",
        "grey.set_weights",
        "Dropout",
        "regularizers.L2",
        "share_of",
        "def compact",
    ):
        assert word not in plain and word in rich, word
    assert "    learning_rate: float = 0.001  # the highest" in plain
    assert "opencv-python-headless" in rich and "opencv" not in plain
    assert len(plain.splitlines()) < 560


def test_before_fine_tuning_the_head_learns_by_a_recipe_of_its_own(trained_home):
    script = as_script(described(runs.load_run(trained_home.run_id), usual("transfer", fine_tune=True)))
    head = script.split("HEAD = replace(")[1].split("\n)")[0]
    assert '    optimizer="adam",' in head and "    label_smoothing=0.0," in head and "image_size_px" not in head
    assert 'if recipe.optimizer == "adamw":' in script and "if recipe.label_smoothing" in script  # for both recipes
    alone = as_script(described(runs.load_run(trained_home.run_id), usual("transfer")))
    assert "HEAD" not in alone and "adamw" not in alone and "folded" not in alone


def test_a_run_that_ended_by_its_time_budget_repeats_its_rounds(trained_home):
    run = described(runs.load_run(trained_home.run_id), Recipe(minutes=3.0, epochs=50, **SMALL))
    assert "    epochs: int = 3 " in as_script(run)  # as many as its result says


def test_the_notebook_has_the_same_code_in_cells(trained_home):
    run = runs.load_run(trained_home.run_id)
    notebook = json.loads(as_notebook(run))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    cells = notebook["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    kinds = [cell["cell_type"] for cell in cells]
    assert kinds[:2] == ["markdown", "code"] and kinds[2:] == ["markdown", "code"] * 7
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script = as_script(run)
    for each in code[1:-1]:
        assert each in script
    assert (
        code[-1].startswith('PHOTOS = Path("photos")\n')
        and "sys.argv" not in "".join(code)
        and "sys.exit" not in "".join(code)
    )
    compile("\n\n".join(code), "notebook", "exec")
    assert "".join(cells[0]["source"]).startswith(f"# {run.name}")


def test_with_a_backbone_and_every_knob_turned_the_script_learns_what_the_app_learns(borrowed_home, tmp_path):
    run = runs.load_run(borrowed_home.run_id)
    run_alone(as_script(run), tmp_path / "alone", load_settings().datasets_dir / borrowed_home.dataset_id)
    assert_same_history(runs.history(run), pd.read_csv(tmp_path / "alone" / "history.csv"))


SOURCE = '''
def example(recipe, x):
    """Says what."""
    # Only with mixup.
    if recipe.mixup:
        x = mixed(x)
    varies = recipe.augment > 0 and len(recipe.variations) > 0

    if varies:
        x = vary(x)  # a comment that stays
    if recipe.name == "a":
        unused = 1
        return ("ä", x) if recipe.l2 else ("ö", -x)
    elif recipe.name == "b":
        return 2
    if x.unknown and not recipe.mixup:
        return layer(x, regularizer=_l2(recipe), name="ä")
    return x
'''


def pruned(**facts: Any) -> str:
    return decided(SOURCE, {f"recipe.{name}": value for name, value in facts.items()})


def test_what_is_known_is_decided_and_the_rest_stays_as_it_is():
    facts = {"mixup": 0.0, "augment": 1.0, "variations": VARIATIONS, "l2": 0.0}
    assert (
        pruned(**facts, name="a")
        == '''
def example(recipe, x):
    """Says what."""
    x = vary(x)  # a comment that stays
    return ("ö", -x)'''
    )
    assert pruned(**facts, name="b").endswith("a comment that stays\n    return 2")
    other = pruned(**facts, name="c")
    assert "if x.unknown and not recipe.mixup:" in other and "recipe.name" not in other
    assert decided(SOURCE, {}).count("if ") == SOURCE.count("if ")
    without = decided(SOURCE, {"_l2(recipe)": None})
    assert 'return layer(x, name="ä")' in without


def test_two_pieces_of_one_name_are_found_out():
    excerpt = Excerpt({})
    excerpt.take("core.training.trials", "LOOK_AGAIN_S")
    with pytest.raises(ValueError, match=r"core\.training\.trials and core\.work have a LOOK_AGAIN_S"):
        excerpt.take("core.work", "LOOK_AGAIN_S")


def test_exporting_loads_nothing_that_the_server_must_not_load(trained_home):
    check = (
        "import sys; from core.training import export, runs; "
        f"export.as_script(runs.load_run({trained_home.run_id!r})); "
        "print([name for name in ('tensorflow', 'keras', 'cv2', 'optuna') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", check], text=True).strip() == "[]"
