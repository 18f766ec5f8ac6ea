"""Train while it learns and after: news, steering, the network, what one can do next, and the queue."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core import queues
from core.data import mends
from core.data.store import Dataset, load_dataset
from core.files import write_json
from core.model.bundle import Model
from core.settings import load_settings
from core.training.coach import Word
from core.training.live import live
from core.training.recipe import Recipe, usual
from core.training.runs import QUEUE, list_runs, load_run
from tests.pages.conftest import Open, at_work, make_run, press, troubles, words
from ui import curves
from ui.training import in_digits


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def drawings(app: AppTest) -> list[str]:
    return [each.proto.body for each in app.main.get("html") if "layers" in each.proto.body]


class TestLive:
    def test_the_news_and_how_far_it_is(self, open_page: Open, dataset: Dataset) -> None:
        with at_work(make_run(dataset, "live", "died")):
            app = open_page("train")
            assert troubles(app) == []
            assert app.title[0].value == r"Right on 54 of 100\, and still improving"
            assert "Round (epoch) 4 of 10" in words(app)
            assert "300 photos a second" in words(app)
            assert "It started at 18." in words(app)
            assert "it is dress" in words(app)
            assert not [button for button in app.button if button.proto.type == "primary"]

    def test_it_pauses_goes_on_and_stops(self, open_page: Open, dataset: Dataset) -> None:
        folder = make_run(dataset, "live", "died")
        with at_work(folder):
            app = press(open_page("train"), "Pause").run()
            assert (folder / "job" / "pause").exists()
            assert app.title[0].value == "Paused in round 4"
            assert "Right on 54 of 100 photos it does not learn from, so far. It started at 18." in words(app)
            app = press(app, "Go on").run()
            assert not (folder / "job" / "pause").exists()
            app = press(app, "Stop and keep the best").run()
            assert (folder / "job" / "stop").exists()
            assert [button.disabled for button in app.button if button.label == "Stopping"] == [True]

    def test_from_a_training_at_work_there_is_a_way_to_another(self, open_page: Open, dataset: Dataset) -> None:
        with at_work(make_run(dataset, "live", "died")):
            app = press(open_page("train"), "Teach another")
            assert app.title[0].value == "How should it learn?"
            assert app.query_params["dataset"] == dataset.id and "run" not in app.query_params

    def test_one_that_waits_can_be_taken_out_or_lead_to_the_paused_one(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from core.jobs import JobState

        stands = {"ahead": JobState("paused"), "behind": JobState("waiting", ahead=1)}
        folders = [make_run(dataset, name, "died") for name in stands]
        monkeypatch.setattr("core.training.runs.jobs.state", lambda job_dir: stands[job_dir.parent.name])
        app = open_page("train", run="behind")
        assert "Take it out" in labels(app) and "Don't wait" not in labels(app)
        assert press(app, "To the paused one").title[0].value == "Paused in round 4"
        stands["ahead"] = JobState("running")
        app = open_page("train", run="behind")
        assert "To the paused one" not in labels(app)
        press(app, "Take it out")
        assert [(folder / "job" / "stop").exists() for folder in folders] == [False, True]

    @pytest.mark.parametrize(("rate", "said"), [(6e-05, "0.00006"), (0.00123, "0.0012"), (1.0, "1")])
    def test_the_step_size_has_no_exponent(self, rate: float, said: str) -> None:
        assert in_digits(rate) == said

    def test_the_network_layer_by_layer(self, open_page: Open, dataset: Dataset) -> None:
        with at_work(make_run(dataset, "live", "died")):
            app = open_page("train")
            assert not drawings(app), "drawn only where somebody looks"
            app.session_state["under_the_hood"] = True
            app = app.run()
        assert "3 layers, 995 numbers" in words(app)
        assert "It learns 99 of them" in words(app)
        (drawing,) = drawings(app)
        assert drawing.count('role="row"') == 3
        assert "98 × 98 × 32" in drawing and "896" in drawing
        assert 'class="stays"' in drawing and 'class="learns"' in drawing

    def test_the_coach_says_what_to_do(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ui.coach.say", lambda rows, recipe: Word("memorising", "memorises", "Try varied photos."))
        with at_work(make_run(dataset, "live", "died")):
            assert "It started at 18. Try varied photos." in words(open_page("train"))

    def test_who_waits_can_go_first_or_be_taken_out(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folders = [make_run(dataset, name, "died") for name in ("one", "two")]
        waiting = [folder / "job" for folder in folders]
        monkeypatch.setattr(queues, "waiting", lambda queue: list(waiting))
        moved: list[str] = []
        monkeypatch.setattr(queues, "move_first", lambda job_dir, queue: moved.append(job_dir.parent.name))
        with at_work(folders[0]), at_work(folders[1]):
            app = open_page("train", dataset=dataset.id)
            assert words(app).index("Run one") < words(app).index("Run two")
            app = press(app, "Let it go first")
            assert moved == ["two"]
            press(app, "Take it out")
        assert (waiting[0] / "stop").exists() and not (waiting[1] / "stop").exists()
        assert QUEUE == "training"

    def test_who_waits_on_a_cluster_stands_in_the_order_of_the_start_and_can_be_taken_out(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from core.jobs import JobState

        monkeypatch.setenv("FITTING_ROOM_RAY", "http://127.0.0.1:1")
        for name in ("one", "two"):
            make_run(dataset, name, "died")
        monkeypatch.setattr("core.training.runs.jobs.state", lambda job_dir: JobState("waiting", ahead=None))
        app = open_page("train", run="two")
        assert troubles(app) == []
        assert app.title[0].value == "Waiting for a place on the cluster"
        assert "It begins as soon as one of the cluster's computers is free" in words(app)
        assert labels(app).count("Take it out") == 3 and "Let it go first" not in labels(app)


class TestAfter:
    def test_one_that_went_wrong_says_so_and_leads_to_its_knobs(
        self, open_page: Open, model: Model, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        word = Word("diverged", "has lost its way", "The steps are too large.")
        monkeypatch.setattr("core.training.live.say", lambda rows, recipe: word)
        app = open_page("train", run="ended")
        assert not app.success
        assert app.warning[0].value.startswith(r"**Run ended** has lost its way. The steps are too large. It is ready")
        assert [button.label for button in app.button if button.proto.type == "primary"] == ["Run again with …"]
        assert "See the results" in labels(app)

    def test_from_an_ended_one_there_is_a_way_to_another(self, open_page: Open, model: Model) -> None:
        app = press(open_page("train", run="ended"), "Teach another")
        assert app.title[0].value == "How should it learn?"

    def test_without_its_photos_another_learns_from_the_newest(self, open_page: Open, dataset: Dataset) -> None:
        facts = make_run(dataset, "orphan", "done") / "config.json"
        facts.write_text(facts.read_text("utf-8").replace(f'"{dataset.id}"', '"gone"'), "utf-8")
        app = press(open_page("train", run="orphan"), "Teach another")
        assert troubles(app) == [] and app.query_params["dataset"] == dataset.id

    def test_without_the_internet_borrowed_eyes_lead_to_classic(
        self, open_page: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ui.ending.is_here", lambda name: False)
        make_run(dataset, "blind", "failed", recipe=usual("transfer"))
        app = open_page("train", run="blind")
        assert [button.label for button in app.button if button.proto.type == "primary"] == ["Use Classic instead"]
        assert "Start again" in labels(app)
        app = press(app, "Use Classic instead")
        assert app.button_group(key="recipe").value == "classic"

    def test_its_curves_span_the_finished_rounds(self, dataset: Dataset) -> None:
        make_run(dataset, "ended", "done")
        assert curves.rounds_shown(live(load_run("ended"))) == 3
        with at_work(make_run(dataset, "live", "died")):
            assert curves.rounds_shown(live(load_run("live"))) == 10

    def test_a_run_that_ended_says_so_in_words(self, open_page: Open, model: Model) -> None:
        app = open_page("train", run="ended")
        assert troubles(app) == []
        assert app.title[0].value == "Right on 86 of 100 photos"
        assert "is ready after 3 rounds" in app.success[0].value
        assert "it is dress" in words(app)
        assert [button.label for button in app.button if button.proto.type == "primary"] == ["See the results"]

    def test_photos_that_may_bear_the_wrong_name_are_one_click_away(self, open_page: Open, model: Model) -> None:
        dataset = load_dataset(load_run("ended").dataset_id)
        good = dataset.manifest().query("status == 'ok'")
        suspects = [
            {"position": int(at), "content_hash": row["content_hash"], "label": row["label"], "said": "x", "score": 0.9}
            for at, row in good.head(2).iterrows()
        ]
        kept = {"run": "ended", "of": dataset.fingerprint, "photos": suspects}
        write_json(dataset.folder / "suspects.json", kept)
        app = open_page("train", run="ended")
        assert troubles(app) == [] and "2 photos may bear the wrong name." in words(app)
        app = press(app, "Look at them")
        assert (app.query_params["finding"], app.query_params["dataset"]) == ("suspects", dataset.id)
        mends.exclude(dataset, [each["position"] for each in suspects])
        assert "may bear the wrong name" not in words(open_page("train", run="ended"))

    def test_a_run_that_died_says_so_and_offers_to_start_again(self, open_page: Open, dataset: Dataset) -> None:
        make_run(dataset, "broken", "died")
        app = open_page("train", run="broken")
        assert app.title[0].value == "It broke off after three rounds"
        assert "broke off" in troubles(app)[0]
        assert "Start again" in labels(app)

    def test_with_a_checkpoint_it_offers_to_go_on(self, open_page: Open, dataset: Dataset) -> None:
        folder = make_run(dataset, "broken", "died")
        (folder / "checkpoint").mkdir()
        (folder / "checkpoint" / "checkpoint.json").write_text('{"epoch_rows": [{}, {}]}', "utf-8")
        assert "Go on from round 3" in labels(open_page("train", run="broken"))

    def test_run_again_with_opens_the_knobs_as_they_stood(self, open_page: Open, dataset: Dataset) -> None:
        make_run(dataset, "tried", "done", recipe=usual("deep", epochs=3, dropout=0.5))
        app = press(open_page("train", run="tried"), "Run again with …")
        assert app.title[0].value == "How should it learn?"
        assert app.button_group(key="recipe").value == "deep"
        assert app.number_input(key="knob_epochs_tried").value == 3
        assert app.slider(key="knob_dropout_tried").value == 0.5
        assert "The knobs stand as they did for Run tried" in words(app)
        app = app.button_group(key="recipe").set_value("classic").run()
        assert app.number_input(key="knob_epochs_classic").value == Recipe().epochs
        assert "The knobs stand" not in words(app)

    def test_another_name_and_a_note(self, open_page: Open, model: Model) -> None:
        app = open_page("train", run="ended")
        app.text_input[0].set_value("Winter coats")
        app.text_area[0].set_value("Half the *steps*")
        app = press(app, "Keep")
        assert (load_run("ended").name, load_run("ended").note) == ("Winter coats", "Half the *steps*")
        assert r"Half the \*steps\*" in words(app)

    def test_deleted_and_brought_back(self, open_page: Open, model: Model) -> None:
        app = press(open_page("train", run="ended"), "Delete")
        assert list_runs() == []
        press(app, "Undo")
        assert [run.id for run in list_runs()] == ["ended"]

    @pytest.mark.parametrize("name", ["classic", "transfer"])
    def test_it_can_be_taken_elsewhere(self, open_page: Open, dataset: Dataset, name: str) -> None:
        make_run(dataset, "own", "done", recipe=usual(name))
        offered = [each.label for each in open_page("train", run="own").get("download_button")]
        assert {"As a notebook", "As a script"} <= set(offered)


class TestHistory:
    @pytest.fixture(autouse=True)
    def three_runs(self, dataset: Dataset) -> None:
        for name, recipe in (("one", Recipe()), ("two", usual("deep")), ("three", Recipe(epochs=4))):
            make_run(dataset, name, "done", recipe=recipe)

    def test_all_runs_with_their_curves(self, open_page: Open, dataset: Dataset) -> None:
        rows = open_page("train", dataset=dataset.id).dataframe[0].value
        assert sorted(rows["Name"]) == ["Run one", "Run three", "Run two"]
        assert [len(curve) for curve in rows["By round"]] == [3, 3, 3]
        assert rows["Right on"].round().tolist() == [86, 86, 86]

    def test_a_share_is_rounded_as_in_its_title(self, open_page: Open, dataset: Dataset) -> None:
        events = make_run(dataset, "odd", "done") / "job" / "events.jsonl"
        events.write_text(events.read_text("utf-8").replace("0.86", "0.125"), "utf-8")
        app = open_page("train", run="odd")
        assert app.title[0].value == "Right on 12 of 100 photos"
        assert 12 in app.dataframe[0].value["Right on"].tolist()

    def test_where_photos_differ_they_are_named(self, open_page: Open, dataset: Dataset) -> None:
        assert "Photos" not in open_page("train", dataset=dataset.id).dataframe[0].value
        config = make_run(dataset, "elsewhere", "done") / "config.json"
        facts = json.loads(config.read_text("utf-8"))
        facts["dataset"] |= {"id": "other", "name": "Shoes"}
        config.write_text(json.dumps(facts), "utf-8")
        rows = open_page("train", dataset=dataset.id).dataframe[0].value
        assert sorted(set(rows["Photos"])) == ["Shoes", dataset.name]

    def test_the_line_in_colour_is_named(self, open_page: Open, dataset: Dataset) -> None:
        assert "round by round. In colour: Run three." in words(open_page("train", dataset=dataset.id))

    def test_what_only_one_finds_stands_below_its_name(self, open_page: Open, dataset: Dataset) -> None:
        test = dataset.manifest().query("status == 'ok'")[["content_hash", "label"]].assign(part="test")
        for name, right in (("one", 24), ("three", 12)):
            guess = [label if row < right else "?" for row, label in enumerate(test["label"])]
            test.assign(guess=guess).to_parquet(load_settings().runs_dir / name / "split.parquet")
        app = open_page("train", dataset=dataset.id, runs="one,three")
        assert troubles(app) == []
        assert "Only Run one finds: 12 photos" in words(app) and "and 4 more" in words(app)
        assert "Only Run three" not in words(app)

    def test_the_filter_takes_names_recipes_and_notes(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("train", dataset=dataset.id)
        app = app.text_input(key="filter_runs").set_value("DEEP run").run()
        assert app.dataframe[0].value["Name"].tolist() == ["Run two"]
        app = app.text_input(key="filter_runs").set_value("velvet").run()
        assert "None has all of these words" in words(app)

    def test_one_chosen_can_be_worked_with(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("train", dataset=dataset.id, runs="two")
        assert "Run two" in [each.value for each in app.subheader]
        app = press(app, "Run again with …")
        assert app.button_group(key="recipe").value == "deep"

    def test_two_chosen_stand_side_by_side(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("train", dataset=dataset.id, runs="one,three")
        assert troubles(app) == []
        assert "Side by side" in [each.value for each in app.subheader]
        differed = app.dataframe[1].value
        assert differed.to_dict("list") == {"Knob": ["Rounds (epochs)"], "Run one": ["10"], "Run three": ["4"]}

    def test_what_is_gone_meanwhile_is_not_chosen(self, open_page: Open, dataset: Dataset) -> None:
        app = open_page("train", dataset=dataset.id, runs="gone,../../etc")
        assert troubles(app) == []
        assert "Side by side" not in [each.value for each in app.subheader]
