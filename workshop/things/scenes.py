"""What else people photograph: outdoors, indoors, faces and food."""

from workshop.things import faces, houses, landscapes, meals, rooms, trees, vehicles
from workshop.things.canvas import Painter

PAINTERS: dict[str, Painter] = {
    "house": houses.house,
    "tree": trees.tree,
    "car": vehicles.car,
    "boat": vehicles.boat,
    "landscape": landscapes.landscape,
    "room": rooms.room,
    "face": faces.face,
    "plate": meals.plate,
}
