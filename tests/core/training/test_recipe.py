"""Recipes: checked when made, kept with the run."""

import pytest

from core.errors import RecipeInvalid
from core.training.recipe import RECIPES, Recipe


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
        ("learning_rate", "fast", "a number"),
        ("optimizer", "lion", "adam or sgd or rmsprop"),
        ("seed", -1, "0 to 2147483647"),
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
