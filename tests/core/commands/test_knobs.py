"""Every knob of a recipe is a flag."""

import argparse
from dataclasses import fields

import pytest

from core.commands.knobs import add_knobs, flag, given, recipe_from
from core.errors import RecipeInvalid
from core.training.recipe import CHOICES, RANGES, RECIPES, SWITCHES, Recipe, usual


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    add_knobs(parser)
    return parser.parse_args(arguments)


def test_without_a_flag_a_recipe_is_as_usual():
    assert recipe_from(parsed()) == usual("classic")
    for name in RECIPES:
        assert recipe_from(parsed("--recipe", name)) == usual(name)


def test_no_field_is_without_a_flag():
    turned = {*RANGES, *CHOICES, *SWITCHES, "variations"}
    assert {field.name for field in fields(Recipe)} == turned
    arguments = ["--recipe", "compact", "--variations", "zoom", "flip"]
    for name, allowed in RANGES.items():
        arguments += [flag(name), f"{allowed.lowest:g}" if name != "epochs" else "2"]
    for name, choices in CHOICES.items():
        arguments += [flag(name), choices[-1]] if name != "name" else []
    arguments += [f"--no-{flag(name)[2:]}" for name in SWITCHES]
    recipe = recipe_from(parsed(*arguments))
    assert recipe.variations == ("flip", "zoom")
    for name, allowed in RANGES.items():
        assert getattr(recipe, name) == (allowed.lowest if name != "epochs" else 2)
    assert (recipe.optimizer, recipe.schedule, recipe.backbone) == ("rmsprop", "cosine", "convnext_tiny")


def test_the_flags_of_the_design_are_there():
    arguments = "--recipe deep --epochs 3 --batch-size 8 --learning-rate 0.01 --optimizer sgd --image-size 32 --seed 5"
    recipe = recipe_from(parsed(*arguments.split(), "--no-augment"))
    assert recipe == usual(
        "deep", epochs=3, batch_size=8, learning_rate=0.01, optimizer="sgd", image_size_px=32, seed=5, augment=0.0
    )


def test_switches_are_turned_both_ways():
    assert recipe_from(parsed("--class-weights")).class_weights is True
    assert recipe_from(parsed("--recipe", "transfer", "--fine-tune")) == usual("transfer", fine_tune=True)
    with pytest.raises(RecipeInvalid, match="transfer only"):
        recipe_from(parsed("--fine-tune"))


def test_strength_and_no_variations_at_once_are_wrong_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        parsed("--augment", "1", "--no-augment")
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_with_few_rounds_the_warm_up_is_shorter_unless_it_is_given():
    assert recipe_from(parsed("--recipe", "compact", "--epochs", "2")).warmup_epochs == 0.5
    assert recipe_from(parsed("--recipe", "compact", "--epochs", "30")).warmup_epochs == 2.0
    assert recipe_from(parsed("--recipe", "compact", "--epochs", "9", "--warmup-epochs", "5")).warmup_epochs == 5.0
    assert recipe_from(parsed("--recipe", "transfer", "--fine-tune", "--epochs", "2")).warmup_epochs == 0.5
    with pytest.raises(RecipeInvalid, match="epochs=0"):
        recipe_from(parsed("--recipe", "compact", "--epochs", "0"))


def test_what_to_call_a_training_is_no_knob():
    assert recipe_from(parsed("--name", "Mine")).name == "classic"
    assert given(parsed("--name", "Mine")) == []
    assert given(parsed("--recipe", "deep", "--image-size", "32", "--no-greyscale")) == [
        "--recipe",
        "--image-size",
        "--greyscale",
    ]
