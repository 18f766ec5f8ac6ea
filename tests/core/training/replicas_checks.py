"""Runs in a process of its own, whose one processor TensorFlow takes for two devices: a run made anew on both.

python replicas_checks.py RUN_ID
"""

import sys

from core.files import read_json, write_json
from core.jobs import Work
from core.training.runs import load_run
from core.training.worker import load_keras, train

load_keras(1)

import tensorflow as tf  # noqa: E402, TID253

from core.training import replicas  # noqa: E402

[processor] = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
replicas.devices = lambda: ["CPU:0", "CPU:1"]

before = load_run(sys.argv[1])
folder = before.folder.with_name("shared")
write_json(folder / "config.json", read_json(before.folder / "config.json"))
(folder / "job").mkdir()

train(load_run("shared"), Work(folder / "job"))
write_json(folder / "found.json", {"replicas": replicas.strategy().num_replicas_in_sync})
