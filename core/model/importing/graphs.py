"""A SavedModel: a TensorFlow program. Only arithmetic is taken from it. Loaded by the opening process only."""

from pathlib import Path
from typing import Any

import tensorflow as tf  # noqa: TID253
from google.protobuf.message import DecodeError
from tensorflow.core.protobuf import saved_model_pb2  # noqa: TID253

from core.errors import ModelRefused
from core.model.importing.keras_files import num_classes, photo_shape

# What a graph may do: arithmetic, shapes, and its own variables. What reads or writes files, asks the network, runs
# Python or loads a library is not among them.
_ARITHMETIC = """
    Abs Add AddN AddV2 All Any ArgMax Assert AssignAddVariableOp AssignSubVariableOp AssignVariableOp AvgPool
    BatchMatMul BatchMatMulV2 BatchMatMulV3 BatchToSpaceND BiasAdd BroadcastArgs BroadcastTo Cast Ceil ClipByValue
    Concat ConcatV2
    Const Conv2D Conv2DBackpropInput CropAndResize DepthToSpace DepthwiseConv2dNative Div DivNoNan Einsum Elu Equal Erf
    Exp ExpandDims Fill Floor FloorDiv FloorMod FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Gather GatherV2
    Greater GreaterEqual Identity IdentityN If ImageProjectiveTransformV2 ImageProjectiveTransformV3 L2Loss LeakyRelu
    Less LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul Max MaxPool MaxPoolV2 Maximum Mean Min
    Minimum MirrorPad Mul Neg NoOp NotEqual OneHot OnesLike Pack Pad PadV2 PartitionedCall Placeholder
    PlaceholderWithDefault Pow Prod RandomStandardNormal RandomUniform Range ReadVariableOp RealDiv Relu Relu6 Reshape
    ResizeBicubic ResizeBilinear ResizeNearestNeighbor Reverse ReverseV2 Round Rsqrt Select SelectV2 Selu Shape Sigmoid
    Sign Slice Softmax Softplus Softsign SpaceToBatchND SpaceToDepth Split SplitV Sqrt Square SquaredDifference Squeeze
    StatefulPartitionedCall StatelessIf StatelessRandomGetKeyCounter StatelessRandomUniformV2 StatelessRandomNormalV2
    StopGradient StridedSlice Sub Sum Tanh Tile TopKV2 Transpose TruncateDiv Unpack VarHandleOp VarIsInitializedOp Where
    ZerosLike DisableCopyOnRead
"""
OPERATIONS = frozenset(_ARITHMETIC.split())
# In the outer graph stands besides how the weights are saved and restored, which is thrown away.
OUTSIDE = (
    *("SaveV2", "RestoreV2", "MergeV2Checkpoints", "ShardedFilename", "StringJoin"),
    *("StaticRegexFullMatch", "RegexFullMatch"),
)
SAVING = ("__inference__traced_save", "__inference__traced_restore")  # TensorFlow does both by itself
MAX_GRAPH_BYTES = 256 * 1024**2


def lite_of(folder: Path, aside: Path) -> bytes:
    """A SavedModel as a LiteRT file that takes floats.

    Args:
        folder: with `saved_model.pb` and `variables`.
        aside: an empty folder, for the graph without what is not needed of it.

    Raises:
        ModelRefused: it does more than arithmetic, or takes no photos.
    """
    _keep_arithmetic(folder, aside)
    try:
        loaded = tf.saved_model.load(str(aside))
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise
    except Exception as error:  # of any kind: the graph is somebody else's
        raise ModelRefused(f"TensorFlow cannot load this SavedModel: {' '.join(str(error).split())[:300]}") from error
    signatures = dict(loaded.signatures)
    if not signatures:
        raise ModelRefused("This SavedModel has no signature to ask. Save it with model.export(…).")
    asked = signatures.get("serving_default") or next(iter(signatures.values()))
    takes = asked.structured_input_signature[1]
    gives = asked.structured_outputs
    if len(takes) != 1 or len(gives) != 1:
        raise ModelRefused(
            f"This SavedModel takes {len(takes)} inputs and gives {len(gives)} answers; here one photo gives "
            "one answer."
        )
    (name, spec), output = next(iter(takes.items())), next(iter(gives))
    if spec.shape.rank is None:
        raise ModelRefused("This SavedModel does not say how large its photos are.")
    size, channels = photo_shape(spec.shape.as_list())

    ask = tf.function(lambda photos: asked(**{name: tf.cast(photos, spec.dtype)})[output], autograph=False)
    said = ask.get_concrete_function(tf.TensorSpec((1, size, size, channels), tf.float32, name="photos"))
    num_classes(said.outputs[0].shape.as_list() if said.outputs[0].shape.rank is not None else ())
    try:
        converter = tf.lite.TFLiteConverter.from_concrete_functions([said], loaded)
        content: bytes = converter.convert()
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise
    except Exception as error:  # the converter's own kinds
        raise ModelRefused(f"This SavedModel cannot be converted: {' '.join(str(error).split())[:300]}") from error
    return content


def _keep_arithmetic(folder: Path, aside: Path) -> None:
    """Writes the SavedModel again, with nothing but the functions that are asked.

    Raises:
        ModelRefused: an operation that is not among `OPERATIONS`.
    """
    saved = saved_model_pb2.SavedModel()
    try:
        content = (folder / "saved_model.pb").read_bytes()
        if len(content) > MAX_GRAPH_BYTES:
            raise ModelRefused("The graph of this SavedModel is larger than 256 MB.")
        saved.ParseFromString(content)
    except (OSError, DecodeError) as error:
        raise ModelRefused("“saved_model.pb” is damaged. Save the model again.") from error
    if len(saved.meta_graphs) != 1 or not saved.meta_graphs[0].object_graph_def.nodes:
        raise ModelRefused("This SavedModel is of TensorFlow 1. Save it with TensorFlow 2, or as .tflite.")
    graph = saved.meta_graphs[0]
    functions = [each for each in graph.graph_def.library.function if not each.signature.name.startswith(SAVING)]
    outside = [node for node in graph.graph_def.node if node.op not in OUTSIDE]
    for node in (*outside, *(node for each in functions for node in each.node_def)):
        _check(node)
    kept = [type(each).FromString(each.SerializeToString()) for each in functions]
    del graph.graph_def.node[:]
    del graph.graph_def.library.function[:]
    graph.graph_def.library.function.extend(kept)
    graph.graph_def.library.ClearField("gradient")
    graph.ClearField("saver_def")
    graph.ClearField("collection_def")
    graph.ClearField("asset_file_def")
    graph.meta_info_def.ClearField("stripped_op_list")
    for each in graph.object_graph_def.nodes:
        each.ClearField("saveable_objects")
        if each.WhichOneof("kind") in ("asset", "resource"):
            raise ModelRefused(
                "This SavedModel keeps files or tables of its own beside its weights. Save it as .tflite."
            )
    for name in [*graph.object_graph_def.concrete_functions]:
        if name.startswith(SAVING):
            del graph.object_graph_def.concrete_functions[name]
    (aside / "variables").mkdir(parents=True)
    (aside / "saved_model.pb").write_bytes(saved.SerializeToString())
    for path in (folder / "variables").glob("variables.*"):
        path.rename(aside / "variables" / path.name)


def _check(node: Any) -> None:
    if node.op not in OPERATIONS:
        raise ModelRefused(
            f"This SavedModel does more than arithmetic: it has the operation {node.op[:60]!r}, which may read or "
            "write files or run a program. It was not run. Save the model as .keras or .tflite."
        )
