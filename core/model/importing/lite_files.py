"""LiteRT files: read as data, only known operations kept, and photos' numbers put right before the first of them.

Loaded by the process that opens a model file only.
"""

import struct
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from numpy.typing import NDArray
from tensorflow.lite.python import schema_py_generated as schema  # noqa: TID253

from core.errors import ModelRefused
from core.model.importing.keras_files import num_classes, photo_shape
from core.model.importing.lite_checks import check, damaged
from core.model.importing.scaling import AS_IT_IS, by_range, matrix

QUANTISED = (schema.TensorType.UINT8, schema.TensorType.INT8)
BROKEN = (struct.error, ValueError, IndexError, TypeError, AttributeError, OverflowError)  # of a FlatBuffer cut off


@dataclass(frozen=True)
class Lite:
    """A LiteRT file that takes and gives floats."""

    content: bytes
    size_px: int
    channels: int
    outputs: int
    scaling: str | None  # where the file says between what its numbers lie


def read(content: bytes) -> Lite:
    """Takes from a LiteRT file what is known.

    Raises:
        ModelRefused: it is damaged, has operations that are not known, or takes no photos.
    """
    model = _parsed(content)
    graph = model.subgraphs[0]
    check(model, graph)
    takes, gives = graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]
    size, channels = photo_shape(takes.shape)
    outputs = num_classes(gives.shape)
    scaling = _said_range(takes)
    _drop_the_rest(model, graph)
    _floats_in(model, graph)
    _floats_out(model, graph)
    return Lite(_packed(model), size, channels, outputs, scaling)


def finished(content: bytes, scaling: str, channels: int, softmax: bool) -> bytes:
    """The same network for photos of 0 to 255 in red, green and blue, giving probabilities.

    Args:
        content: as `Lite.content`.
        scaling: one of `SCALINGS`.
        channels: that it takes.
        softmax: whether its scores have yet to become probabilities.
    """
    model = _parsed(content)
    graph = model.subgraphs[0]
    if scaling != AS_IT_IS or channels != 3:
        size = int(graph.tensors[graph.inputs[0]].shape[1])
        weights, bias = matrix(scaling, channels)
        photos = _tensor(model, graph, "photos", (1, size, size, 3))
        kernel = _tensor(model, graph, "scaling", (channels, 1, 1, 3), weights.T.reshape(channels, 1, 1, 3))
        addend = _tensor(model, graph, "addend", (channels,), bias)
        options = schema.Conv2DOptionsT()
        options.strideH = options.strideW = options.dilationHFactor = options.dilationWFactor = 1
        options.padding = schema.Padding.VALID
        made = _operation(model, "CONV_2D", [photos, kernel, addend], [graph.inputs[0]])
        made.builtinOptionsType, made.builtinOptions = schema.BuiltinOptions.Conv2DOptions, options
        graph.operators.insert(0, made)
        graph.inputs = [photos]
    if softmax:
        scores = graph.outputs[0]
        graph.tensors[scores].name = b"scores"
        said = _tensor(model, graph, "Identity", graph.tensors[scores].shape)
        made = _operation(model, "SOFTMAX", [scores], [said])
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        made.builtinOptionsType, made.builtinOptions = schema.BuiltinOptions.SoftmaxOptions, options
        graph.operators.append(made)
        graph.outputs = [said]
    return _packed(model)


def _parsed(content: bytes) -> Any:
    try:
        model = schema.ModelT.InitFromPackedBuf(content, 0)
        whole = model.subgraphs is not None and len(model.subgraphs) == 1
        graph = model.subgraphs[0] if whole else None
        counts = (len(graph.inputs), len(graph.outputs)) if graph is not None else (0, 0)
    except BROKEN as error:
        raise ModelRefused("This LiteRT file is damaged. Export it again.") from error
    if graph is None or not graph.operators or not graph.tensors or not model.buffers:
        raise ModelRefused("This LiteRT file holds no network, or more than one.")
    if counts != (1, 1):
        raise ModelRefused(
            f"This network takes {counts[0]} inputs and gives {counts[1]} answers; here one photo gives one answer."
        )
    return model


def _drop_the_rest(model: Any, graph: Any) -> None:
    """What is no arithmetic: words of whoever made it, other ways to ask."""
    model.metadata, model.metadataBuffer, model.signatureDefs = None, None, None
    model.description = b""
    for operation in graph.operators:
        operation.intermediates = None
    for tensor in graph.tensors:
        tensor.shapeSignature = None
    takes = graph.tensors[graph.inputs[0]]
    takes.shape = [1, *map(int, takes.shape[1:])]


def _said_range(takes: Any) -> str | None:
    """What the numbers of a photo come to, where a quantised network says it."""
    if takes.type not in QUANTISED:
        return None
    scale, zero = _quantised(takes)
    least = 0 if takes.type == schema.TensorType.UINT8 else -128
    return by_range((least - zero) * scale, (least + 255 - zero) * scale)


def _floats_in(model: Any, graph: Any) -> None:
    takes = graph.tensors[graph.inputs[0]]
    if takes.type == schema.TensorType.FLOAT32:
        return
    if takes.type not in QUANTISED:
        raise ModelRefused("This network takes neither floats nor bytes.")
    if takes.quantization is None or takes.quantization.scale is None:  # bytes as they are: our own kind
        made_of = _operation(model, "CAST", [], [graph.inputs[0]])
        options = schema.CastOptionsT()
        options.inDataType, options.outDataType = schema.TensorType.FLOAT32, takes.type
        made_of.builtinOptionsType, made_of.builtinOptions = schema.BuiltinOptions.CastOptions, options
    else:
        _quantised(takes)
        made_of = _operation(model, "QUANTIZE", [], [graph.inputs[0]])
    floats = _tensor(model, graph, "numbers", takes.shape)
    made_of.inputs = [floats]
    graph.operators.insert(0, made_of)
    graph.inputs = [floats]


def _floats_out(model: Any, graph: Any) -> None:
    gives = graph.tensors[graph.outputs[0]]
    if gives.type == schema.TensorType.FLOAT32:
        gives.name = b"Identity"
        return
    if gives.type not in QUANTISED:
        raise ModelRefused("This network gives neither floats nor bytes.")
    _quantised(gives)
    said = _tensor(model, graph, "Identity", gives.shape)
    graph.operators.append(_operation(model, "DEQUANTIZE", [graph.outputs[0]], [said]))
    graph.outputs = [said]


def _quantised(tensor: Any) -> tuple[float, int]:
    """What a byte is worth, and which of them is nought."""
    how = tensor.quantization
    if how is None or how.scale is None or len(how.scale) != 1 or how.zeroPoint is None or len(how.zeroPoint) != 1:
        raise ModelRefused("This network takes or gives bytes without saying what they are worth.")
    if not 0 < float(how.scale[0]) < 1e6:
        raise damaged()
    return float(how.scale[0]), int(how.zeroPoint[0])


def _tensor(model: Any, graph: Any, name: str, shape: Any, values: NDArray[np.float32] | None = None) -> int:
    """Adds a tensor of floats; returns its place."""
    buffer = schema.BufferT()
    if values is not None:
        buffer.data = np.frombuffer(np.ascontiguousarray(values, np.float32).tobytes(), np.uint8)
    model.buffers.append(buffer)
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type = name.encode(), [int(each) for each in shape], schema.TensorType.FLOAT32
    tensor.buffer = len(model.buffers) - 1
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def _operation(model: Any, name: str, inputs: list[int], outputs: list[int]) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
    code.version = 1
    model.operatorCodes.append(code)
    operation = schema.OperatorT()
    operation.opcodeIndex = len(model.operatorCodes) - 1
    operation.inputs, operation.outputs = inputs, outputs
    return operation


def _packed(model: Any) -> bytes:
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
