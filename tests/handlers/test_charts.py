"""Pictures: of the right size, not blank, true to the figures, and readable with whatever fonts there are."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.image import imread

from handlers.charts import MOST_BARS, MOST_FUNNELS, Bar, Fonts, Funnel, draw, fonts

BLUE = (0, 0x72, 0xB2)
CHINESE = Funnel(
    "spring · 数据分析岗",
    "spring · Data analyst",
    (Bar("邀请", "Invited", 120, 100), Bar("开始", "Started", 60, 50), Bar("自我介绍", "Introduction", 0, 0)),
)


@pytest.fixture(scope="module")
def latin() -> Fonts:
    """As on a machine without Chinese fonts: the library's own."""
    plain, bold = (
        FontProperties(fname=findfont(FontProperties(family=["DejaVu Sans"], weight=weight)))
        for weight in ("normal", "bold")
    )
    return Fonts(plain, bold)


def blue_runs(png: bytes) -> list[int]:
    """How many pixels wide each bar is, from above."""
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
