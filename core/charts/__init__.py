"""Numbers → Plotly figures, all in one look. The page gives them a title, a height, and words for the blind."""

from core.charts.learning import Curve, accuracy_curve, loss_curve, rate_curve, runs_in_colour, runs_overlay
from core.charts.look import CHECK, CLASSES, FEW, LOOK, MODEL, OTHERS
from core.charts.mapping import dataset_map
from core.charts.results import DIGITS, class_sizes, class_sizes_height, confusion, confusion_height
from core.charts.searching import Axis, Measured, learning_curve, parallel_coordinates, rate_finder

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
    "accuracy_curve",
    "class_sizes",
    "class_sizes_height",
    "confusion",
    "confusion_height",
    "dataset_map",
    "learning_curve",
    "loss_curve",
    "parallel_coordinates",
    "rate_curve",
    "rate_finder",
    "runs_in_colour",
    "runs_overlay",
]
