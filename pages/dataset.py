"""Dataset: what it learns from, as photos by class, with balance, light, split, a map, and the rows set aside."""

import streamlit as st

from core import charts
from core.data.quality.found import load_quality
from ui import (
    adding,
    datasets,
    finding_gallery,
    frame,
    health,
    making,
    mapping,
    mended,
    overview,
    photos,
    pickers,
    placeholders,
    refresh,
    splitting,
    to_mend,
    words,
)
from ui.door import front_door
from ui.figures import chart
from ui.frame import section

front_door()

dataset = pickers.dataset()
if dataset is None:
    adding.show() if frame.keeps() else datasets.none_here()
    st.stop()
pickers.choose("dataset", dataset.id)
if not dataset.finished:
    making.show(dataset)
    st.stop()
if refresh.is_open(dataset):
    refresh.show(dataset)
    st.stop()

with frame.title_row():
    with st.container(width="content"):
        frame.heading("Dataset", words.plain(dataset.name))
    with frame.buttons():
        if frame.keeps() and st.button("Teach with these", type="primary"):
            pickers.go("train", dataset=dataset.id)
        datasets.others(dataset)
        if frame.keeps():
            datasets.more(dataset)
datasets.facts_line(dataset)
mended.line(dataset)
refresh.notice(dataset)
quality = load_quality(dataset)
health.show(dataset, quality)
mended.show_photo(dataset)

if (finding := to_mend.named(quality)) is not None:
    finding_gallery.show(dataset, finding)
elif mended.is_shown(dataset):
    mended.gallery(dataset)
elif dataset.ok:
    to_mend.show(dataset, quality)
    with st.container(key="by_class"):
        datasets.pick_class(dataset)
        rows, label = photos.rows(dataset), datasets.shown_label(dataset)
        slot = st.container()
        start = datasets.pick_start(rows.number(label))
        with slot:
            clicked = photos.gallery(dataset, rows.page(start, start + datasets.A_PAGE, label), place="all")
    datasets.come_here("by_class")
    if clicked is not None:
        mended.open_photo(clicked)

if dataset.ok:
    section("Is it balanced?", words.balance(dataset.classes))
    chart(
        charts.class_parts(photos.rows(dataset).counts()),
        charts.class_parts_height(len(dataset.classes)),
        key="class_sizes",
        alt=f"Photos by class: {', '.join(f'{name} {number}' for name, number in dataset.classes.items())}",
    )
    overview.show(dataset)
    splitting.show(dataset)
    mapping.show(dataset)
if quality is None:
    placeholders.show(dataset)
datasets.set_aside(dataset)
health.begin_by_itself(dataset)
