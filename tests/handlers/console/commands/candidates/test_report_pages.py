"""The report as a web page: who has access, what it shows, and that hostile text is shown as text."""

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from msgspec.structs import replace

import bot.speech
import bot.web.report
from conversation import inbound as i
from conversation.state import Record
from handlers.organisation.repository import audit_organisation
from handlers.organisation.state import LOCAL_ID
from handlers.report_pages.links import LIFE_S, ReportLinks
from storage.codec import pack
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.owners import owners_cookie
from tests.handlers.console.commands.candidates.report_reader import Reader, parsed, reader_of, sample, shown
from tests.handlers.console.commands.candidates.spoken_reports import reader, spoken

__all__ = ["reader"]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}{% raw %}&amp;\u202egnp'
_STYLE = Path(bot.web.report.__file__).parent / "report.css"


# what it shows


async def test_a_page_shows_what_was_said_and_what_is_not_assessed(reader: Reader) -> None:
    interview = await reader.desk.exits("张三", "spring")
    page = await reader.page(interview)
    assert page.status_code == 200
    text = shown(page.text)
    for said in ("张三", "中途退出", "我学统计,做过预测课题。", "Excel", "网络不好", "没有作答，不评。"):
        assert said in text
    assert "可评权重 40%（答完 1/2 个环节）" in text
    assert "没有完成不等于没有通过" in text
    for word in ("未通过", "失败", "淘汰"):
        assert word not in text.replace("不代表面试没有通过", "")
    english = await reader.page(interview, lang="en")
    for said in ("Left", "Unfinished is not failed", "No answer: not assessed."):
        assert said.casefold() in shown(english.text).casefold()


async def test_a_spoken_answer_can_be_heard_and_its_doubtful_words_are_marked(reader: Reader) -> None:
    interview, sha256 = await spoken(reader, "李四", sample("zh.ogg"))
    html = (await reader.page(interview)).text
    assert f'/audio/{sha256}"' in html
    text = shown(html)
    for said in ("0:42", "置信度 93%", "机器转写，本人未确认", "我来自北京大学", "0:20", "不太确定，建议听录音"):
        assert said in text
    assert html.count('class="unsure"') == 1


async def test_hostile_words_stay_words(reader: Reader) -> None:
    name = f"王{HOSTILE}"[:60]
    interview = await reader.desk.starts(name, "spring")
    await reader.desk.does(name, i.TextReceived(HOSTILE))
    for language in ("zh", "en"):
        html = (await reader.page(interview, lang=language)).text
        tags = parsed(html).tags
        assert not {"script", "img", "iframe", "object", "style"} & {tag for tag, _ in tags}
        for _, attributes in tags:
            assert not [each for each in attributes if each.startswith("on")]
            assert "style" not in attributes
        assert HOSTILE.replace("\u202e", "") in shown(html)  # in the order in which it was typed
        assert "49" not in shown(html).replace(interview, "")


async def test_ratings_are_shown_by_the_rule_of_the_console(reader: Reader) -> None:
    desk = reader.desk
    interview = await desk.answers("张三", "spring", 4)
    await desk.joins("小李", "recruiter", "华东")
    questions = [step.question.id for step in desk.script.steps]
    for number, question in enumerate(questions):
        rating = i.RatingGiven(question, 4, reader.person("小李"), "清楚" if not number else "")
        await desk.intake.apply(interview, i.Inbound(f"rate:{number}", rating))
    blind = shown((await reader.page(interview)).text)
    assert "另有 1 位同事已评分；您评完以后显示。" in blind
    assert "小李: 4" not in blind
    own = shown((await reader.page(interview, "小李")).text)
    assert "4.0 / 5" in own
    assert own.count("小李: 4") == 4
    assert "清楚" in own


# access


async def test_strangers_links_and_old_ones_lead_nowhere(reader: Reader) -> None:
    interview = await reader.desk.starts("张三", "spring")
    token = reader.token(interview)
    forged = [
        "x",
        "x" * 5_000,
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(token[:8], "AAAAAAAA"),
        ReportLinks(b"another secret", lambda: reader.desk.now).make(interview, reader.person("boss")),
        reader.links.make("0" * 16, reader.person("boss")),
    ]
    for each in forged:
        page = await reader.web.get(f"/r/{each}")
        assert page.status_code == 404
        assert "/report" in page.text
        assert "张三" not in page.text
    assert (await reader.web.get(f"/r/{token}")).status_code == 200
    reader.desk.now += LIFE_S * 1000
    assert (await reader.web.get(f"/r/{token}")).status_code == 200
    reader.desk.now += 1_000
    assert (await reader.web.get(f"/r/{token}")).status_code == 404


async def test_rights_are_those_of_now(reader: Reader) -> None:
    desk = reader.desk
    interview, sha256 = await spoken(reader, "张三", sample("zh.ogg"))
    for who, role, unit in (
        ("小李", "recruiter", "华东"),
        ("小王", "recruiter", "华南"),
        ("小赵", "support", "华东"),
    ):
        await desk.joins(who, role, unit)
    assert (await reader.page(interview, "小李")).status_code == 200
    for who in ("小王", "小赵"):
        assert (await reader.page(interview, who)).status_code == 403
        assert (await reader.web.get(f"/r/{reader.token(interview, who)}/audio/{sha256}")).status_code == 404
    token = reader.token(interview, "小李")
    await desk.says("boss", "/staff revoke 小李 recruiter 华东")
    refused = await reader.web.get(f"/r/{token}")
    assert refused.status_code == 403
    assert "您的权限有了变化" in refused.text
    assert "Your rights have changed" in refused.text
    assert "张三" not in refused.text
    nobody = reader.links.make(interview, "nobody")
    assert (await reader.web.get(f"/r/{nobody}")).status_code == 403
    assert (await reader.web.get(f"/r/{token}/audio/{sha256}")).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_of_what_was_erased_only_the_remains_are_shown(reader: Reader, lang: str) -> None:
    desk = reader.desk
    interview = await desk.exits("张三", "spring")
    await desk.says("boss", f"/decide {interview} no 太含糊")
    store = desk.store
    assert isinstance(store, MemoryStore)
    record = await store.interviews.load(interview)
    assert record is not None
    erased = Record(replace(record.state, phase="erased", name=""), record.version, record.head)
    before = store.interviews._states[interview]
    store.interviews._states[interview] = pack(erased)
    under_way = await reader.page(interview, lang=lang)
    store.interviews._states[interview] = before
    await desk.says("boss", f"/forget {interview}")
    await desk.presses("boss", "确定")
    await desk.erases()
    for page in (under_way, await reader.page(interview, lang=lang)):
        assert page.status_code == 410
        text = shown(page.text)
        for gone in ("张三", "统计", "Excel", "网络", "太含糊"):
            assert gone not in text
        for remains in (interview, "spring", "邀请" if lang == "zh" else "invited"):
            assert remains in text
    assert ("记录完整" if lang == "zh" else "The record is intact") in text


async def test_the_owners_link_is_for_the_owners_browser(tmp_path: Path) -> None:
    reader = await reader_of(MemoryStore(), tmp_path, local=True)
    interview = await reader.desk.starts("张三", "spring")
    link = f"/r/{reader.links.make(interview, LOCAL_ID)}"
    assert (await reader.web.get(link)).status_code == 404
    reader.web.base_url = httpx.URL("http://127.0.0.1:8080")
    cookie = await owners_cookie(reader.owner, 8080)
    assert (await reader.web.get(link, headers={"cookie": cookie})).status_code == 200
    forwarded = {"cookie": cookie, "x-forwarded-for": "203.0.113.9"}
    assert (await reader.web.get(link, headers=forwarded)).status_code == 404
    for host in ("192.168.1.7:8080", "interview.example.com"):
        assert (await reader.web.get(link, headers={"cookie": cookie, "host": host})).status_code == 404
    await reader.web.aclose()


async def test_each_look_is_an_act_once_in_ten_minutes(store: Store, tmp_path: Path) -> None:
    reader = await reader_of(store, tmp_path)
    interview = await reader.desk.starts("张三", "spring")
    for _ in range(3):
        await reader.page(interview)
    boss = reader.person("boss")
    assert await reader.acts() == [(boss, f"/report {interview} (web)")]
    reader.desk.now += 600_000
    await reader.page(interview)
    assert len(await reader.acts()) == 2
    await audit_organisation(store)
    (audit,) = await reader.desk.says("boss", "/audit")
    assert f"/report {interview} (web)" in audit.text
    await reader.web.aclose()


async def test_a_store_that_is_away_is_said_to_be_away(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    interview, sha256 = await spoken(reader, "张三", sample("zh.ogg"))

    async def away(_interview: str) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(reader.desk.store.interviews, "load", away)
    page = await reader.page(interview)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert (await reader.web.get(f"/r/{reader.token(interview)}/audio/{sha256}")).status_code == 503


async def test_the_console_gives_the_link(reader: Reader) -> None:
    desk = reader.desk
    interview = await desk.starts("张三", "spring")
    tools = desk.console.tools._replace(
        report_link=lambda of, person: f"https://x.example/r/{reader.links.make(of, person)}"
    )
    desk.console.tools = tools
    (report, *_) = await desk.says("boss", "/report 张三")
    found = re.search(r"https://x\.example(/r/\S+)", report.text)
    assert found
    assert (await reader.web.get(found[1])).status_code == 200
    assert interview in (await reader.web.get(found[1])).text


# headers, scripts and style


async def test_pages_are_kept_by_nobody_and_run_nothing(reader: Reader) -> None:
    interview, sha256 = await spoken(reader, "张三", sample("zh.ogg"))
    token = reader.token(interview)
    for path in (f"/r/{token}", "/r/x", f"/r/{token}/audio/{sha256}", f"/r/{token}/audio/{sha256}?original"):
        headers = (await reader.web.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["content-security-policy"].startswith("default-src 'none';")
        assert "unsafe" not in headers["content-security-policy"]
    assert (await reader.web.post(f"/r/{token}")).status_code == 405


async def test_pages_can_be_read_by_everybody(reader: Reader) -> None:
    interview, _ = await spoken(reader, "张三", sample("zh.ogg"))
    for path, language in ((f"/r/{reader.token(interview)}", "en"), ("/r/x", "zh-Hans")):
        found = parsed((await reader.web.get(path, params={"lang": "en"})).text)
        tags = dict(found.tags)
        assert tags["html"]["lang"] == language
        levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
        ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        for tag, attributes in found.tags:
            assert attributes.get("aria-labelledby", ids[0] if ids else "") in ids
            if tag == "audio":
                assert attributes["aria-label"].startswith("Voice message")
            for name in ("href", "src"):
                assert not urlsplit(attributes.get(name, "")).netloc  # nothing is loaded from another host


def test_every_text_stands_out_from_its_ground() -> None:
    style = _STYLE.read_text()
    themes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in style.split("@media")[:2]]
    assert [len(theme) for theme in themes] == [8, 8]
    for theme in themes:
        for text in ("text", "quiet", "accent", "warn"):
            for ground in ("ground", "surface", "soft"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground, theme)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as defined by WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_a_decision_of_two_names_both(store: Store, tmp_path: Path) -> None:
    reader = await reader_of(store, tmp_path)
    desk = reader.desk
    await desk.says("boss", "/org rule decisions on")
    for who in ("小李", "小王"):
        await desk.joins(who, "recruiter")
    await desk.campaign("autumn")
    interview = await desk.answers("王五", "autumn", 4)
    await desk.says("小李", f"/decide {interview} yes")
    page = (await reader.page(interview, lang="zh")).text
    assert "小李、小王" not in page
    await desk.says("小王", f"/decide {interview} yes")
    page = (await reader.page(interview, lang="zh")).text
    assert "小李、小王" in page
