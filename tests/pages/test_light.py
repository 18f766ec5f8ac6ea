"""The web server stays light: no page loads TensorFlow, Keras or scikit-learn."""

import json
import subprocess
import sys
from pathlib import Path

from core.model.bundle import Model

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
shown = [app.title[0].value]
for page in ("dataset", "train", "results", "predict", "models"):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error, (page, app.error)
    shown.append(app.title[0].value)
heavy = [name for name in ("tensorflow", "keras", "sklearn", "scipy", "matplotlib", "cv2") if name in sys.modules]
print(json.dumps({"shown": shown, "heavy": heavy}))
"""


def test_no_page_loads_a_training_library(model: Model) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["heavy"] == []
    assert len(set(found["shown"])) == 6
