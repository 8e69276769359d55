"""Pictures in the recruiter's cards: shown in place, with a name for those who cannot see, opened by a click."""

from hashlib import sha256

import pytest
from playwright.sync_api import expect

from bot.channels.web.frames import PANE
from conversation.outbound import Attachment, OutboundMessage
from handlers.charts import Bar, Funnel, draw
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.test_accessibility import FAINT
from tests.browser.test_console import send

pytestmark = [pytest.mark.browser, pytest.mark.redis]
BARS = (Bar("邀请", "Invited", 12, 100), Bar("开始", "Started", 9, 75), Bar("自我介绍", "Introduction", 5, 42))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_shown_in_its_place(pane_messenger: Installation, visit: Visit, scheme: str) -> None:
    picture = draw([Funnel("spring · 数据分析岗", "spring", BARS)])
    recruiter = visit(pane_messenger.address, color_scheme=scheme).open()
    file = Attachment("digest.png", sha256(picture.png).hexdigest(), "image/png", picture.alt)
    send(pane_messenger, OutboundMessage(PANE, "早报", file=file), files=(picture.png,))
    shown = recruiter.page.get_by_role("img", name=picture.alt)
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1440
    box = shown.bounding_box()
    assert box is not None
    pane = recruiter.page.locator("#notices").bounding_box()
    assert pane is not None
    assert 200 < box["width"] <= pane["width"]
    link = recruiter.page.locator("a.picture")
    expect(link).to_have_attribute("download", "digest.png")
    assert recruiter.page.evaluate(FAINT) == []
    assert not recruiter.complaints()
