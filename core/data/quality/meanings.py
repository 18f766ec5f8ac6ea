"""What each kind of finding is called, why it matters, and what to do: the words of `core.data.quality.words`."""

from core.data.quality.classes import ENOUGH
from core.data.quality.finding import Kind

TITLES: dict[Kind, str] = {
    "leaks": "Copies on both sides · leak",
    "two_labels": "One photo, several labels · contradiction",
    "suspects": "Perhaps another label · label suspects",
    "placeholders": "Pictures that stand in for missing photos · placeholders",
    "labels_alike": "Labels that look like one",
    "near_duplicates": "Nearly the same photo · near duplicates",
    "one_colour": "Nearly empty photos",
    "blurred": "Blurred photos",
    "dark": "Dark photos · underexposed",
    "bright": "Washed-out photos · overexposed",
    "tiny": "Tiny photos",
    "odd_shape": "Very long or very wide photos",
    "small_classes": "Classes with few photos",
    "imbalance": "Some classes are far bigger · imbalance",
    "unreadable": "Rows without a photo",
    "exact_duplicates": "Set aside already · exact duplicates",
}
WHY: dict[Kind, str] = {
    "leaks": "the test tells what it remembers there, and scores too high",
    "two_labels": "whatever it answers there, it is wrong once",
    "suspects": "a wrong label teaches it something wrong",
    "placeholders": "hosts show such a picture where a photo is gone, and nothing can be learned from it",
    "labels_alike": "as long as they are two, it must guess between them",
    "near_duplicates": "the copies count several times and teach nothing new",
    "one_colour": "nothing can be learned there",
    "blurred": "little can be learned there",
    "dark": "little can be learned there",
    "bright": "little can be learned there",
    "tiny": "little can be seen there",
    "odd_shape": "a network sees them squeezed into a square",
    "small_classes": "it takes about that many to learn from, and to say how well it went",
    "imbalance": "when in doubt it will say the bigger one",
    "unreadable": "it learns without them",
    "exact_duplicates": "each is kept once",
}
MEANINGS: dict[Kind, str] = {
    "leaks": (
        "What it has learned by heart it answers right, so the test says more than is true. Leave out the copies on "
        "the other side, or move them to this one."
    ),
    "two_labels": (
        "It cannot learn both, and whatever it answers is counted as wrong once. Give each picture one label, or leave "
        "it out."
    ),
    "suspects": (
        "A training that had not learned from them took them for another class; the surest come first. Look at each, "
        "and give it the label that it shows."
    ),
    "placeholders": (
        "Hosts show such a picture where a photo is gone. It shows nothing of what its rows say, so leave it out."
    ),
    "labels_alike": "They differ only in how they are written. Make them one, if they mean the same.",
    "near_duplicates": (
        "They are the same photo saved again, a bit smaller or worse, in one part and under one label. That does "
        "little harm, but such photos count more than others. Keep one of each."
    ),
    "one_colour": "There is nothing to learn in them, and something wrong to learn from them. Leave them out.",
    "blurred": (
        "Shape and cloth are hard to see. Leave them out, unless the photos that you will ask about are like that."
    ),
    "dark": (
        "Hardly anything can be seen in them. Leave them out, unless the photos that you will ask about are like that."
    ),
    "bright": "Their middle is white without any drawing left in it. Leave them out.",
    "tiny": "Blown up to the size of the others they show blocks. Leave them out, or find them larger.",
    "odd_shape": (
        "A network sees each photo squeezed into a square, and these it hardly recognises. Crop them, or leave them "
        "out."
    ),
    "small_classes": (
        f"With {ENOUGH} it has about 13 to learn from and 4 to be tested on: a start. Four times as many make about "
        "half as many mistakes."
    ),
    "imbalance": (
        "When in doubt it will say the bigger one. Add photos of the rare classes, or let rare classes count for more "
        "when you train."
    ),
    "unreadable": "They are not in the dataset that it learns from. The table below says why, row by row.",
    "exact_duplicates": (
        "They are byte for byte the same, under the same label. Each is kept once; there is nothing to do."
    ),
}
