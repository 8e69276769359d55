"""Who a visitor of the page is: by a link, by the key of an earlier version, or on a shared computer.

Also what the page is told about the place in the interview, and whether an answer follows.
"""

from typing import Any

import pytest
from msgspec.structs import replace

from bot.channels.web.frames import address_of
from bot.channels.web.place import Place, place_of
from conversation.question_kinds import takes_voice
from conversation.script import Question, Script, Stage, Wording
from conversation.state import State
from conversation.state_parts import Support
from tests.bot.whole_app import KEY, WholeApp

OTHER = "the-key-of-another-page-98"
THIRD = "the-key-of-a-third-page-97"
ASK = Wording("您好？", "How are you?")


async def invited(app: WholeApp) -> str:
    campaign = await app.app.campaigns.find("demo")
    return (await app.app.campaigns.invite(campaign, "Li Lei")).token


@pytest.mark.redis
@pytest.mark.parametrize("personal", [True, False], ids=["an invitation", "a walk-in code"])
async def test_a_link_that_belongs_to_the_earlier_key_is_told_so(public_app: WholeApp, personal: bool) -> None:
    token = await invited(public_app) if personal else "demo"
    async with public_app.visitor(KEY, start=token) as page:
        await page.begin()
    before = await public_app.store.directory.who(address_of(KEY))
    async with public_app.visitor(OTHER, start=token, former=KEY) as page:
        assert await page.until("welcome") == {"use": "former"}
        await page.socket.wait_closed()
    assert await public_app.store.directory.who(address_of(OTHER)) is None
    assert await public_app.store.directory.who(address_of(KEY)) == before


@pytest.mark.redis
@pytest.mark.parametrize("former", ["", "short", KEY, OTHER, THIRD])
async def test_a_link_that_does_not_is_followed_with_the_new_key(public_app: WholeApp, former: str) -> None:
    async with public_app.visitor(KEY, start=await invited(public_app)) as page:
        await page.until_offered("agree")
    async with public_app.visitor(OTHER, start=await invited(public_app), former=former) as page:
        assert "title" in await page.until("welcome")
        await page.until_offered("agree")
    assert await public_app.store.directory.who(address_of(OTHER)) is not None


@pytest.fixture
async def kiosk(public_app: WholeApp) -> WholeApp:
    """The public app with its walk-in campaign on a shared computer."""
    directory = public_app.store.directory
    campaign = await directory.walk_in("demo")
    assert campaign
    await directory.put_campaign(replace(campaign, kiosk=True))
    return public_app


@pytest.mark.redis
async def test_on_a_shared_computer_nobody_begins_unasked(kiosk: WholeApp) -> None:
    async with kiosk.visitor(KEY, start="demo") as page:
        asked = await page.hear()
        assert asked["kiosk"] == "demo"
        assert set(asked["title"]) == {"zh", "en"}
        await page.socket.wait_closed()
    assert await kiosk.store.directory.who(address_of(KEY)) is None
    async with kiosk.visitor(KEY, start="demo", begin=True) as page:
        assert (await page.until("welcome"))["kiosk"] == "demo"
        await page.begin()
    async with kiosk.visitor(KEY) as page:  # comes back
        assert (await page.until("welcome"))["kiosk"] == "demo"
    async with kiosk.visitor(OTHER, start=await invited(kiosk)) as page:  # with a link of their own
        await page.until_offered("agree")


@pytest.mark.redis
async def test_the_page_is_told_where_the_interview_stands(app: WholeApp) -> None:
    async with app.visitor() as page:
        before = await page.until("place")
        assert (before["phase"], before["number"], before["total"]) == ("guided", 0, 6)
        assert (before["voice"], before["files"]) == (False, False)
        await page.say(id="agree", choice="agree@-1", label="Agree")
        place = await page.until("place")
        assert (place["phase"], place["number"], place["total"]) == ("running", 1, 6)
        assert set(place["stage"]) == set(place["question"]) == {"zh", "en"}
        assert place["voice"] is True
        assert place["deadline_ms"] > 0
        await page.say(id="1", text="I am Li Lei.")
        await page.say(id="2", text="Submit")
        while place["number"] < 2:
            place = await page.until("place")
    async with app.visitor() as other:
        assert (await other.until("place"))["number"] == 2


@pytest.mark.redis
async def test_an_acknowledgement_says_whether_an_answer_follows(app: WholeApp) -> None:
    async with app.visitor() as page:
        await page.begin()
        answers: dict[str, dict[str, Any]] = {}
        for number in ("1", "2", "3"):
            await page.say(id=number, text=f"Part {number} of the answer.")
            while "ack" not in (frame := await page.hear()):
                continue
            answers[number] = frame
        assert [answers[number]["answer"] for number in ("1", "2", "3")] == [True, False, False]
        assert answers["1"]["seq"] < answers["2"]["seq"] < answers["3"]["seq"]


def question(**more: Any) -> Question:
    return Question("q", **{"kind": "open", "ask": ASK, "minutes": 1, **more})


@pytest.mark.parametrize(
    ("more", "taken"),
    [
        ({"kind": "open"}, True),
        ({"kind": "short"}, True),
        ({"kind": "short", "voice": "required"}, True),
        ({"kind": "open", "voice": "off"}, False),
        ({"kind": "choice"}, False),
        ({"kind": "number"}, False),
    ],
)
def test_which_questions_are_answered_by_speaking(more: dict[str, Any], taken: bool) -> None:
    assert takes_voice(question(**more)) is taken


def test_the_place_of_an_interview() -> None:
    stages = (Stage("one", Wording("一", "One"), 50, (question(files="allowed"), question(kind="number"))),)
    script = Script("s", Wording(), stages, guide=Wording(), privacy=Wording(), privacy_version="1")
    state = State("i1", "c1", "s1", deadline_ms=5)
    assert place_of(state, script) == Place("invited", total=2, deadline_ms=5)
    running = replace(state, phase="running", index=0)
    one = Place("running", Wording("一", "One"), 1, 2, ASK, voice=True, files=True, deadline_ms=5)
    assert place_of(running, script) == one
    assert place_of(replace(running, phase="paused"), script) == replace(one, phase="paused")
    second = place_of(replace(running, index=1), script)
    assert (second.number, second.voice, second.files) == (2, False, False)
    people = Support(since_ms=1, seen_ms=1)
    asking = place_of(replace(running, index=1, support=people), script)
    assert (asking.voice, asking.files) == (True, True)
    over = place_of(replace(running, phase="completed", index=2, support=people), script)
    assert over == Place("completed", total=2, deadline_ms=5, done=2)
