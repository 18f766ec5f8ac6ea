"""The web server stays light: no page loads TensorFlow, Keras or scikit-learn."""

import json
import subprocess
import sys
from pathlib import Path

from core.data.quality.finding import Finding
from core.data.quality.found import Quality, save_quality
from core.data.store import Dataset
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
    if remedies := [button for button in app.button if "leave_out_blurred" in str(button.key)]:
        remedies[0].click().run()
        assert not app.exception and not app.error, (page, app.error)
        shown.append("mended")
heavy = [name for name in ("tensorflow", "keras", "sklearn", "scipy", "matplotlib", "cv2") if name in sys.modules]
print(json.dumps({"shown": shown, "heavy": heavy}))
"""


def test_no_page_loads_a_training_library(model: Model, dataset: Dataset) -> None:
    found = Finding("blurred", ((0,),), (1.0,))
    save_quality(dataset, Quality((found,), 1.0, 1.0, dataset.ok, dataset.fingerprint))
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["heavy"] == []
    assert len(set(told["shown"])) == 7
