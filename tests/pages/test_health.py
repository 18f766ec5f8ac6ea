"""The Dataset page: what is wrong with the photos, said, shown, mended with a click, and taken back on a later day."""

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data import mends
from core.data.quality import checking
from core.data.quality.finding import Kind
from core.data.quality.found import load_quality
from core.data.store import Dataset, load_dataset
from core.files import write_json
from core.settings import load_settings
from core.sources import garments
from tests.jobs import make, working
from tests.pages.conftest import Open, going_on, press, troubles, words
from ui.photos import tiles


@pytest.fixture(scope="module")
def spoiled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a dataset with planted faults, which a real check has looked at."""
    root = tmp_path_factory.mktemp("spoiled-once")
    plant(root / "spoiled")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FITTING_ROOM_HOME", str(root / "home"))
        dataset = make("spoiled", root / "spoiled", "Spoiled")
        with working(checking.job_dir(dataset)) as work:
            checking.work(work, dataset.id)
    return dataset.folder


def plant(source: Path) -> None:
    """24 drawings of three classes, one of which is written in two ways; five that are spoiled, and two copies."""
    for label, spelling in (("dress", "dress"), ("shirt", "shirt"), ("shirt", "Shirt"), ("shoes", "shoes")):
        (source / spelling).mkdir(parents=True)
        seeds = range(8) if spelling == label else range(8, 11)
        for seed in seeds:
            garments.draw(label, seed, 160).save(source / spelling / f"{seed}.jpg")
    for seed in range(20, 23):
        garments.draw("shoes", seed, 160).filter(ImageFilter.GaussianBlur(6)).save(source / "shoes" / f"{seed}.jpg")
    for grey in (90, 200):
        Image.new("RGB", (160, 160), (grey, grey, grey)).save(source / "dress" / f"one{grey}.jpg")
    shutil.copy(source / "dress" / "3.jpg", source / "shoes" / "copy.jpg")
    with Image.open(source / "shirt" / "5.jpg") as photo:
        photo.resize((120, 120)).save(source / "shirt" / "again.jpg", quality=70)


@pytest.fixture
def spoiled(workspace: Path, spoiled_once: Path) -> Dataset:
    """A copy of it for one test."""
    shutil.copytree(spoiled_once, load_settings().datasets_dir / spoiled_once.name)
    return load_dataset(spoiled_once.name)


def groups(dataset: Dataset, kind: Kind) -> list[tuple[int, ...]]:
    """The photos of a finding, as of now."""
    found = load_quality(load_dataset(dataset.id))
    assert found is not None
    return [group for each in found.findings if each.kind == kind for group in each.groups]


def click(app: AppTest, *parts: str) -> AppTest:
    """Presses the first button whose key has all of these in it."""
    keys = [str(button.key) for button in app.button if all(part in str(button.key) for part in parts)]
    assert keys, [button.key for button in app.button]
    return app.button(key=keys[0]).click().run()


@pytest.fixture
def all_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had asked for all findings."""
    monkeypatch.setattr("ui.to_mend.WORST", 99)


def tick(app: AppTest, place: int) -> AppTest:
    [box] = [box for box in app.checkbox if f"_{place}_" in str(box.key) and str(box.key).startswith("tick_")][:1]
    return box.check().run()


def suspect(dataset: Dataset, position: int, said: str) -> None:
    """As if a training had taken a photo for another class."""
    row = dataset.as_made().iloc[position]
    photo = {"position": position, "content_hash": row["content_hash"], "label": row["label"], "said": said}
    about = {"run": "r", "name": "The first try", "at": 1.0, "of": dataset.fingerprint}
    write_json(dataset.folder / "suspects.json", {**about, "photos": [{**photo, "score": 0.97}]})


class TestTheCheck:
    def test_it_is_begun_with_a_button_that_says_how_long_it_takes(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun: list[str] = []
        monkeypatch.setattr(checking, "start_check", begun.append)
        app = open_page("dataset", dataset=dataset.id)
        assert troubles(app) == [] and "That takes 2 seconds" in words(app)
        press(app, "Check the photos")
        assert begun == [dataset.id]

    @pytest.mark.parametrize(("photos", "begun"), [(24, 1), (23, 0)])
    def test_it_begins_by_itself_once_where_it_is_quick(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, photos: int, begun: int
    ) -> None:
        started: list[str] = []

        def start(dataset_id: str) -> None:
            started.append(dataset_id)
            ended(dataset, "stopped")

        monkeypatch.setattr(checking, "start_check", start)
        monkeypatch.setattr("ui.health.BY_ITSELF", photos)
        monkeypatch.setenv("FITTING_ROOM_CHECK_BY_ITSELF", "1")
        assert troubles(open_page("dataset", dataset=dataset.id).run()) == []
        assert len(started) == begun

    def test_while_it_looks_it_says_how_far_it_is_and_can_be_stopped(self, open_page: Open, dataset: Dataset) -> None:
        with going_on(checking.job_dir(dataset), "measuring"):
            app = open_page("dataset", dataset=dataset.id)
            assert "6 of 24" in words(app) and "12 seconds left" in words(app)
            click(app, "stop_check")
            assert jobs.state(checking.job_dir(dataset)).status == "stopping"

    @pytest.mark.parametrize(
        ("status", "said"), [("stopped", "You stopped the check"), ("failed", "The disk is full.")]
    )
    def test_one_that_did_not_come_to_its_end_says_so(
        self, open_page: Open, dataset: Dataset, status: str, said: str
    ) -> None:
        ended(dataset, status, "The disk is full.")
        app = open_page("dataset", dataset=dataset.id)
        assert said in "\n".join([words(app), *troubles(app)]).replace("\\", "")
        assert "Check the photos" in [button.label for button in app.button]


def ended(dataset: Dataset, status: str, message: str = "") -> None:
    job_dir = checking.job_dir(dataset)
    write_json(job_dir / "job.json", {"target": "x:y", "arguments": {}, "queue": None, "started_at": 1.0})
    write_json(job_dir / "end.json", {"status": status, "message": message, "at": 2.0})


class TestWhatToMend:
    def test_the_worst_three_are_shown_and_all_when_asked(self, open_page: Open, spoiled: Dataset) -> None:
        app = open_page("dataset", dataset=spoiled.id)
        assert troubles(app) == [] and "What to mend" in words(app)
        assert len({str(button.key) for button in app.button if str(button.key).startswith("fine_")}) == 3
        found = load_quality(spoiled)
        assert found is not None
        app = click(app, "more_findings")
        assert troubles(app) == []
        assert len([button for button in app.button if str(button.key).startswith("fine_")]) == len(found.findings)
        assert {"two_labels", "labels_alike", "one_colour", "blurred"} <= {each.kind for each in found.findings}

    @pytest.mark.usefixtures("all_shown")
    def test_a_click_leaves_them_out_and_another_brings_them_back(self, open_page: Open, spoiled: Dataset) -> None:
        blurred = groups(spoiled, "blurred")
        assert len(blurred) == 3
        app = click(open_page("dataset", dataset=spoiled.id), "do_leave_out_blurred")
        assert troubles(app) == [] and groups(spoiled, "blurred") == []
        assert "3 photos are left out." in said(app) and f"{spoiled.ok - 3} photos" in words(app)
        app = click(app, "undo_last_mended")
        assert groups(spoiled, "blurred") == blurred and f"{spoiled.ok} photos" in words(app)

    @pytest.mark.usefixtures("all_shown")
    def test_two_spellings_become_one_class_and_two_again(self, open_page: Open, spoiled: Dataset) -> None:
        app = click(open_page("dataset", dataset=spoiled.id), "do_merge_labels_alike")
        assert troubles(app) == [] and "Shirt is shirt now: 3 photos are renamed." in said(app)
        assert [*load_dataset(spoiled.id).classes] == ["dress", "shirt", "shoes"]
        click(app, "undo_last_mended")
        assert load_dataset(spoiled.id).classes == spoiled.classes

    @pytest.mark.usefixtures("all_shown")
    def test_what_is_fine_is_not_brought_up_again_until_that_is_undone(self, open_page: Open, spoiled: Dataset) -> None:
        before = groups(spoiled, "one_colour")
        app = click(open_page("dataset", dataset=spoiled.id), "fine_one_colour")
        assert "2 photos are fine" in said(app) and groups(spoiled, "one_colour") == []
        assert load_dataset(spoiled.id).ok == spoiled.ok
        click(app, "undo_last_mended")
        assert groups(spoiled, "one_colour") == before

    @pytest.mark.usefixtures("all_shown")
    def test_suspects_are_looked_at_before_they_are_renamed(self, open_page: Open, spoiled: Dataset) -> None:
        suspect(spoiled, int(spoiled.as_made().query("label == 'shoes' and status == 'ok'").index[0]), "dress")
        app = open_page("dataset", dataset=spoiled.id)
        assert "shoes, or dress?" in said(app) and "The first try" in said(app)


class TestOneFinding:
    def test_its_address_shows_its_photos_and_only_ticked_ones_are_mended(
        self, open_page: Open, spoiled: Dataset
    ) -> None:
        blurred = groups(spoiled, "blurred")
        app = open_page("dataset", dataset=spoiled.id, finding="blurred")
        assert troubles(app) == [] and "What to mend" not in words(app)
        assert "ticked_leave_out" not in [button.key for button in app.button], "nothing is ticked"
        app = tick(app, 1)
        app = click(app, "ticked_leave_out")
        assert groups(spoiled, "blurred") == [blurred[0], blurred[2]]
        assert "1 photo is left out." in said(app)
        assert app.query_params["finding"] == "blurred" and not any(box.value for box in app.checkbox)

    def test_a_suggested_name_can_be_another(self, open_page: Open, spoiled: Dataset) -> None:
        position = int(spoiled.as_made().query("label == 'shoes' and status == 'ok'").index[0])
        suspect(spoiled, position, "dress")
        app = tick(open_page("dataset", dataset=spoiled.id, finding="suspects"), 0)
        [box] = [box for box in app.selectbox if str(box.key).startswith("shows_suspects")]
        assert box.value == "dress"
        app = click(box.set_value("shirt").run(), "ticked_relabel")
        assert troubles(app) == [] and "renamed to shirt" in said(app)
        assert load_dataset(spoiled.id).mends.photos[position].label == "shirt"
        assert groups(spoiled, "suspects") == []

    def test_all_of_a_page_are_ticked_at_once(self, open_page: Open, spoiled: Dataset) -> None:
        app = open_page("dataset", dataset=spoiled.id, finding="one_colour")
        app = next(box for box in app.checkbox if str(box.key).startswith("tick_all_")).check().run()
        app = click(app, "ticked_fine")
        assert groups(spoiled, "one_colour") == [] and "nothing is left here" in said(app)
        assert "finding" not in click(app, "close_finding").query_params

    def test_photos_that_are_gone_or_damaged_keep_their_place(self, open_page: Open, spoiled: Dataset) -> None:
        hashes = spoiled.as_made()["content_hash"]
        paths = [spoiled.photo_path(str(hashes.iat[position])) for [position] in groups(spoiled, "blurred")]
        paths[0].unlink()
        paths[1].write_bytes(b"half a photo")
        assert tiles([*paths, None])[:2] == [None, None] and tiles(paths)[2] is not None
        for address in ({"finding": "blurred"}, {"class": "shoes"}):
            app = open_page("dataset", dataset=spoiled.id, **address)
            assert troubles(app) == [] and "Is it balanced?" in words(app)
            blank = [each for each in app.get("html") if 'class="blank"' in each.proto.body]
            assert len(blank) == 2, address
        for path in spoiled.folder.rglob("*.jpg"):
            path.write_bytes(b"half a photo")
        assert troubles(open_page("home")) == []


class TestHistory:
    @pytest.mark.usefixtures("all_shown")
    def test_an_act_is_undone_on_a_later_day(self, open_page: Open, spoiled: Dataset) -> None:
        click(open_page("dataset", dataset=spoiled.id), "do_leave_out_blurred")
        mends.relabel(spoiled, [0, 1], "boots")
        app = open_page("dataset", dataset=spoiled.id)
        assert "undo_last_mended" not in [button.key for button in app.button], "another session"
        acts = [line for line in said(app).splitlines() if line.startswith("Today ")]
        assert [line.partition(": ")[2] for line in acts] == ["2 photos renamed", "3 photos left out"]
        oldest = [str(button.key) for button in app.button if str(button.key).startswith("undo_act_")][-1]
        app = app.button(key=oldest).click().run()
        assert troubles(app) == [] and "3 photos are as before." in said(app)
        assert len(groups(spoiled, "blurred")) == 3 and len(load_dataset(spoiled.id).mends.photos) == 2
        click(app, "undo_last_mended")
        assert groups(spoiled, "blurred") == []


def said(app: AppTest) -> str:
    """All that is written and stands on buttons."""
    written = [element.value for element in app.markdown] + [button.label for button in app.button]
    return "\n".join(str(each) for each in written).replace("\\", "")
