"""Results: how often it is right and between what, what it mixes up, and the photos behind every number."""

import streamlit as st

from ui import (
    deciding,
    duelling,
    pickers,
    reporting,
    results,
    results_answers,
    results_asking,
    results_classes,
    results_doubt,
    results_exams,
    results_matrix,
    results_numbers,
    results_photos,
    stressing,
)
from ui.door import front_door

front_door()

model = results.pick()
if model is None:
    results.nothing_yet()
    st.stop()
pickers.choose("run", model.id)
key = results_exams.chosen(model)
exam = results_exams.load(model, key)
report = results_numbers.report(model, exam, key)

results.head(model, key, exam, report)
results_asking.progress_of(model, key, exam)
if report is None:
    if exam is not None:
        results_photos.none_left(exam)
    st.stop()
results_numbers.show(model, exam, report)
results_asking.offer_photos(model, exam, key)

results_matrix.show(exam, report, f"{model.id}/{key}")
results_classes.show(exam, report)
if exam is not None:
    results_answers.show(exam)
    results_doubt.show(exam)
    deciding.show(model, exam)
    stressing.show(model, exam)
    duelling.show(model, exam)
reporting.offer(model, exam)
