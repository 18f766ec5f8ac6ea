"""Everything that can go wrong for a person, readable from top to bottom.

Pages and the command line catch `FittingRoomError` and show its message; anything else is a bug of ours.
A message says what happened, with what, and what to do next.
"""


class FittingRoomError(Exception):
    """Base of every error that a person can understand and mend."""


# Finding things


class NotFound(FittingRoomError):
    """No dataset, run, model, or file under that id or path."""


class NameInvalid(FittingRoomError):
    """A name for a dataset or a model that is empty or too long."""


class SplitInvalid(FittingRoomError):
    """A part of a dataset that is none, or parts so large that nothing is left to learn from."""


class DiskFull(FittingRoomError):
    """No room for what is to be kept."""


class SettingInvalid(FittingRoomError):
    """A variable of the environment that says nothing that can be used."""


class SignInMissing(FittingRoomError):
    """People sign in here, and whoever asks for their workspace is not known."""


class ReadOnly(FittingRoomError):
    """Something would be kept in a workspace that is only looked at."""


# Sources: where photos come from


class SourceError(FittingRoomError):
    """A source that cannot be read as one."""


class SourceNotUnderstood(SourceError):
    """Neither a link, a table, an archive, a folder nor a sample."""


class LinkNotSupported(SourceError):
    """An address of a kind that cannot be fetched: a Drive folder, a document, another scheme."""


class AddressRefused(SourceError):
    """A private, loopback, link-local or reserved address, or a redirect to one."""


class DownloadFailed(SourceError):
    """An address that did not answer, or answered with an error, or with too much."""

    def __init__(self, message: str, http_status: int | None = None) -> None:
        super().__init__(message)
        self.http_status = http_status  # what the server answered, if it did


class SheetNotShared(SourceError):
    """A Google Sheet that only its owner can read."""


class TableUnreadable(SourceError):
    """A file that says it is a table but cannot be read as one."""


class TableEmpty(SourceError):
    """A table with a header at most."""

    def __init__(self, message: str, sheets: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.sheets = sheets  # of an Excel file that has others to choose


class LabelNotFound(SourceError):
    """A label to be renamed that no row has."""


class ColumnNotFound(SourceError):
    """A table without a column of photo addresses or of labels, or without the one that was named."""


class SheetNotFound(SourceError):
    """An Excel file without the sheet that was named, or a table of another kind, which has no sheets."""


class ArchiveUnreadable(SourceError):
    """A file that is no ZIP or TAR, or a broken or encrypted one."""


class ArchiveUnsafe(SourceError):
    """An archive that would leave its folder, or unpack to far more than it says."""


class ClassesNotFound(SourceError):
    """An archive or a folder without folders of photos named by class, and without a table that names its photos."""


class PhotosNotFound(SourceError):
    """An archive or a folder without a single photo to be asked about."""


class GarmentInvalid(SourceError):
    """A garment that the artist cannot draw: an unknown label, or a size out of range."""


# Photos: each is a failed row, never the end of a job


class PhotoError(FittingRoomError):
    """A photo that cannot be used. `status` is the word the manifest keeps."""

    status = "unreadable"


class NotAnImage(PhotoError):
    """Bytes that are no picture, whatever their name says."""

    status = "not_an_image"


class PhotoDamaged(PhotoError):
    """A picture that breaks off or cannot be decoded."""

    status = "damaged"


class PhotoTooLarge(PhotoError):
    """More bytes or pixels than the limits allow."""

    status = "too_large"


class PhotoTooSmall(PhotoError):
    """Too few pixels to see anything: a tracking pixel or an icon."""

    status = "too_small"


# Datasets


class DatasetUnfinished(FittingRoomError):
    """A dataset that is still being made, or whose making broke off."""


class DatasetDamaged(FittingRoomError):
    """A dataset with a file missing or unreadable."""


class DatasetTooSmall(FittingRoomError):
    """One class only, or too few photos to learn from, watch with and test on, or to draw a map of."""


class RemedyImpossible(FittingRoomError):
    """A finding that is not mended so, or photos to be relabelled that nobody named a label for."""


class MapFailed(FittingRoomError):
    """A map of a dataset that could not be drawn: memory ran out."""


# Training and jobs


class RecipeInvalid(FittingRoomError):
    """A recipe with a field outside its range."""

    def __init__(self, message: str, field: str = "", received: object = None, allowed: str = "") -> None:
        super().__init__(message)
        self.field, self.received, self.allowed = field, received, allowed  # for a page with names of its own


class SeriesInvalid(FittingRoomError):
    """A sweep or a learning curve that asks for nothing, for too much, or for what its recipe does not have."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field  # of the recipe, as the message names it


class BackboneMissing(FittingRoomError):
    """A pretrained network that is not on this machine and could not be fetched, or whose file is damaged."""


class TrainingFailed(FittingRoomError):
    """A training that could not go on: it diverged, or ran out of memory or disk."""


class NothingToResume(FittingRoomError):
    """A run without a checkpoint, or one that ended well."""


class JobActive(FittingRoomError):
    """Something is already at work in that folder."""


# Models


class ModelUnreadable(FittingRoomError):
    """A model folder with something missing or damaged."""


class ModelRefused(FittingRoomError):
    """A model file of somebody else that is not taken: damaged, of another kind, or with a program inside."""


class EvaluationError(FittingRoomError):
    """Labels and probabilities that cannot be compared."""


class NotExplainable(FittingRoomError):
    """A photo of another size than a model looks at, or a class that it was not taught."""


# Other programs that ask


class RequestRefused(FittingRoomError):
    """A request of another program that is not answered: `http_status` says in a number what the message says."""

    def __init__(self, message: str, http_status: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.http_status, self.headers = http_status, headers or {}
