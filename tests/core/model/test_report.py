"""The report on a model: what stands in it, that it invents nothing, and that what people wrote does nothing."""

import math
import re
import shutil
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from core import jobs
from core.data import mends, store
from core.errors import NotFound
from core.files import read_json, write_json
from core.model import bundle, deciding, report, stress
from core.model.answered import Answered
from core.model.exams import About, Exam, exams_dir, load_exam, save_exam
from core.model.report import paper
from core.model.report.document import Report, Table
from core.model.report.page import as_html
from core.model.report.taught import TITLES, came_from
from core.model.report.writing import write
from core.saying import per_100
from core.settings import load_settings
from core.training.recipe import RECIPES

NOW = 1_795_000_000.0
ODD = [
    '#panic("no")', "<b>bold</b> & \"quotes\"", "*star* _under_", "$x^2", "back\\slash `tick`", "@ref ~ // /*",
    "👗 dress", "فستان طويل", "{{ 7 * 7 }}", "a label of 80 characters, as long as anybody writes".ljust(80, "s"),
]  # fmt: skip


class Page(HTMLParser):
    """What a browser makes of a page: its words, its elements, and what it would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.tags, self.fetched, self._within = "", [], [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._within.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            del self._within[len(self._within) - 1 - self._within[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if "style" not in self._within:
            self.words += f" {data}"


@pytest.fixture
def model(trained_home, at_once) -> bundle.Model:
    return bundle.load_model(trained_home.run_id)


def made(model: bundle.Model, key: str = "test") -> tuple[Page, report.Made]:
    """Makes it by the job, and reads it."""
    report.start(model.id, key)
    state = jobs.state(report.job_dir(model, key))
    assert state.status == "done", f"{state.message} {jobs.log_tail(report.job_dir(model, key))}"
    found = report.load_made(model, load_exam(model, key) if key else None)
    return Page(found.html.read_text("utf-8")), found


def pretended(model: bundle.Model, names: list[str], photos: int, known: int = 0, kind: Any = "folder") -> Exam:
    """An exam of a copy of the model that was taught these classes, with random answers."""
    folder = load_settings().models_dir / "odd"
    shutil.copytree(model.folder, folder, ignore=shutil.ignore_patterns("exams"), dirs_exist_ok=True)
    write_json(folder / "model.json", {**read_json(folder / "model.json"), "class_names": names, "name": names[0]})
    odd, random = bundle.load_model("odd"), np.random.default_rng(photos)
    labels = random.integers(0, len(names), photos)
    logits = random.normal(size=(photos, len(names))) + 2 * np.eye(len(names))[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    hashes = store.list_datasets()[0].manifest()["content_hash"].tolist()
    answered = Answered(
        [hashes[place % len(hashes)] for place in range(photos)],
        np.full(photos, -1, np.int64),
        [f"photo {place}.jpg" for place in range(photos)],
        [names[label] for label in labels],
        probabilities.astype(np.float32),
        np.zeros(photos, bool),
        np.arange(photos) < known,
    )
    (exams_dir(odd) / "folder-1").mkdir(parents=True, exist_ok=True)
    save_exam(odd, exams_dir(odd) / "folder-1", About(kind, "shop & <i>co</i>", path="/home/me/shop & co"), answered)
    return load_exam(odd, "folder-1")


def section(written: Report, title: str) -> str:
    """Everything that stands in a section, or "" if there is none."""
    return next((repr(each) for each in written.sections if each.title == title), "")


def test_it_tells_all_that_is_known_of_a_model(model):
    exam = load_exam(model, "test")
    page, found = made(model)
    for words in (
        f"Report on {model.name}", "Right on", "Measured on 12 photos it never saw while learning",
        "What it mixes up", "Class by class", "Does its doubt mean something?", "How much could it do alone?",
        "Coloured squares", "the folder photos", "4: dress, hat, pants and shoes", "How often it is right, by round",
        "3 of 3", "What this does not say", f"train --from-run {model.id}", f"evaluate {model.id} --part test",
        deciding.outlook(exam).at(0.9).sentence, model.dataset["fingerprint"][:16],
        f"tensorflow {model.versions['tensorflow']}",
    ):  # fmt: skip
        assert words in page.words, words
    assert page.tags.count("img") == 10 + len(exam.mistakes(12)) and page.tags.count("svg") >= 4
    [result] = jobs.events(report.job_dir(model, "test"), "result")
    assert (result["html_bytes"], result["pdf_bytes"]) == (found.html.stat().st_size, found.pdf.stat().st_size)
    assert found.pdf.read_bytes().startswith(b"%PDF-") and found.fits


def test_it_stands_alone(model):
    page, found = made(model)
    html = found.html.read_text("utf-8")
    assert page.fetched and all(each.startswith("data:") for each in page.fetched)
    assert all(each.startswith("data:") for each in re.findall(r"url\(\s*['\"]?([^)]{0,40})", html))
    assert "<script" not in html and "@import" not in html and "default-src 'none'" in html
    for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(svg)


def test_numbers_are_those_of_the_exam(model):
    found = load_exam(model, "test").evaluation
    written = write(model, load_exam(model, "test"), NOW)
    assert written.title == f"Right on {per_100(found.accuracy)} of 100 photos"
    [table] = next(each for each in written.sections if each.title == "Class by class").blocks
    assert isinstance(table, Table) and len(table.rows) == 4
    for label, recall, precision, _, photos in table.rows:
        for bar, name in ((recall, "recall"), (precision, "precision")):
            interval = vars(found.unsureness[label])[name]
            assert (
                bar == "–" if interval is None else (bar.share, bar.interval) == (found.classes[label][name], interval)
            )
        assert photos == f"{found.classes[label]['support']}"


def test_what_people_wrote_stays_as_they_wrote_it_and_does_nothing(model):
    exam = pretended(model, ODD, 300)
    odd = bundle.load_model("odd")
    page, found = made(odd, "folder-1")
    shown, html = page.words.replace("\u2068", "").replace("\u2069", ""), found.html.read_text("utf-8")
    for name in [*ODD, "shop & <i>co</i>"]:
        assert name in shown, name
    assert page.tags.count("b") == 4 and "<b>bold" not in html and "<i>co" not in html
    told = paper._plain(write(odd, exam, NOW), lambda content, ending: ending)  # what Typst got, which made a PDF of it
    assert told["name"] == ODD[0] and "shop & <i>co</i>" in told["lead"]
    by_class = next(each for each in told["sections"] if each["title"] == "Class by class")
    assert sorted(row[0] for row in by_class["blocks"][0]["rows"]) == sorted(ODD)


def test_no_path_and_no_whole_address_is_given_away(model):
    exam = pretended(model, ["dress", "hat"], 30)
    page = as_html(write(bundle.load_model("odd"), exam, NOW))
    assert "/home/me" not in page and "evaluate odd &#39;shop &amp; co&#39;" in page
    assert (
        came_from({"kind": "table", "address": "https://docs.google.com/d/secret/edit"}) == "a table at docs.google.com"
    )
    assert came_from({"kind": "table", "address": "/home/me/coats.csv"}) == "the table coats.csv"
    assert came_from({"kind": "archive", "path": "/home/me/coats.zip"}) == "the archive coats.zip"
    assert came_from({"kind": "garments", "photos": 9}) == "the sample “Drawn garments”"


@pytest.mark.parametrize(("classes", "photos"), [(2, 10), (2, 1), (40, 10_000)])
def test_it_has_room_for_few_and_for_many(model, classes: int, photos: int):
    exam = pretended(model, [f"class {number}" for number in range(classes)], photos)
    written = write(bundle.load_model("odd"), exam, NOW)
    html, pdf = as_html(written), paper.as_pdf(written, NOW)
    assert len(html) < 2_000_000 and len(pdf) < 2_000_000
    assert f"Measured on {photos:,} photo{'' if photos == 1 else 's'} of" in written.lead
    assert paper.as_pdf(written, NOW) == pdf and b"2026-11-18T" in pdf


def test_a_model_without_its_photos_says_so_and_shows_none(bundled, workspace, at_once):
    for name in ("garments", "clothing-photos"):
        page, found = made(bundle.load_model(name), "")
        assert "img" not in page.tags and found.html.is_relative_to(workspace)
        assert "Its photos are not on this computer" in page.words and "How often it is right" in page.words
        assert "Sure, and wrong" not in page.words and "Does its doubt" not in page.words
    assert "each by a network made like this one that never saw it while learning" in page.words
    assert "turned 15° to the left" in page.words and "This one has learned from all of them" in page.words
    assert "was not measured" not in page.words


def test_limits_come_from_facts_and_none_is_made_up(model, trained_home):
    few = section(write(model, load_exam(model, "test"), NOW), "What this does not say")
    for words in (
        "12 photos are few",
        "fewer than 20 photos",
        "of the same source",
        "or small was not measured",
    ):
        assert words in few, words
    for words in ("No photo was of", "Not counted", "by heart", "another name", "Somebody chose", "It was watched"):
        assert words not in few, words
    watched = section(write(model, load_exam(model, "validation"), NOW), "What this does not say")
    assert "It was watched with these photos" in watched
    dataset, row = store.load_dataset(trained_home.dataset_id), load_exam(model, "test").photos["row"]
    mends.exclude(dataset, int(row[0]))
    mends.relabel(dataset, int(row[1]), "shoes" if load_exam(model, "test").photos["label"][0] != "shoes" else "hat")
    deciding.save_sure(model.id, 0.6)
    mended = section(write(bundle.load_model(model.id), load_exam(model, "test"), NOW), "What this does not say")
    taught = section(write(model, load_exam(model, "test"), NOW), "What it was taught with")
    assert "1 photo renamed, 1 taken out" in taught
    for words in ("Not counted: 1 photo that somebody took out", "1 photo had another name", "(60 %)"):
        assert words in mended, words
    pretended(model, ["dress", "hat", "tent"], 2_000, known=40)
    large = section(
        write(bundle.load_model("odd"), load_exam(bundle.load_model("odd"), "folder-1"), NOW), "What this does not say"
    )
    assert "It has learned from 40 photos" in large and "are few" not in large and "same source" not in large


def test_the_stress_test_is_told_once_it_was_measured(model):
    before = write(model, load_exam(model, "test"), NOW)
    assert section(before, "As phones take them") == ""
    stress.start_stress(model.id, "test")
    exam = load_exam(model, "test")
    after = write(model, exam, NOW)
    assert stress.load_stress(exam).sentence in section(after, "As phones take them")
    assert "was not measured" not in section(after, "What this does not say")


def test_what_changed_since_makes_it_an_old_one(model, trained_home):
    dataset = store.load_dataset(trained_home.dataset_id)
    for change in (
        lambda: mends.exclude(dataset, int(load_exam(model, "test").photos["row"].iloc[0])),
        lambda: mends.relabel(dataset, int(load_exam(model, "test").photos["row"].iloc[-1]), "dress"),  # shoes
        lambda: deciding.save_sure(model.id, 0.5),
        lambda: bundle.rename_model(model.id, "Another name"),
        lambda: stress.start_stress(model.id, "test"),
    ):
        assert made(bundle.load_model(model.id))[1].fits
        change()
        assert not report.load_made(bundle.load_model(model.id), load_exam(model, "test")).fits


def test_without_anything_known_there_is_no_report(model):
    with pytest.raises(NotFound, match="has to be asked"):
        report.start(model.id, "folder-12345678")
    assert report.load_made(model, load_exam(model, "validation")) is None
    for path in (model.folder / "evaluation.json", model.folder.parent / "evaluation.json"):
        path.unlink(missing_ok=True)
    with pytest.raises(NotFound, match="never asked about photos"):
        report.start(model.id)


def test_one_that_is_stopped_leaves_the_report_that_was_there(model):
    _, before = made(model)
    content = before.html.read_bytes()

    class Stopping:
        said = 0

        def progress(self, *_: object) -> None: ...

        def check_stop(self) -> None:
            self.said += 1
            if self.said == 3:
                raise jobs.Stopped

    with pytest.raises(jobs.Stopped):
        report.work(Stopping(), model.id, "test")
    assert report.load_made(model, load_exam(model, "test")) == before and before.html.read_bytes() == content


def test_photos_that_are_gone_are_named_instead(model, trained_home):
    exam = pretended(model, ["dress", "hat", "tent"], 60)
    shutil.rmtree(trained_home.path / "datasets" / trained_home.dataset_id / "photos")
    written = write(bundle.load_model("odd"), exam, NOW)
    assert re.search(r"photo \d+.jpg: said", section(written, "Sure, and wrong"))
    assert "img" not in Page(as_html(written)).tags


def test_a_history_with_gaps_is_drawn_as_far_as_it_goes(model):
    path = model.folder.parent / "history.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], ",".join(["1", *["nan"] * (len(lines[0].split(",")) - 1)]), *lines[2:]]))
    assert not math.isnan(len(as_html(write(model, load_exam(model, "test"), NOW))))
    path.write_text("damaged")
    assert "was not kept with it" in section(write(model, load_exam(model, "test"), NOW), "How it learned")


def test_recipes_are_called_as_on_the_page_where_one_chooses_them():
    assert {name: kind.title for name, kind in RECIPES.items()} == TITLES


def test_the_letters_of_the_app_come_along(model):
    html = as_html(write(model, load_exam(model, "test"), NOW))
    for family in ("Source Serif", "Source Sans"):
        assert f'@font-face{{font-family:"{family}";font-weight:200 900;src:url(data:font/woff2;base64,d09GMg' in html
