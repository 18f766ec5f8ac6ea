"""The networks, as straight prose, and how their steps are taken. Loaded by the training process only."""

from typing import Any

import numpy as np

from core.training.recipe import Recipe

SEEN_BEFORE_DENSE = 8  # `deep` pools until this many dots a side are left: at 224 px too the dense part stays small
BATCH_NORM_MOMENTUM = 0.97  # Keras' 0.99 looks back on more steps than a short training has
STAGES = (32, 64, 128, 128)  # channels of `compact`, each stage at half the side of the one before


def network(recipe: Recipe, num_classes: int) -> Any:
    """The network of a recipe, untrained, in the arithmetic that Keras is set to.

    Args:
        recipe: `classic`, `deep` or `compact`; `transfer` is built in `core.training.transfer`.
        num_classes: C.

    Returns:
        A `keras.Model`: uint8 photos (N, S, S, 3), 0 to 255, to float32 probabilities (N, C).
    """
    return {"classic": classic, "deep": deep, "compact": compact}[recipe.name](recipe, num_classes)


def classic(recipe: Recipe, num_classes: int) -> Any:
    """The course's network: one convolution, one pooling, two dense layers; 4.9 million weights at 100 px.

    Two things are arranged for speed and change no number: photos stay bytes until they are inside, and the ReLU comes
    after the pooling, where a quarter of the values is left (the largest of four, then cut at 0, is the same as the
    largest of four cut at 0).
    """
    import keras
    from keras import layers

    photos, x = _entrance(recipe)
    x = layers.Rescaling(1 / 255)(x)
    x = layers.Conv2D(32, (3, 3), kernel_regularizer=_l2(recipe))(x)
    x = layers.MaxPooling2D((2, 2))(x)
    x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu", kernel_regularizer=_l2(recipe))(x)
    return keras.Model(photos, answer(x, recipe, num_classes), name="classic")


def deep(recipe: Recipe, num_classes: int) -> Any:
    """Five layers of units: 32, 64, 128, 128 and the answer; the first three as convolutions with pooling.

    Convolutions see the same shape wherever it lies, which dense layers on dots do not, so that it works on colour
    photos of 224 px as well as on grey ones of 28.
    """
    import keras
    from keras import layers

    photos, x = _entrance(recipe)
    x = layers.Rescaling(1 / 255)(x)
    for channels in (32, 64, 128):
        x = layers.Conv2D(channels, (3, 3), padding="same", kernel_regularizer=_l2(recipe))(x)
        x = layers.MaxPooling2D((2, 2))(x)
        x = layers.ReLU()(x)
    while x.shape[1] > SEEN_BEFORE_DENSE:
        x = layers.MaxPooling2D((2, 2))(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu", kernel_regularizer=_l2(recipe))(x)
    return keras.Model(photos, answer(x, recipe, num_classes), name="deep")


def compact(recipe: Recipe, num_classes: int) -> Any:
    """A small residual network: batch-norm throughout, an average over all places at the end; 0.6 million weights.

    After K. He and others, "Deep Residual Learning for Image Recognition", 2015, with the averaged shortcut of T. He
    and others, "Bag of Tricks for Image Classification", 2019. The side is halved before anything is computed, which
    is what makes it quick on a processor.
    """
    import keras
    from keras import layers

    photos, x = _entrance(recipe)
    x = layers.Rescaling(1 / 127.5, -1)(x)
    x = layers.ReLU()(_convolution(x, STAGES[0], 3, 2, recipe))
    for channels in STAGES:
        shortcut = layers.AveragePooling2D((2, 2), padding="same")(x)
        if shortcut.shape[-1] != channels:
            shortcut = _convolution(shortcut, channels, 1, 1, recipe)
        x = layers.ReLU()(_convolution(x, channels, 3, 2, recipe))
        x = _convolution(x, channels, 3, 1, recipe)
        x = layers.ReLU()(layers.Add()([x, shortcut]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(photos, answer(x, recipe, num_classes), name="compact")


def optimizer(recipe: Recipe, trainable_variables: Any) -> Any:
    """The optimizer of a recipe, with its state built, or a checkpoint would find no place for what it keeps."""
    import keras

    from core.training.fused_adam import FusedAdam

    rate = recipe.learning_rate
    if recipe.optimizer == "sgd":
        found = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)
    elif recipe.optimizer == "rmsprop":
        found = keras.optimizers.RMSprop(rate)
    elif recipe.optimizer == "adamw":
        found = FusedAdam(rate, weight_decay=recipe.weight_decay)
        found.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])  # what has no direction to lose
    else:
        found = FusedAdam(rate)
    found.build(trainable_variables)
    return found


def layers_of(network: Any) -> list[dict[str, Any]]:
    """What a page draws of a network: name, kind, shape without the batch, parameters, trainable."""
    return [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
            "trainable": bool(layer.trainable_variables),
        }
        for layer in network.layers
    ]


def _entrance(recipe: Recipe) -> tuple[Any, Any]:
    """The photos as they come, and what the network sees of them: three colours, or brightness alone."""
    import keras
    from keras import layers

    photos = keras.Input((recipe.image_size_px, recipe.image_size_px, 3), dtype="uint8", name="photos")
    if not recipe.greyscale:
        return photos, photos
    weights = np.array([[[[0.299], [0.587], [0.114]]]])  # of red, green and blue: ITU-R BT.601, as Pillow's "L"
    grey = layers.Conv2D(1, 1, use_bias=False, trainable=False, name="grey", dtype="float32")
    grey.build((None, None, None, 3))
    grey.set_weights([weights])
    return photos, grey(layers.Rescaling(1.0, dtype="float32")(photos))


def _convolution(x: Any, channels: int, size: int, stride: int, recipe: Recipe) -> Any:
    from keras import layers

    x = layers.Conv2D(channels, size, stride, padding="same", use_bias=False, kernel_regularizer=_l2(recipe))(x)
    return layers.BatchNormalization(momentum=BATCH_NORM_MOMENTUM)(x)


def answer(x: Any, recipe: Recipe, num_classes: int) -> Any:
    """Probabilities, in full precision whatever came before."""
    from keras import layers

    if recipe.dropout:
        x = layers.Dropout(recipe.dropout)(x)
    x = layers.Dense(num_classes, kernel_regularizer=_l2(recipe))(x)
    return layers.Softmax(dtype="float32", name="probabilities")(x)


def _l2(recipe: Recipe) -> Any:
    from keras import regularizers

    return regularizers.L2(recipe.l2) if recipe.l2 else None
