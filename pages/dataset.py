"""Dataset: what it learns from, as photos by class, with balance, split, a map, and the rows that were set aside."""

import streamlit as st

from core import charts
from ui import adding, datasets, frame, making, mapping, mended, photos, pickers, placeholders, refresh, words
from ui.door import front_door
from ui.figures import chart
from ui.frame import section

front_door()

dataset = pickers.dataset()
if dataset is None:
    adding.show()
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
        if st.button("Teach with these", type="primary"):
            pickers.go("train", dataset=dataset.id)
        datasets.others(dataset)
        datasets.more(dataset)
datasets.facts_line(dataset)
mended.line(dataset)
refresh.notice(dataset)
mended.show_photo(dataset)

if mended.is_shown(dataset):
    mended.gallery(dataset)
elif dataset.ok:
    order = photos.gallery_order(dataset)
    label = datasets.pick_class(dataset)
    shown = order if label is None else order[order["label"] == label]
    slot = st.container()
    start = datasets.pick_start(len(shown))
    with slot:
        clicked = photos.gallery(dataset, shown.iloc[start : start + datasets.A_PAGE], place="all")
    if clicked is not None:
        mended.open_photo(clicked)

if dataset.ok:
    section("Is it balanced?", words.balance(dataset.classes))
    chart(
        charts.class_sizes(dataset.classes),
        charts.class_sizes_height(len(dataset.classes)),
        key="class_sizes",
        alt=f"Photos by class: {', '.join(f'{name} {number}' for name, number in dataset.classes.items())}",
    )
    section("What it learns from, and what tests it")
    datasets.split_sentence(photos.gallery_order(dataset))
    mapping.show(dataset)
placeholders.show(dataset)
datasets.set_aside(dataset)
