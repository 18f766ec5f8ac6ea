"""The networks, as straight prose. Loaded by the training process only."""

from typing import Any

from core.training.recipe import Recipe

AVERAGED_ROUNDS = 0.4  # of a round's steps: long enough to calm the weights, short enough to keep up with them


def build(recipe: Recipe, num_classes: int, num_batches: int) -> Any:
    """Builds and compiles the network of a recipe.

    Its optimizer keeps a running average of the weights, which is what is judged, kept and asked in the end: on the
    clothing photos that is right on 1.5 more of 100, about what the validation part costs by being held back.
    Source: B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.

    Args:
        recipe: says which network and optimizer.
        num_classes: C.
        num_batches: steps a round.

    Returns:
        A compiled `keras.Model`: uint8 photos (N, S, S, 3), 0 to 255, to probabilities (N, C).
    """
    model = NETWORKS[recipe.name](recipe.image_size_px, num_classes)
    model.compile(
        optimizer=_optimizer(recipe, num_batches),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # twice as slow on a processor
    )
    model.optimizer.build(model.trainable_variables)  # or a checkpoint would find no place for what it keeps
    return model


def classic(image_size_px: int, num_classes: int) -> Any:
    """The course's network: one convolution, one pooling, two dense layers; 4.9 million weights at 100 px.

    Two things are arranged for speed and change no number: photos stay bytes until they are inside, and the ReLU comes
    after the pooling, where a quarter of the values is left (the largest of four, then cut at 0, is the same as the
    largest of four cut at 0).
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((image_size_px, image_size_px, 3), dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(32, (3, 3)),
            layers.MaxPooling2D((2, 2)),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(num_classes, activation="softmax"),
        ],
        name="classic",
    )


NETWORKS = {"classic": classic}


def _optimizer(recipe: Recipe, num_batches: int) -> Any:
    import keras

    from core.training.fused_adam import FusedAdam

    kinds = {"adam": FusedAdam, "sgd": keras.optimizers.SGD, "rmsprop": keras.optimizers.RMSprop}
    momentum = 1 - 1 / max(1.0, AVERAGED_ROUNDS * num_batches)
    return kinds[recipe.optimizer](learning_rate=recipe.learning_rate, use_ema=True, ema_momentum=momentum)
