"""A whole folder handed over in the browser: looked at as an archive, and kept safely until it is a dataset."""

import io
import os
import tarfile
import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import jobs
from core.data import store
from core.files import write_json
from tests.conftest import picture
from tests.pages.conftest import Open, press, troubles, words

Files = dict[str, bytes]


def choose(app: AppTest, files: Files) -> AppTest:
    """Chooses a folder: the browser gives each file with its path in it."""
    control = next(group for group in app.button_group if str(group.key).startswith("handover_"))
    app = control.set_value("A folder").run()
    content = [(name, each, "application/octet-stream") for name, each in files.items()]
    return app.file_uploader[0].set_value(content).run()


@pytest.fixture
def new(open_page: Open) -> AppTest:
    return open_page("dataset", dataset="new", way_in="From this computer")


def uploaded(workspace: Path) -> list[str]:
    root = workspace / "uploads"
    return sorted(path.relative_to(root).as_posix().partition("/")[2] for path in root.rglob("*") if path.is_file())


def photos(*paths: str) -> Files:
    return {path: picture(number) for number, path in enumerate(paths)}


def test_train_validation_and_test_folders_are_the_split(new: AppTest) -> None:
    files = photos(*(f"Mine/all/{part}/{label}/1.jpg" for part in ("train", "val", "test") for label in ("hat", "bag")))
    app = choose(new, files)
    assert troubles(app) == []
    assert "**6 photos** in **2 classes**" in words(app)
    assert "its own split: 2 test, 2 train and 2 validation" in words(app)
    assert app.text_input[0].value == "Mine"


def test_a_table_inside_names_the_photos(new: AppTest, workspace: Path) -> None:
    table = b"file,kind\n" + b"".join(f"pictures/{n}.jpg,{'hat' if n % 2 else 'bag'}\n".encode() for n in range(8))
    app = choose(new, {"Mine/list.csv": table, **photos(*(f"Mine/pictures/{n}.jpg" for n in range(8)))})
    assert troubles(app) == []
    assert "**2 classes**" in words(app)
    app = press(app, "Start")
    (made,) = store.list_datasets()
    assert made.source["kind"] == "folder"
    assert jobs.wait(made.job_dir, 60).status == "done"
    assert store.load_dataset(made.id).classes == {"bag": 4, "hat": 4}
    assert uploaded(workspace) == []


def test_no_path_leads_out_and_no_junk_is_kept(new: AppTest, workspace: Path) -> None:
    odd = {"Mine/hat/../../../../evil.jpg", "C:\\Mine\\bag\\2.jpg", "/Mine/bag/what?.jpg", "Mine/bag/what*.jpg"}
    junk = {"Mine/.trash/1.jpg", "__MACOSX/Mine/._1.jpg", "Mine/hat/._2.jpg"}
    app = choose(new, photos("Mine/hat/1.jpg", *sorted(odd | junk)))
    assert troubles(app) == []
    kept = uploaded(workspace)
    assert len(kept) == 5
    assert all(path.startswith(".whole/") and not set('?*:"') & set(path) for path in kept)


def test_one_folder_of_photos_is_one_class_and_waits_for_another(new: AppTest) -> None:
    app = choose(new, photos("bag/1.jpg", "bag/2.jpg"))
    assert "2 photos, 1 class" in app.title[0].value
    app = choose(app, photos("hat/1.jpg"))
    assert "3 photos, 2 classes" in app.title[0].value


def test_a_folder_without_classes_says_how_to_arrange_it_and_goes_when_another_comes(
    new: AppTest, workspace: Path
) -> None:
    app = choose(new, {**photos("Mine/1.jpg", "Mine/2.jpg"), "Mine/costs.csv": b"month,euro\nMay,3\n"})
    assert "lie side by side" in troubles(app)[0]
    app = choose(app, photos("Other/hat/1.jpg", "Other/bag/1.jpg"))
    assert troubles(app) == []
    assert uploaded(workspace) == [".whole/Other/bag/1.jpg", ".whole/Other/hat/1.jpg"]
    app = press(app, "Something else")
    assert uploaded(workspace) == []
    assert list((workspace / "uploads").iterdir()) == []


def test_a_folder_without_photos_is_said_and_leaves_nothing(new: AppTest, workspace: Path) -> None:
    app = choose(new, {"Mine/list.csv": b"a,b\n1,2\n"})
    assert "no photos in this folder" in troubles(app)[0]
    assert uploaded(workspace) == []


def test_a_click_while_files_are_stored_loses_none(new: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as clicked:  # the run ends before the address names them
        clicked.setattr("ui.handover.look_at", lambda *_: st.stop())
        app = choose(new, photos("Mine/hat/1.jpg", "Mine/bag/1.jpg"))
    assert "upload" not in app.query_params
    app = app.file_uploader[0].set_value([]).run()
    assert "**2 photos** in **2 classes**" in words(app)
    app = press(app, "Something else")
    assert "upload" not in app.run().query_params, "what the address has named is not brought up again"


def packed(files: Files) -> bytes:
    """A folder as the browser packs it when it is large."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, each in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(each)
            archive.addfile(entry, io.BytesIO(each))
        link = tarfile.TarInfo("Mine/hat/link.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return content.getvalue()


def test_a_folder_that_the_browser_packed_is_the_same_folder(new: AppTest, workspace: Path) -> None:
    long = f"Mine/hat/{'very-' * 30}long-ä.jpg"
    files = photos(long, "Mine/bag/1.jpg", "Mine/../../../evil.jpg", "Mine/.trash/3.jpg")
    app = choose(new, {"Mine.tar": packed(files)})
    assert troubles(app) == []
    assert "**3 photos** in **2 classes**" in words(app)
    kept = uploaded(workspace)
    assert [path.count("/") for path in kept] == [3, 2, 3]
    assert not list(workspace.parent.glob("**/link.jpg"))


def test_a_packed_folder_of_one_class_is_one_class(new: AppTest) -> None:
    app = choose(new, {"bag.tar": packed(photos("bag/1.jpg", "bag/2.jpg"))})
    assert "2 photos, 1 class" in app.title[0].value


def test_a_packed_folder_that_did_not_come_whole_is_said(new: AppTest, workspace: Path) -> None:
    app = choose(new, {"Mine.tar": packed(photos("Mine/hat/1.jpg", "Mine/bag/1.jpg"))[:700]})
    assert "did not come whole" in troubles(app)[0]
    assert uploaded(workspace) == []


def test_a_full_disk_leaves_nothing_of_a_folder(new: AppTest, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: io.BufferedWriter, size: int) -> None:
        target.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.uploads.shutil.copyfileobj", full)
    app = choose(new, photos("Mine/hat/1.jpg", "Mine/bag/1.jpg"))
    assert "disk is full" in troubles(app)[0]
    assert list((workspace / "uploads").iterdir()) == []


def test_what_was_handed_over_days_ago_and_became_nothing_goes(new: AppTest, workspace: Path) -> None:
    days_ago = time.time() - 8 * 86_400
    for name in ("left-123abc", "used-456def", "young-789abc"):
        (workspace / "uploads" / name).mkdir(parents=True)
        if name != "young-789abc":
            os.utime(workspace / "uploads" / name, (days_ago, days_ago))
    source = {"kind": "folder", "path": str(workspace / "uploads" / "used-456def")}
    write_json(
        workspace / "datasets" / "stopped" / "dataset.json", {"name": "Mine", "source": source, "created_at": 1.0}
    )
    choose(new, photos("mine/dress/1.jpg", "mine/hat/1.jpg"))
    assert {path.name.partition("-")[0] for path in (workspace / "uploads").iterdir()} == {"used", "young", "mine"}
