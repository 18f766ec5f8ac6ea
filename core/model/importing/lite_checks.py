"""Whether a LiteRT file holds nothing but arithmetic on numbers of a size that is known before any photo is seen.

Loaded by the process that opens a model file only.
"""

from typing import Any

import numpy as np
from tensorflow.lite.python import schema_py_generated as schema  # noqa: TID253

from core.errors import ModelRefused
from core.model.importing.weights import require_numbers

_ARITHMETIC = """
    ABS ADD ADD_N AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND BROADCAST_TO CAST CEIL CONCATENATION CONV_2D
    DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE DIV ELU EXP EXPAND_DIMS FILL FLOOR FLOOR_DIV FULLY_CONNECTED GATHER GELU
    HARD_SWISH L2_NORMALIZATION LEAKY_RELU LOG LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN MINIMUM MIRROR_PAD MUL NEG
    PACK PAD PADV2 POW PRELU QUANTIZE REDUCE_MAX REDUCE_MIN RELU RELU6 RELU_N1_TO_1 RESHAPE RESIZE_BILINEAR
    RESIZE_NEAREST_NEIGHBOR ROUND RSQRT SHAPE SLICE SOFTMAX SPACE_TO_BATCH_ND SPACE_TO_DEPTH SPLIT SPLIT_V SQRT SQUARE
    SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB SUM TANH TILE TRANSPOSE TRANSPOSE_CONV UNPACK
"""
OPERATIONS = frozenset(_ARITHMETIC.split())
NAMES = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
TYPES = {
    schema.TensorType.FLOAT32: np.float32, schema.TensorType.FLOAT16: np.float16, schema.TensorType.INT32: np.int32,
    schema.TensorType.UINT8: np.uint8, schema.TensorType.INT64: np.int64, schema.TensorType.BOOL: np.bool_,
    schema.TensorType.INT16: np.int16, schema.TensorType.INT8: np.int8,
}  # fmt: skip
MOST_VALUES = 64 * 1024**2  # in one tensor
# Inputs, by place, that say how large the output is, as LiteRT's kernels read them (tensorflow/lite/kernels).
SIZES = {
    "TILE": (1,), "FILL": (0,), "BROADCAST_TO": (1,), "RESIZE_BILINEAR": (1,), "RESIZE_NEAREST_NEIGHBOR": (1,),
    "PAD": (1,), "PADV2": (1,), "MIRROR_PAD": (1,), "RESHAPE": (1,), "SLICE": (1, 2), "STRIDED_SLICE": (1, 2, 3),
    "EXPAND_DIMS": (1,), "TRANSPOSE_CONV": (0,), "SPACE_TO_BATCH_ND": (1, 2), "BATCH_TO_SPACE_ND": (1, 2),
}  # fmt: skip


def check(model: Any, graph: Any) -> None:
    """Looks through the tensors and the operations of a network.

    Args:
        model: a `ModelT`.
        graph: its only subgraph.

    Raises:
        ModelRefused: something is damaged, not known, or larger than anybody can say.
    """
    _check_tensors(model, graph)
    _check_operations(model, graph)
    _check_sizes(model, graph)


def damaged() -> ModelRefused:
    """What is said of a file whose parts contradict each other."""
    return ModelRefused("This LiteRT file is damaged: its parts do not fit each other. Export it again.")


def _check_tensors(model: Any, graph: Any) -> None:
    """Every tensor is of a known type and a sensible size, and what is constant is there whole."""
    for tensor in graph.tensors:
        name = (tensor.name or b"").decode("utf-8", "replace")
        shape = [int(each) for each in (tensor.shape if tensor.shape is not None else ())]
        values = int(np.prod(shape, dtype=object))
        if tensor.type not in TYPES or tensor.sparsity is not None or getattr(tensor, "variantTensors", None):
            raise ModelRefused(f"This LiteRT file has numbers of a kind that is not known here ({name[:80]}).")
        if min(shape, default=0) < 0 or values > MOST_VALUES:
            raise ModelRefused(f"“{name[:80]}” claims {values:,} numbers; {MOST_VALUES:,} are taken at most.")
        if not 0 <= tensor.buffer < len(model.buffers):
            raise damaged()
        buffer = model.buffers[tensor.buffer]
        if getattr(buffer, "offset", 0) > 1 or getattr(buffer, "size", 0) > 1:
            raise ModelRefused("This LiteRT file keeps its weights outside of itself. Export it again, in one piece.")
        if buffer.data is not None and len(buffer.data):
            kind = np.dtype(TYPES[tensor.type])
            if len(buffer.data) != values * kind.itemsize:
                raise ModelRefused(f"The weights of “{name[:80]}” do not fit their shape {shape}.")
            require_numbers(name, np.asarray(buffer.data, np.uint8).view(kind))


def _check_operations(model: Any, graph: Any) -> None:
    count = len(graph.tensors)
    for operation in graph.operators:
        if not 0 <= operation.opcodeIndex < len(model.operatorCodes):
            raise damaged()
        name = _name(model.operatorCodes[operation.opcodeIndex])
        if name not in OPERATIONS:
            raise ModelRefused(
                f"This LiteRT file has an operation that is not known here: {name}. Export it with LiteRT's own "
                "operations alone."
            )
        if operation.inputs is None or operation.outputs is None:
            raise damaged()
        used = [*map(int, operation.inputs), *map(int, operation.outputs)]
        if any(not -1 <= each < count for each in used) or operation.customOptions is not None:
            raise damaged()
    ends = [int(graph.inputs[0]), int(graph.outputs[0])]
    if any(not 0 <= each < count for each in ends):
        raise damaged()


def _check_sizes(model: Any, graph: Any) -> None:
    """No tensor's size depends on what a photo shows: one photo could fill the memory of whoever asks."""
    operations = [
        (_name(model.operatorCodes[each.opcodeIndex]), [*map(int, each.inputs)], [*map(int, each.outputs)])
        for each in graph.operators
    ]
    depends, before = {int(graph.inputs[0])}, 0
    while len(depends) > before:  # what one photo leaves behind, an earlier operation may read with the next
        before = len(depends)
        for name, inputs, outputs in operations:
            if name != "SHAPE" and depends.intersection(inputs):
                depends.update(outputs)
    for name, inputs, _ in operations:
        if depends.intersection(inputs[place] for place in SIZES.get(name, ()) if place < len(inputs)):
            raise ModelRefused(
                f"In this LiteRT file the size of something depends on what the photo shows ({name}), so that nobody "
                "can say how much memory it takes. Export the network with fixed sizes."
            )


def _name(code: Any) -> str:
    """Of an operation; old files have its number in an old place."""
    return str(NAMES.get(max(int(code.builtinCode), int(code.deprecatedBuiltinCode)), "one of no name"))
