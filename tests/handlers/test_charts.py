"""Pictures: the right size, not blank, true to the figures, and readable with any installed fonts."""

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.image import imread

from conversation.script import LANGUAGES
from handlers.charts import (
    MOST_BARS,
    MOST_FUNNELS,
    Bar,
    Bars,
    BarsRow,
    Column,
    Columns,
    Fonts,
    Funnel,
    Label,
    Panel,
    Part,
    Point,
    Radar,
    Series,
    Stack,
    Trend,
    draw,
    fonts,
)
from handlers.charts.fonts import fitting
from handlers.charts.paper import MOST_TITLE

BLUE = (0, 0x72, 0xB2)
CHINESE = Funnel(
    "spring · 数据分析岗",
    "spring · Data analyst",
    (Bar("邀请", "Invited", 120, 100), Bar("开始", "Started", 60, 50), Bar("自我介绍", "Introduction", 0, 0)),
)


@pytest.fixture(scope="module")
def latin() -> Fonts:
    """The fonts of a machine without Chinese fonts: those shipped with the library."""
    plain, bold = (
        FontProperties(fname=findfont(FontProperties(family=["DejaVu Sans"], weight=weight)))
        for weight in ("normal", "bold")
    )
    return Fonts(plain, bold)


def blue_runs(png: bytes) -> list[int]:
    """Return the width of each bar in pixels, from top to bottom."""
    pixels = (imread(BytesIO(png))[:, :, :3] * 255).round()
    widths = [int((abs(row - BLUE) < 2).all(axis=1).sum()) for row in pixels]
    return [width for before, width in zip([0, *widths], widths, strict=False) if width > 20 and before <= 20]


def size(png: bytes) -> tuple[int, int]:
    height, width, _ = imread(BytesIO(png)).shape
    return width, height


def test_bars_are_as_long_as_the_figures_say(latin: Fonts) -> None:
    first, second = blue_runs(draw([CHINESE], latin).png)
    assert first > 600
    assert abs(second - first / 2) <= 2


def test_each_funnel_has_its_place(latin: Fonts) -> None:
    one, two = draw([CHINESE], latin), draw([CHINESE, CHINESE], latin)
    assert size(one.png)[0] == size(two.png)[0] == 1440
    assert size(two.png)[1] > 1.9 * size(one.png)[1] - 50
    assert len(blue_runs(two.png)) == 2 * len(blue_runs(one.png))


def test_the_words_say_the_same(latin: Fonts) -> None:
    assert draw([CHINESE], latin).alt == (
        "spring · Data analyst: Invited 120 (100%), Started 60 (50%), Introduction 0 (0%)"
    )


def test_chinese_is_drawn_where_a_font_has_it() -> None:
    found = fonts()
    if not found.has("邀请自我介绍"):
        pytest.skip("no font with Chinese characters on this machine")
    assert draw([CHINESE]).alt.startswith("spring · 数据分析岗: 邀请 120 (100%)")


def test_what_can_never_be_drawn_is_no_reason_to_fail(latin: Fonts) -> None:
    strange = Funnel("面试\n\n$x^{2$ 𓀀", "面试 A", (Bar("初试", "初试", 3, None), Bar("", "", 1, None)))
    assert draw([strange], latin).alt == "?? A: ?? 3, ? 1"


def test_a_dollar_begins_no_formula(latin: Fonts) -> None:
    funnel = Funnel("$x$ \\frac{1}", "x", (Bar("$1 and $2", "x", 1, None),))
    assert draw([funnel], latin).alt == "$x$ \\frac{1}: $1 and $2 1"


def test_nobody_at_all_is_drawn_too(latin: Fonts) -> None:
    picture = draw([Funnel("spring", "spring", (Bar("Invited", "Invited", 0, None),))], latin)
    assert blue_runs(picture.png) == []
    assert size(picture.png)[0] == 1440


def test_a_picture_has_bounds(latin: Fonts) -> None:
    long = Funnel("t" * 500, "t", tuple(Bar("l" * 300, "l", 10**9, 100) for _ in range(50)))
    width, height = size(draw([long] * 20, latin).png)
    assert width == 1440
    assert height <= MOST_FUNNELS * (MOST_BARS + 2) * 90


def test_several_threads_draw_the_same(latin: Fonts) -> None:
    with ThreadPoolExecutor(4) as threads:
        pictures = list(threads.map(lambda _: draw([CHINESE], latin), range(8)))
    assert len({picture.png for picture in pictures}) == 1


# the other pictures


def both(chinese: str, english: str) -> Label:
    return Label(chinese, english)


REASONS = Bars(
    both("离开的原因", "Why people left"),
    (
        BarsRow(both("网络", "Network"), 40, "40"),
        BarsRow(both("时间", "Time"), 20, "20"),
        BarsRow(both("隐私", "Privacy"), None, "fewer than 5"),
    ),
    40,
)
BACK = Stack(
    both("中断之后", "After an interruption"),
    (Part(both("自己", "by themselves"), 60, "60"), Part(both("没有回来", "not back"), 40, "40", rest=True)),
)
HOURS = Columns(
    both("什么时候", "When"),
    (Column("09", 20), Column("10", 10), Column("11", None), Column("12", 0)),
    hidden="some are kept back",
)
RATE = Trend(
    both("完成率", "Completion"), (Point("11-11", 50, 40, 60), Point("11-18", None), Point("11-25", 70, 55, 80))
)
ABILITIES = Radar(
    both("能力画像", "Abilities"),
    (both("表达", "Expression"), both("逻辑", "Logic"), both("协作", "Teamwork")),
    (
        Series(both("张三", "Ann"), (4.5, 2.0, None)),
        Series(both("李四", "Ben"), (3.0, 4.0, None)),
    ),
)


def test_bars_of_reasons_are_as_long_as_the_figures_say(latin: Fonts) -> None:
    first, second = blue_runs(draw([REASONS], latin).png)
    assert abs(second - first / 2) <= 2


def test_a_share_has_its_interval(latin: Fonts) -> None:
    without = Bars(REASONS.title, (BarsRow(both("题", "Q"), 50, "50%"),), 100)
    with_it = Bars(REASONS.title, (BarsRow(both("题", "Q"), 50, "50%", 30, 70),), 100)
    assert draw([without], latin).png != draw([with_it], latin).png


def test_parts_of_a_whole_fill_the_bar(latin: Fonts) -> None:
    first = max(blue_runs(draw([BACK], latin).png))
    assert abs(first - 0.6 * 0.94 * 1440) < 12


def test_a_column_is_as_high_as_its_hour_says(latin: Fonts) -> None:
    pixels = (imread(BytesIO(draw([HOURS], latin).png))[:, :, :3] * 255).round()
    heights = [int((abs(column - BLUE) < 2).all(axis=1).sum()) for column in pixels.transpose(1, 0, 2)]
    assert max(heights) > 150
    assert {round(height / max(heights), 1) for height in heights if height > 20} == {1.0, 0.5}


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        (REASONS, "Why people left: Network 40, Time 20, Privacy fewer than 5"),
        (BACK, "After an interruption: by themselves 60, not back 40"),
        (HOURS, "When: 09 20, 10 10, some are kept back"),
        (ABILITIES, "Abilities: Expression Ann 4.5 Ben 3.0, Logic Ann 2.0 Ben 4.0, Teamwork Ann – Ben –"),
        (RATE, "Completion: 11-11 50% (40–60%), 11-18 –, 11-25 70% (55–80%)"),
    ],
)
def test_each_says_the_same_in_words(latin: Fonts, panel: Panel, said: str) -> None:
    assert draw([panel], latin).alt == said


@pytest.mark.parametrize(
    "panel",
    [
        Bars(both("", ""), (), 0),
        Bars(both("空", "none"), (BarsRow(both("空", "none"), 0, "0"),), 0),
        Stack(both("空", "none"), ()),
        Stack(both("空", "none"), (Part(both("少", "few"), None, "fewer than 5"),)),
        Columns(both("空", "none"), ()),
        Trend(both("空", "none"), ()),
        Trend(both("空", "none"), (Point("11-25", None),)),
        Radar(both("空", "none"), (), ()),
        Radar(both("空", "none"), (both("空", "none"),) * 3, (Series(both("空", "none"), (None,) * 3),)),
    ],
)
def test_nothing_at_all_is_drawn_too_in_every_picture(latin: Fonts, panel: Panel) -> None:
    assert size(draw([panel], latin).png)[0] == 1440


def test_a_radar_reaches_as_far_as_the_levels_say_and_leaves_out_what_was_not_assessed(latin: Fonts) -> None:
    """The blue points of somebody with one level only: as many from the centre as the level says."""
    tops = []
    for level in (2.0, 4.0):
        series = (Series(both("甲", "A"), (level, None, None)),)
        png = draw([ABILITIES._replace(series=series)], latin).png
        pixels = (imread(BytesIO(png))[:, :, :3] * 255).round()
        blue = [at for at, row in enumerate(pixels) if (abs(row - BLUE) < 2).all(axis=1).any()]
        assert blue[-1] - blue[0] < 40, "a single point"
        tops.append((blue[0] + blue[-1]) / 2)
    assert abs((tops[0] - tops[1]) - 2 / 5 * 1.55 * 200) <= 2


@pytest.mark.parametrize("number", [3, 4, 7, 12])
def test_long_labels_of_a_radar_end_within_the_picture(latin: Fonts, number: int) -> None:
    label = both("抗压能力与情绪管理能力", "Working under much pressure")
    series = (Series(both("甲", "A"), (5.0,) * number),)
    png = draw([Radar(ABILITIES.title, (label,) * number, series, ("5.0",) * number)], latin).png
    pixels = imread(BytesIO(png))[:, :, :3]
    edges = pixels[:, :4], pixels[:, -4:]
    assert all((edge > 0.99).all() for edge in edges), "nothing is cut off at the left or the right"


def test_all_of_them_in_one_picture(latin: Fonts) -> None:
    picture = draw([REASONS, BACK, HOURS, RATE, REASONS], latin)
    assert picture.alt.count("\n") == MOST_FUNNELS - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_pictures_are_not_cut(language: str) -> None:
    catalogues = resources.files("handlers") / "console/locales" / language / "LC_MESSAGES"
    titles = [
        str(message.string)
        for source in catalogues.iterdir()
        for message in read_po(BytesIO(source.read_bytes()), locale=language)
        if re.match(r"staff\..*picture\.", str(message.id)) and "{" not in str(message.string)
    ]
    assert len(titles) > 20
    assert [title for title in titles if fitting(title, MOST_TITLE) != title] == []
