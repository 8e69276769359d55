"""The faults of a script as lines for its author: errors first, then warnings, those of one kind in one line."""

from collections.abc import Sequence

from conversation.words import Words
from handlers.authoring.faults import Fault, say
from handlers.catalogues import authoring_vocabulary

MOST_PLACES = 12


def report(faults: Sequence[Fault], language: str) -> list[str]:
    """Return the faults in words."""
    errors = [fault.worded(language) for fault in faults if fault.level == "error"]
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.level == "warning":
            kinds.setdefault(fault.wrong.key, []).append(fault)
    words = authoring_vocabulary()[language]
    return errors + [line for kind, found in kinds.items() for line in _grouped(kind, found, words)]


def _grouped(kind: str, faults: Sequence[Fault], words: Words) -> list[str]:
    group = f"{kind}.group"
    if len(faults) == 1 or group not in authoring_vocabulary():
        return [fault.worded(words.language) for fault in faults]
    first, cells = faults[0], bool(faults[0].spot.cell)
    places = say("group.and").worded(words).join(_place(fault, words) for fault in faults[:MOST_PLACES])
    if len(faults) > MOST_PLACES:
        places += say("group.more", n=len(faults) - MOST_PLACES).worded(words)
    what = say("group.places", what=say(group, n=len(faults)), places=places)
    said = say("group.warning", file=first.file, what=what, write=first.remedy)
    return [said.worded(words, cells=cells)]


def _place(fault: Fault, words: Words) -> str:
    spot = fault.spot.phrase
    place = spot if fault.spot.cell else say("group.place", where=fault.where, place=spot)
    return place.worded(words)
