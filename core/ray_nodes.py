"""What a job on Ray finds out before any work is given to the cluster: whether its nodes can do it.

python -m core.ray_nodes FOLDER
"""

import json
import sys
from pathlib import Path

from core import cluster
from core.errors import FittingRoomError


def look(folder: Path) -> dict[str, object]:
    """Looks from every node.

    Returns:
        "problem", for people, empty if there is none; "gpus" of the whole cluster; "processors" of its largest node.
    """
    import ray

    ray.init(log_to_driver=False, logging_level="ERROR")  # where it is, and in what surroundings, Ray has told us
    try:
        cluster.require_shared(folder)
        problem = ""
    except FittingRoomError as error:
        problem = str(error)
    alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return {
        "problem": problem,
        "gpus": int(sum(resources.get("GPU", 0) for resources in alive)),
        "processors": int(max(resources.get("CPU", 0) for resources in alive)),
    }


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]))))
