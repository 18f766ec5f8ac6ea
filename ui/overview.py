"""What is in the photos: each class on average, and the sizes, shapes, light and colours, with what each means."""

import base64
import io

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core import charts
from core.data.overview import SHAPES, Apart, Overview, overview
from core.data.quality import measures
from core.data.store import Dataset
from core.files import stamp
from core.saying import per_100
from core.training.recipe import usual
from ui import datasets, photos
from ui.figures import chart
from ui.frame import muted, section
from ui.to_mend import FINDING, MENDED
from ui.words import count, listed, many, plain

TITLE = "What is in the photos?"
MOST = 20_000  # of the photos of a large dataset, by which it is described
AT_FIRST = 16  # classes on average; the others on request
ALL = "all_means"  # in the session
FIGURE_PX = 210
LINE_PX = 8  # of the colour below a picture of 96
DARK, BRIGHT = 5, 4  # of the twenty bars of brightness those that count as dark, and as very bright
SAID = {"portrait": "upright", "square": "square", "landscape": "lying"}


def show(dataset: Dataset) -> None:
    """The section of the Dataset page; without a check, a line on what it would show."""
    found = _overview(dataset)
    if found is None:
        section(TITLE, "Once the photos are checked, their sizes, shapes, light and colours stand here.")
        return
    section(TITLE, f"By {found.photos:,} of the photos, from all over them." if dataset.is_large else None)
    _average(dataset, found)
    sizes, shapes, light = st.columns(3, gap="medium")
    with sizes:
        _sizes(found)
    with shapes:
        _shapes(found)
    with light:
        _light(found)


def _average(dataset: Dataset, found: Overview) -> None:
    """Each class's photos laid over one another, with their mean colour; a click on its name shows its photos."""
    pictures = _means(dataset, found)
    if not pictures:
        return
    st.subheader("Each class on average", anchor=False)
    muted(
        "All photos of a class laid over one another, and below them their mean colour. Where a thing shows through, "
        f"it is always taken alike; grey mist means that it is not. {_of_colour(found)}"
    )
    labels = sorted(pictures, key=lambda label: -dataset.classes[label])
    shown = labels if st.session_state.get(ALL) else labels[:AT_FIRST]
    with st.grid(8, min_column_width=84, gap=(12, 12)):
        for number, label in enumerate(shown):
            with st.container(gap="xxsmall"):
                st.image(pictures[label], width="stretch", alt=f"{label} on average")
                st.button(
                    f":small[:gray[{plain(photos.shortened(label))}]]",
                    key=f"photo_mean_{number}",
                    type="tertiary",
                    on_click=_to_photos,
                    args=(dataset, label),
                )
    if len(labels) > len(shown) and st.button(f"All {len(labels)}", type="tertiary", key="show_all_means"):
        st.session_state[ALL] = True
        st.rerun()


def _to_photos(dataset: Dataset, label: str) -> None:
    for elsewhere in (FINDING, MENDED):
        st.query_params.pop(elsewhere, None)
    datasets.show_class(dataset, label)


def _of_colour(found: Overview) -> str:
    apart = found.colour_apart
    if apart is None:
        return "Their colours are much the same, so it has to look at the shape."
    return f"The colours of {_both(apart)} differ most: it may tell them by that alone."


def _sizes(found: Overview) -> None:
    st.subheader("Sizes", anchor=False)
    size_px = usual("classic").image_size_px
    if not len(found.short_sides):
        muted("The source does not say how large they were.")
        return
    if len(found.sizes) > 1:
        chart(charts.sizes(found.sizes, size_px), FIGURE_PX, key="photo_sizes", alt="Sizes of the photos")
    commonest = found.sizes.iloc[0]
    share = commonest["photos"] / len(found.short_sides)
    if len(found.sizes) == 1 or share > 0.5:
        most = "All" if share == 1 else "Most"
        measured = f"{most} are about {commonest['width']:,} × {commonest['height']:,} dots."
    else:
        middle = int(np.median(found.short_sides))
        measured = f"The shorter side of half of them is {middle:,} dots or more."
    looks = f"It usually looks at {size_px} × {size_px} :small[:gray[image size]]"
    small = found.smaller_than(size_px)
    if small:
        means = f"{looks}: {count(small, 'smaller photo is', 'smaller photos are')} blown up and look soft."
    else:
        means = f"{looks}, so none has to be blown up."
    muted(f"{measured} {means}")


def _shapes(found: Overview) -> None:
    st.subheader("Shapes", anchor=False)
    known = sum(found.shapes.values())
    if not known:
        muted("The source does not say how wide and high they were.")
        return
    most = max(found.shapes.values())
    lines = [_bar(SAID[shape], found.shapes[shape] / known, found.shapes[shape] == most) for shape in SHAPES]
    st.html(f'<div class="bars sure">{"".join(lines)}</div>')
    if found.upright_apart:
        more, less = (many(photos.shortened(each)) for each in _pair(found.upright_apart))
        means = f"Far more {more} stand upright than {less}: it may learn the shape of the photo, not of the thing."
    elif most / known > 0.9:
        means = "It sees each squeezed into a square; they are nearly all of one shape, so that does no harm."
    else:
        means = "It sees each squeezed into a square. Each class has about the same shapes, so that does no harm."
    muted(means)


def _bar(name: str, share: float, leads: bool) -> str:
    top, width = ' class="top"' if leads else "", f"{100 * share:.1f}%"
    return f'<div{top}><span>{name}</span><i><b style="width:{width}"></b></i><span>{per_100(share)}%</span></div>'


def _light(found: Overview) -> None:
    st.subheader("Light", anchor=False)
    chart(charts.brightness(found.brightness), FIGURE_PX, key="photo_light", alt="Photos from black to white")
    dark, bright = int(found.brightness[:DARK].sum()), int(found.brightness[-BRIGHT:].sum())
    if found.light_apart:
        more, less = (many(photos.shortened(each)) for each in _pair(found.light_apart))
        means = f"Far brighter {more} than {less}: it may learn the light, not the thing."
    elif max(dark, bright) > 0.5 * found.photos:
        which = "dark" if dark > bright else "very bright"
        means = f"Most are {which}. It will be at its best with such photos, and unsure of others."
    else:
        some = [f"{number:,} {which}" for number, which in ((dark, "dark"), (bright, "very bright")) if number]
        range_of = f"{listed(some)}, the rest in between" if some else "None is dark or very bright"
        means = f"{range_of}. The more kinds of light, the less a new one surprises it."
    muted(means[:1].upper() + means[1:])


def _pair(apart: Apart) -> tuple[str, str]:
    return apart.more, apart.less


def _both(apart: Apart) -> str:
    return listed([plain(photos.shortened(each)) for each in _pair(apart)])


def _overview(dataset: Dataset) -> Overview | None:
    return _summed_up(dataset, dataset.id, dataset.version, stamp(dataset.folder / measures.FILE))


@st.cache_resource(max_entries=4, show_spinner=False)
def _summed_up(_dataset: Dataset, dataset_id: str, version: str, changed: tuple[int, int] | None) -> Overview | None:
    if not changed:
        return None
    rows = photos.rows(_dataset).sample(MOST)
    taken = measures.measures_of(_dataset, rows)
    if taken is None or taken.empty:
        return None
    found = overview(taken.assign(label=rows["label"].loc[taken["position"]].array))
    photos.give_back()
    return found


def _means(dataset: Dataset, found: Overview) -> dict[str, str]:
    """The mean picture of each class that has one, above a line of its mean colour, as an address."""
    means = _drawn(dataset, dataset.id, dataset.version, stamp(measures.means_path(dataset)), found.colours)
    return {label: picture for label, picture in means.items() if label in dataset.classes}


@st.cache_resource(max_entries=4, show_spinner=False)
def _drawn(
    _dataset: Dataset,
    dataset_id: str,
    version: str,
    changed: tuple[int, int] | None,
    _colours: dict[str, tuple[int, int, int]],
) -> dict[str, str]:
    means = measures.load_means(_dataset) if changed else {}
    return {label: _with_line(mean, _colours[label]) for label, mean in means.items() if label in _colours}


def _with_line(mean: NDArray[np.uint8], colour: tuple[int, int, int]) -> str:
    line = np.broadcast_to(np.array(colour, np.uint8), (LINE_PX, mean.shape[1], 3))
    kept = io.BytesIO()
    Image.fromarray(np.concatenate([mean, line])).save(kept, "JPEG", quality=88, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(kept.getvalue()).decode()}"
