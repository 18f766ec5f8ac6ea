"""Folders, limits and addresses, from the environment. Read on each call, so that tests can change them.

Where people sign in, each has a workspace of their own, and which one is meant is asked anew each time: by `ask_whose`,
or in a thread that knows nobody by `at_home`. Where neither says, nothing is found rather than somebody else's.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from core import read_only
from core.errors import SettingInvalid, SignInMissing

P = ParamSpec("P")
T = TypeVar("T")

MAX_PHOTO_BYTES = 20 * 1024**2  # of one photo, on the wire or in an archive
MAX_PHOTO_PIXELS = 50_000_000  # 50 megapixels: the largest phones, and no decompression bomb
MAX_ARCHIVE_BYTES = 2 * 1024**3  # unpacked
MAX_ARCHIVE_ENTRIES = 200_000
MAX_ARCHIVE_RATIO = 100  # unpacked to packed, of the whole archive: photos hardly shrink, bombs do
MAX_TABLE_BYTES = 50 * 1024**2

PEOPLE = "people"  # in the common workspace: the workspaces of those who sign in

_whose: list[Callable[[], str | None]] = []  # one at most
_at: ContextVar[Path | None] = ContextVar("_at", default=None)


@dataclass(frozen=True)
class Settings:
    """What the environment says."""

    place: Path | None  # the workspace; None where people sign in and nobody is known
    read_only: bool  # the workspace is only looked at, and asked
    apart: Path | None  # where what people hand over lies, and answers, if the workspace is only looked at
    allow_private_hosts: bool  # an intranet, and tests
    google_docs_url: str
    google_drive_url: str
    api_token: str  # what other programs must show; without one they are not answered
    api_photos_per_minute: int  # that one address may ask about
    standby: bool  # whether a process gets ready for the next training: 0.7 GB for a start at once
    check_by_itself: bool  # whether a dataset is checked unasked: when its page is first opened, and after a training
    clothing_photos_url: str  # the archive of alexeygrigorev/clothing-dataset-small, CC0
    fashion_mnist_url: str  # the folder of its four files, as Keras names it
    cifar_10_url: str  # the archive of its binary version
    keras_weights_url: str  # the folder of Keras Applications' weights
    ray: str  # the address of Ray's job server, if trainings go to a cluster
    ray_processors: int  # of each of them

    @property
    def home(self) -> Path:
        """The workspace: datasets, runs, models, cache.

        Raises:
            SignInMissing: people sign in here, and nobody is known.
        """
        if self.place is None:
            raise SignInMissing("Nobody is signed in here, so there is no workspace to look into. Sign in first.")
        return self.place

    @property
    def scratch(self) -> Path:
        """For what people hand over, and answers: the workspace, or if that is only looked at, another folder."""
        return self.apart or self.home

    @property
    def datasets_dir(self) -> Path:
        return self.home / "datasets"

    @property
    def runs_dir(self) -> Path:
        return self.home / "runs"

    @property
    def series_dir(self) -> Path:
        return self.home / "series"

    @property
    def finders_dir(self) -> Path:
        return self.home / "finders"

    @property
    def models_dir(self) -> Path:
        return self.home / "models"

    @property
    def cache_dir(self) -> Path:
        return self.home / "cache"

    @property
    def exams_dir(self) -> Path:
        return self.home / "exams"

    @property
    def exports_dir(self) -> Path:
        return self.home / "exports"

    @property
    def imports_dir(self) -> Path:
        return self.home / "imports"

    @property
    def uploads_dir(self) -> Path:
        return self.scratch / "uploads"

    @property
    def answers_dir(self) -> Path:
        return self.scratch / "answers"

    @property
    def askings_dir(self) -> Path:
        return self.scratch / "askings"

    @property
    def corrections_dir(self) -> Path:
        return self.home / "corrections"

    @property
    def teachings_dir(self) -> Path:
        return self.home / "teachings"

    @property
    def trash_dir(self) -> Path:
        return self.home / "trash"

    @property
    def queues_dir(self) -> Path:
        return self.home / "queues"


def load_settings() -> Settings:
    """Reads the environment: `FITTING_ROOM_HOME`, `FITTING_ROOM_READ_ONLY`, and so on as below."""
    read = os.environ.get
    only_looked_at = read_only.is_on()
    if only_looked_at:
        read_only.stand_guard()  # here: nobody finds the workspace without having come by
    ray = _web_address("FITTING_ROOM_RAY")
    return Settings(
        place=_place(),
        read_only=only_looked_at,
        apart=read_only.scratch_dir() if only_looked_at else None,
        allow_private_hosts=read("FITTING_ROOM_ALLOW_PRIVATE_HOSTS", "") == "1",
        google_docs_url=read("FITTING_ROOM_GOOGLE_DOCS_URL", "https://docs.google.com").rstrip("/"),
        google_drive_url=read("FITTING_ROOM_GOOGLE_DRIVE_URL", "https://drive.google.com").rstrip("/"),
        api_token=read("FITTING_ROOM_API_TOKEN", "").strip(),
        api_photos_per_minute=_whole_number("FITTING_ROOM_API_PHOTOS_PER_MINUTE", 600),
        standby=read("FITTING_ROOM_STANDBY", "1") != "0" and not only_looked_at and not ray,
        check_by_itself=read("FITTING_ROOM_CHECK_BY_ITSELF", "1") != "0" and not only_looked_at,
        clothing_photos_url=read(
            "FITTING_ROOM_CLOTHING_PHOTOS_URL",
            "https://github.com/alexeygrigorev/clothing-dataset-small/archive/refs/heads/master.zip",
        ),
        fashion_mnist_url=read(
            "FITTING_ROOM_FASHION_MNIST_URL", "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
        ).rstrip("/"),
        cifar_10_url=read("FITTING_ROOM_CIFAR_10_URL", "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
        keras_weights_url=read(
            "FITTING_ROOM_KERAS_WEIGHTS_URL", "https://storage.googleapis.com/tensorflow/keras-applications"
        ).rstrip("/"),
        ray=ray,
        ray_processors=_whole_number("FITTING_ROOM_RAY_PROCESSORS", 1),
    )


def common_home() -> Path:
    """The workspace that `FITTING_ROOM_HOME` names: everybody's, or where people sign in, what all theirs lie in."""
    return Path(os.environ.get("FITTING_ROOM_HOME") or "workspace").expanduser().absolute()


def home_of(person: str) -> Path:
    """The workspace of somebody who signs in.

    Args:
        person: the name of their folder.
    """
    return common_home() / PEOPLE / person


def ask_whose(asked: Callable[[], str | None] | None) -> None:
    """From now on each has a workspace of their own.

    Args:
        asked: gives the name of the folder of whoever this thread works for; None: it knows nobody. None in its place:
            nobody signs in any more.
    """
    _whose[:] = [] if asked is None else [asked]


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """What happens inside, in this thread, happens in that workspace."""
    before = _at.set(home)
    try:
        yield
    finally:
        _at.reset(before)


def at_this_home(function: Callable[P, T]) -> Callable[P, T]:
    """The function for a thread that does not know who signed in: it works in the workspace of now."""
    place = _place()
    if not _whose or place is None:
        return function

    @wraps(function)
    def there(*args: P.args, **kwargs: P.kwargs) -> T:
        with at_home(place):
            return function(*args, **kwargs)

    return there


def _place() -> Path | None:
    if (home := _at.get()) is not None or not _whose:
        return home or common_home()
    person = _whose[0]()
    return home_of(person) if person else None


def _web_address(name: str) -> str:
    """What a variable says, without a slash at its end; empty if it says nothing."""
    said = os.environ.get(name, "").strip().rstrip("/")
    if said and not said.startswith(("http://", "https://")):
        raise SettingInvalid(f"{name} takes an address such as http://127.0.0.1:8265. Received: {said}")
    return said


def _whole_number(name: str, usual: int) -> int:
    """What a variable says, which must be 1 or more."""
    said = os.environ.get(name, "").strip() or str(usual)
    if not said.isdecimal() or int(said) < 1:
        raise SettingInvalid(f"{name} takes a whole number from 1. Received: {said}")
    return int(said)
