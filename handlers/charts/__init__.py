"""Charts of figures, readable on a phone and with red-green colour blindness, each with a text equivalent.

Drawing takes 0.1 s or more and loading matplotlib about 1 s, so call `draw` outside the event loop.
"""

from handlers.charts.bars import Bars, BarsRow
from handlers.charts.canvas import MOST_PANELS, Panel, Picture, draw
from handlers.charts.columns import Column, Columns
from handlers.charts.fonts import Fonts, Label, fonts
from handlers.charts.funnel import MOST_BARS, Bar, Funnel
from handlers.charts.radar import LEAST_SPOKES, Radar, Series
from handlers.charts.stack import Part, Stack
from handlers.charts.trend import Point, Trend

MOST_FUNNELS = MOST_PANELS

__all__ = [
    "LEAST_SPOKES",
    "MOST_BARS",
    "MOST_FUNNELS",
    "MOST_PANELS",
    "Bar",
    "Bars",
    "BarsRow",
    "Column",
    "Columns",
    "Fonts",
    "Funnel",
    "Label",
    "Panel",
    "Part",
    "Picture",
    "Point",
    "Radar",
    "Series",
    "Stack",
    "Trend",
    "draw",
    "fonts",
]
