"""The sections of a report about how far to trust a model: its doubt, what it could do alone, and spoilt photos."""

from core.charts import drawn
from core.errors import EvaluationError
from core.model import deciding
from core.model.reliability import reliability
from core.model.report.document import Bar, Beside, Block, Figure, Legend, Section, Table, Words
from core.model.report.measured import Measured, bar, photos
from core.model.spoiling import AS_IT_IS
from core.model.stress import load_stress
from core.saying import per_100

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99)
FEW_ANSWERS = 10  # a share of fewer would make the line jump
MOST_POINTS = 200


def doubt(found: Measured) -> Section | None:
    """Whether it is as sure as it is right; None where only the one number is known."""
    if found.exam is None:
        return None
    labels, probabilities = found.exam.labels, found.exam.probabilities
    apart = float(probabilities.max(axis=1).mean()) - float(found.facts["accuracy"])
    if abs(apart) < 0.01:
        said = "On the whole it is as sure as it is right."
    else:
        how = "surer" if apart > 0 else "less sure"
        said = f"On the whole it is {abs(100 * apart):.0f} points {how} than it is right."
    said += f" At any one sureness it is off by {100 * found.facts['ece']:.0f} points on average."
    words = "How sure it is, across, and how often it is right, upwards; on the dashed line both are the same"
    figure = Figure(drawn.honesty(reliability(labels, probabilities)), words)
    read = "Across: how sure it was. Upwards: how often it was right; the larger a dot, the more photos. On the dashed "
    read += "line both are the same, above it it is too modest, below it too sure."
    beside = Beside(figure, (Words(said), Words(read, muted=True)))
    return Section("Does its doubt mean something?", (beside,), "calibration")


def alone(found: Measured) -> Section | None:
    """What it could do without a person, at the threshold that counts and at others; None where nobody knows."""
    title, at = "How much could it do alone?", found.model.thresholds.sure
    if found.exam is None:
        told = _alone_as_told(found)
        return Section(title, (Words(told),)) if told else None
    try:
        outlook = deciding.outlook(found.exam)
    except EvaluationError as error:
        return Section(title, (Words(str(error)),))
    chosen = outlook.at(at)
    everywhere = [each for each in outlook.all() if each.alone >= FEW_ANSWERS]
    points = [(each.share, each.right_share or 0.0) for each in everywhere[:: max(1, len(everywhere) // MOST_POINTS)]]
    said = Words(chosen.sentence)
    blocks: list[Block] = [said]
    if len(points) > 1 and chosen.right_share is not None:
        words = "Photos that it answers alone, across, against how many of these answers are right, upwards"
        figure = drawn.trade(points, (chosen.share, chosen.right_share))
        legend: Legend = (("model", "how sure it may be asked to be"), ("check", f"now: {at:.0%}"))
        read = "Across: the photos that it answers by itself. Upwards: how many of these answers hold."
        blocks = [Beside(Figure(figure, words, "", legend), (said, Words(read, muted=True)))]
    headings = (
        ("So sure it has to be", "threshold"),
        ("It does alone", ""),
        ("Right, of these", ""),
        ("To a person", ""),
    )
    blocks.append(Table(headings, tuple(_threshold(outlook.at(sure)) for sure in THRESHOLDS)))
    return Section(title, tuple(blocks))


def as_phones_take_them(found: Measured) -> Section | None:
    """What it loses on spoilt photos; None if nobody measured it."""
    stress = load_stress(found.exam) if found.exam is not None else None
    if stress is not None:
        shares = {condition: right / stress.photos for condition, right in stress.right.items()}
        said = f"{stress.sentence} Measured on {photos(stress.photos)} of these, each spoilt in every way."
        worst = {each: stress.weakest_class(each) or "" if stress.is_more_than_luck(each) else "" for each in shares}
        said += " A class is named where the loss is more than luck."
        if stress.known:
            said += f" It has learned from {stress.known:,} of them: on others it may lose more."
    elif found.exam is None and found.facts.get("stress"):
        shares, worst = dict(found.facts["stress"]), {}
        low = min(shares, key=shares.__getitem__)
        usual = f"Right on {per_100(shares[AS_IT_IS])} of 100 photos as they are"
        said = f"{usual}, and on {per_100(shares[low])} at its weakest: {low}."
    else:
        return None
    rows = [
        (condition, bar(share), "" if condition == AS_IT_IS else _points(share - shares[AS_IT_IS]),
         *((worst[condition],) if worst else ()))
        for condition, share in shares.items()
    ]  # fmt: skip
    headings = (("The photo is", ""), ("Right", ""), ("Points", ""), *([("Hardest hit", "")] if worst else []))
    return Section("As phones take them", (Words(said), Table(headings, tuple(rows))), "stress")


def _alone_as_told(found: Measured) -> str:
    """What came with the model; "" where nothing did."""
    known = found.facts.get("sure")
    if not known:
        return ""
    share, right = per_100(known["share"]), per_100(known["right"])
    at = f"At {100 * known['from']:.0f} %"
    return f"{at} it labels {share} of 100 photos by itself, {right} % of them right; {100 - share} go to a person."


def _points(change: float) -> str:
    """−3.2, of a share that fell."""
    return f"{100 * change:+.1f}".replace("-", "−")


def _threshold(each: deciding.Decision) -> tuple[str | Bar, ...]:
    right = "–" if each.right_share is None else bar(each.right_share, each.interval)
    return (f"{each.sure:.0%}", bar(each.share), right, f"{each.to_person:,} of {each.photos:,}")
