"""The sets of photos that textbooks begin with, Fashion-MNIST and CIFAR-10: where they are, and how they are packed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from core.errors import DownloadFailed
from core.settings import Settings, load_settings
from core.sources.items import Progress
from core.sources.packed import Packed, PackedSource, read_cifar, read_idx
from core.sources.published import PublishedFile, fetch_published
from core.sources.samples import could_not_be_had


@dataclass(frozen=True)
class TextbookSet:
    """One set: what is known of it before it comes."""

    name: str
    class_names: tuple[str, ...]  # in the order of the labels
    files: tuple[PublishedFile, ...]
    address: Callable[[Settings, PublishedFile], str]
    read: Callable[[Sequence[Path]], Iterator[Packed]]  # takes the files in the order above


def _fashion_mnist(paths: Sequence[Path]) -> Iterator[Packed]:
    train_photos, train_labels, test_photos, test_labels = paths
    return chain(read_idx("train", train_photos, train_labels), read_idx("test", test_photos, test_labels))


TEXTBOOK_SETS = {
    "fashion-mnist": TextbookSet(
        name="Fashion-MNIST",
        class_names=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        # Sizes as Keras' downloads show them; the digests are of the files whose MD5 the authors' README names.
        files=(
            PublishedFile(
                "train-images-idx3-ubyte.gz",
                26_421_880,
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            ),
            PublishedFile(
                "train-labels-idx1-ubyte.gz",
                29_515,
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            ),
            PublishedFile(
                "t10k-images-idx3-ubyte.gz",
                4_422_102,
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            PublishedFile(
                "t10k-labels-idx1-ubyte.gz",
                5_148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        ),
        address=lambda settings, file: f"{settings.fashion_mnist_url}/{file.name}",
        read=_fashion_mnist,
    ),
    "cifar-10": TextbookSet(
        name="CIFAR-10",
        class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        files=(
            PublishedFile(  # MD5 c32a1d4ab5d03f1284b67883e8d87530, as its page says
                "cifar-10-binary.tar.gz",
                170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            ),
        ),
        address=lambda settings, file: settings.cifar_10_url,
        read=lambda paths: read_cifar(paths[0]),
    ),
}


def open_textbook_set(kind: str, photos: int | None = None, progress: Progress | None = None) -> PackedSource:
    """One of these sets as a source, downloaded the first time.

    Args:
        kind: a key of `TEXTBOOK_SETS`.
        photos: so many of them; all if None.
        progress: called as ("download", bytes done, bytes in all).

    Raises:
        DownloadFailed: it cannot be had; the drawn sample is offered instead.
    """
    found, settings = TEXTBOOK_SETS[kind], load_settings()
    try:
        paths = fetch_published(
            [(found.address(settings, file), file) for file in found.files], settings.cache_dir / kind, progress
        )
    except DownloadFailed as error:
        raise could_not_be_had(found.name, error) from error
    return PackedSource(lambda: found.read(paths), found.class_names, photos)
