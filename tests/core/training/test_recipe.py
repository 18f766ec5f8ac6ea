"""Recipes: checked when made, kept with the run."""

import json

import pytest

from core.errors import RecipeInvalid
from core.training.recipe import RECIPES, Recipe, usual


def test_classic_is_the_course():
    recipe = RECIPES["classic"].recipe
    assert (recipe.image_size_px, recipe.epochs, recipe.batch_size, recipe.optimizer) == (100, 10, 32, "adam")


@pytest.mark.parametrize(
    ("field", "received", "allowed"),
    [
        ("name", "huge", "classic"),
        ("image_size_px", 8, "16 to 256"),
        ("image_size_px", 100.0, "a whole number"),
        ("epochs", 0, "1 to 1000"),
        ("epochs", True, "1 to 1000"),
        ("batch_size", 5000, "1 to 1024"),
        ("learning_rate", 0.0, "0.0000001 to 10"),
        ("learning_rate", float("nan"), "0.0000001 to 10"),
        ("learning_rate", "fast", "a number from 0.0000001 to 10"),
        ("optimizer", "lion", "adam or adamw or sgd or rmsprop"),
        ("seed", -1, "0 to 2147483647"),
        ("dropout", 0.95, "0 to 0.9"),
        ("augment", float("inf"), "0 to 2"),
        ("warmup_epochs", 10.0, "fewer than the 10 rounds"),
        ("variations", ("flip", "melt"), "some of flip, rotation"),
        ("variations", "flip", "some of flip, rotation"),
        ("greyscale", 1, "true or false"),
        ("backbone", "resnet", "mobilenet_v2_0.35"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_allowed(field, received, allowed):
    with pytest.raises(RecipeInvalid) as caught:
        Recipe(**{field: received})
    message = str(caught.value)
    assert field in message and repr(received) in message and allowed in message


def test_it_comes_back_from_json_as_it_was():
    recipe = Recipe(epochs=3, learning_rate=0.01, optimizer="sgd")
    assert Recipe.from_json(recipe.to_json()) == recipe
    with pytest.raises(RecipeInvalid, match="momentum"):
        Recipe.from_json({"momentum": 0.9})


def test_variations_keep_one_order_and_survive_json():
    recipe = Recipe(variations=("zoom", "flip"))
    assert recipe.variations == ("flip", "zoom")
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_fine_tuning_brings_its_own_knobs_and_belongs_to_transfer_alone():
    recipe = usual("transfer", fine_tune=True, epochs=5)
    assert (recipe.epochs, recipe.optimizer, recipe.mixup) == (5, "adamw", 0.2)
    assert usual("transfer").mixup == 0
    with pytest.raises(RecipeInvalid, match="transfer only"):
        usual("classic", fine_tune=True)
    with pytest.raises(RecipeInvalid, match="huge"):
        usual("huge")


@pytest.mark.parametrize("name", RECIPES)
def test_each_recipe_is_of_its_own_name(name):
    assert RECIPES[name].recipe.name == name


def test_borrowed_eyes_need_photos_that_they_can_see():
    with pytest.raises(RecipeInvalid, match="32 or more"):
        usual("transfer", image_size_px=24)
    assert usual("classic", image_size_px=24).image_size_px == 24


def test_few_rounds_warm_up_for_a_quarter_of_them_at_most():
    assert usual("compact", epochs=2).warmup_epochs == 0.5
    assert usual("compact", epochs=100).warmup_epochs == 2
    assert usual("compact", epochs=2, warmup_epochs=1.0).warmup_epochs == 1
    with pytest.raises(RecipeInvalid, match="epochs"):
        usual("compact", epochs=0)
