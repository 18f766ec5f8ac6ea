"""Numbers → Plotly figures, all in one look. The page gives them a title, a height, and words for the blind."""

from core.charts.deciding import alone
from core.charts.duelling import class_changes, class_changes_height
from core.charts.learning import Curve, accuracy_curve, loss_curve, rate_curve, runs_in_colour, runs_overlay
from core.charts.look import CHECK, CLASSES, FEW, LOOK, MODEL, OTHERS
from core.charts.mapping import dataset_map
from core.charts.results import DIGITS, class_sizes, class_sizes_height, confusion, confusion_height
from core.charts.scores import Share, class_curve, class_scores, class_scores_height, reliability_diagram
from core.charts.searching import Axis, Measured, learning_curve, parallel_coordinates, rate_finder
from core.charts.seeing import brightness, class_parts, class_parts_height, sizes
from core.charts.stressing import class_losses, class_losses_height, losses, losses_height

__all__ = [
    "CHECK",
    "CLASSES",
    "DIGITS",
    "FEW",
    "LOOK",
    "MODEL",
    "OTHERS",
    "Axis",
    "Curve",
    "Measured",
    "Share",
    "accuracy_curve",
    "alone",
    "brightness",
    "class_changes",
    "class_changes_height",
    "class_curve",
    "class_losses",
    "class_losses_height",
    "class_parts",
    "class_parts_height",
    "class_scores",
    "class_scores_height",
    "class_sizes",
    "class_sizes_height",
    "confusion",
    "confusion_height",
    "dataset_map",
    "learning_curve",
    "loss_curve",
    "losses",
    "losses_height",
    "parallel_coordinates",
    "rate_curve",
    "rate_finder",
    "reliability_diagram",
    "runs_in_colour",
    "runs_overlay",
    "sizes",
]
