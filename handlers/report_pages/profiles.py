"""The ability profile in a report: a table, and on the page a radar as a picture of it."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.charts.fonts import fitting
from handlers.charts.radar import LEAST_SPOKES, MOST_LEVEL, MOST_SPOKES, edges, spokes
from handlers.competencies import basis_text, competency_views, level_text
from handlers.report_pages.model import CompetencyRow, ProfileView
from handlers.report_pages.phrases import Phrases, literal
from handlers.rounding import rounded

WIDTH, HEIGHT = 400, 300
"""Size of the radar, in its own units: about pixels on a phone."""
_RADIUS, _BEYOND, _LINE = 100.0, 15.0, 18.0
_BARELY = 0.2
_MOST_LABEL = 11


class RadarLabel(NamedTuple):
    """The label at the end of a spoke, and the level below it."""

    x: float
    y: float
    anchor: str
    text: str
    level: str


class RadarView(NamedTuple):
    """The coordinates of a radar: `rings` as polygons, `lines` and `spokes` as (x, y, x, y), `points` as (x, y).
    `area` is a polygon, empty unless everything was assessed."""

    rings: tuple[str, ...]
    spokes: tuple[tuple[float, ...], ...]
    area: str
    lines: tuple[tuple[float, ...], ...]
    points: tuple[tuple[float, float], ...]
    labels: tuple[RadarLabel, ...]


def profile_of(phrases: Phrases) -> ProfileView | None:
    """Return the profile from the ratings that the reader may see; None if there is nothing to show."""
    seen, words = phrases.source.ratings, phrases.staff
    found = () if seen.withheld == "public" else competency_views(seen.shown, phrases.source.script)
    if not any(each.level is not None for each in found):
        return None
    rows = (
        CompetencyRow(
            each.competency,
            literal(each.title.in_(phrases.language)),
            level_text(words, each),
            None if each.level is None else rounded(each.level, 3),
            rounded(each.coverage, 3),
            basis_text(words, each),
        )
        for each in found
    )
    notes = [words.text("staff.profile.note")]
    if any(each.level is None for each in found):
        notes.insert(0, words.text("staff.profile.note.blank"))
    if seen.withheld:
        own = words.plain("staff.profile.own", n=seen.others, given=seen.given, total=seen.answered)
        notes.insert(0, own)
    return ProfileView(tuple(rows), tuple(notes))


def radar_of(profile: ProfileView | None) -> RadarView | None:
    """Return the radar of a profile; None with too few competencies, too many, or no profile."""
    if profile is None or not LEAST_SPOKES <= len(profile.rows) <= MOST_SPOKES:
        return None
    return _radar(profile.rows)


def _radar(found: Sequence[CompetencyRow]) -> RadarView:
    ends, levels = spokes(len(found)), [each.level for each in found]
    points = [None if level is None else _at(end, level) for end, level in zip(ends, levels, strict=True)]
    there = tuple(point for point in points if point)
    joined = (tuple(at for index in pair for at in (points[index] or ())) for pair in edges(levels))
    return RadarView(
        tuple(_polygon([_at(end, level) for end in ends]) for level in range(1, MOST_LEVEL + 1)),
        tuple((*_at(end, 0), *_at(end, MOST_LEVEL)) for end in ends),
        _polygon(there) if len(there) == len(points) else "",
        tuple(joined),
        there,
        tuple(_label(end, each) for end, each in zip(ends, found, strict=True)),
    )


def _label(end: tuple[float, float], each: CompetencyRow) -> RadarLabel:
    x, y = _at(end, MOST_LEVEL * (1 + _BEYOND / _RADIUS))
    anchor = "middle" if abs(end[0]) < _BARELY else "start" if end[0] > 0 else "end"
    up = _LINE if end[1] < -_BARELY else _LINE / 2 if end[1] < _BARELY else 0
    text = fitting(each.title, _MOST_LABEL)
    return RadarLabel(x, round(y - up, 1), anchor, text, each.text)


def _at(end: tuple[float, float], level: float) -> tuple[float, float]:
    length = _RADIUS * level / MOST_LEVEL
    return round(WIDTH / 2 + end[0] * length, 1), round(HEIGHT / 2 + end[1] * length, 1)


def _polygon(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
