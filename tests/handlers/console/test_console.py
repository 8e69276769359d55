"""What holds for every command: done once, only for those it is meant for, with existing texts, and recorded."""

import re
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.errors import ChainBroken
from conversation.words import normal
from handlers.actions.campaigns import CampaignClosed, CampaignClosing, CloseCampaign, progress
from handlers.actions.context import Context
from handlers.catalogues import staff_vocabulary
from handlers.console.command_line import read
from handlers.console.context import Command
from handlers.console.registry import COMMANDS
from handlers.organisation.audit import digest, read_entries
from handlers.organisation.events import Acted
from handlers.organisation.repository import audit_organisation, claim_code, load
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

both = pytest.mark.parametrize("language", ["zh", "en"])


def _keys(language: str) -> set[str]:
    return set(staff_vocabulary()._keys) if language else set()


@both
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_its_texts(command: Command, language: str) -> None:
    words = staff_vocabulary()[language]
    assert words.text(f"staff.usage.{command.name}").startswith(f"/{command.name}")
    assert words.text(f"staff.help.{command.name}")
    assert words.text(f"staff.names.{command.name}")


def test_no_name_is_two_commands() -> None:
    names: dict[str, str] = {}
    for command in COMMANDS:
        for language in ("zh", "en"):
            for typed in staff_vocabulary()[language].text(f"staff.names.{command.name}").split("|"):
                assert names.setdefault(normal(typed), command.name) == command.name, typed


def test_both_languages_say_the_same_things() -> None:
    for key in _keys("zh"):
        if key == "staff.page.moment":  # months have names in English, and numbers in Chinese
            continue
        said = [
            {name for _, name, _, _ in Formatter().parse(staff_vocabulary()[each].text(key)) if name}
            for each in ("zh", "en")
        ]
        assert said[0] == said[1], key


async def test_the_same_message_changes_nothing_twice(store: Store) -> None:
    desk = Desk(store)
    await desk.claims()
    message = desk.message("boss", "/org add 华东", "again")
    (once,) = await desk.receive(message)
    assert await desk.receive(message) == []
    assert desk.results[-2:] == ["committed", "duplicate"]
    record = await load(store)
    assert record.state.units == {"华东": ""}
    assert "华东" in once.text
    assert await audit_organisation(store) == record.version


async def test_two_at_once_are_both_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second command conflicts with the first, and is tried again."""
    desk = Desk(store)
    await desk.claims()
    stale = await load(store)
    await desk.says("boss", "/org add 华东")
    answers = iter([stale])

    async def sometimes_stale(of: Store) -> object:
        return next(answers, None) or await load(of)

    monkeypatch.setattr("handlers.console.console.load", sometimes_stale)
    (answer,) = await desk.says("boss", "/org add 华南")
    assert "华南" in answer.text
    assert (await load(store)).state.units == {"华东": "", "华南": ""}


async def test_a_stranger_gets_no_answer_and_leaves_no_trace(store: Store) -> None:
    desk = Desk(store)
    await desk.claims()
    before = await load(store)
    for text in ("/help", "/claim 0123456789abcdef", "/start x", "你好", "/staff invite owner", "/yes 0", ""):
        assert await desk.says("mallory", text) == []
        assert desk.results[-1] in ("stranger", "ignored")
    assert await load(store) == before


async def test_a_code_is_good_once_and_for_a_while(store: Store) -> None:
    desk = Desk(store)
    code = await claim_code(store, lambda: desk.now, lambda: "c" * 22)
    desk.now += 3_600_000
    assert await desk.says("late", f"/claim {code}") == []
    code = await claim_code(store, lambda: desk.now, lambda: "d" * 22)
    assert await desk.says("boss", f"/claim {code}")
    assert await desk.says("second", f"/claim {code}") == []
    assert [person.name for person in (await load(store)).state.people.values()] == ["boss"]


async def test_no_code_is_in_the_record_but_its_hash(store: Store) -> None:
    desk = Desk(store)
    await desk.claims()
    (invited,) = await desk.says("boss", "/staff invite recruiter")
    found = re.search(r"/claim (\w+)", invited.text)
    assert found
    await desk.says("小李", f"/claim {found[1]}")
    stored = b"".join(await store.interviews.entries(NAME))
    assert found[1].encode() not in stored
    assert digest(found[1]).encode() in stored


async def test_every_action_is_in_the_record_with_who_did_it(store: Store) -> None:
    desk = Desk(store)
    await desk.claims()
    await desk.joins("小李", "recruiter")
    for text in ("/help", "/org add 华东", "/orgg", "/notify", "no command at all"):
        await desk.says("小李", text)
    entries = read_entries(await store.interviews.entries(NAME))
    person = (await load(store)).state.person_at(desk.message("小李", "", "x").sender)
    assert person
    mine = [event for entry in entries if entry.by == person.id for event in entry.events]
    acted = [(event.line, event.outcome) for event in mine if isinstance(event, Acted)]
    assert acted == [
        ("/claim", "done"), ("/help", "done"), ("/org", "refused"), ("(unknown command)", "refused"),
        ("/notify", "done"), ("/no", "refused"),
    ]  # fmt: skip


async def test_a_changed_record_is_found(store: Store) -> None:
    desk = Desk(MemoryStore())
    await desk.claims()
    await desk.says("boss", "/org add 华东")
    logs = desk.store.interviews._logs[NAME]  # type: ignore[attr-defined]
    logs[-1] = logs[-1].replace("华东".encode(), "华西".encode())
    with pytest.raises(ChainBroken):
        await audit_organisation(desk.store)


@pytest.fixture
def closings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make closing a campaign do nothing, so that it can be repeated. Returns the causes of those carried out."""
    done: list[str] = []

    async def preview(self: CloseCampaign, context: Context) -> CampaignClosing:
        return CampaignClosing(self.campaign, progress({}))

    async def execute(self: CloseCampaign, context: Context) -> CampaignClosed:
        done.append(context.cause)
        return CampaignClosed(self.campaign, "", 0)

    monkeypatch.setattr(CloseCampaign, "preview", preview)
    monkeypatch.setattr(CloseCampaign, "execute", execute)
    return done


async def test_what_is_confirmed_is_done_once_by_who_asked_in_time(store: Store, closings: list[str]) -> None:
    desk = Desk(store)
    await desk.claims()
    await desk.campaign("spring")
    await desk.joins("小李", "owner")
    (preview,) = await desk.says("boss", "/close spring")
    yes, no = (choice.token for choice in preview.choices)
    await desk.says("小李", yes)  # somebody else's ticket
    assert closings == []
    await desk.says("boss", yes)
    assert len(closings) == 1
    await desk.says("boss", yes)  # pressed twice
    await desk.says("boss", no)
    assert len(closings) == 1
    (preview,) = await desk.says("boss", "/close spring")
    desk.now += 11 * 60_000
    await desk.says("boss", preview.choices[0].token)
    assert len(closings) == 1
    (preview,) = await desk.says("boss", "/close spring")
    await desk.says("boss", preview.choices[1].token)
    await desk.says("boss", preview.choices[0].token)
    assert len(closings) == 1


_TYPED = st.text(max_size=80) | st.builds(
    lambda name, rest: f"/{name} {rest}",
    st.sampled_from([command.name for command in COMMANDS]),
    st.lists(
        st.sampled_from(
            [
                "",
                "add",
                "invite",
                "revoke",
                "remove",
                "华东",
                '"',
                "“",
                "-1",
                "0",
                "99999999999999999999",
                "*",
                "off",
            ]
        )
        | st.text(max_size=12),
        max_size=5,
    ).map(" ".join),
)


@given(lines=st.lists(_TYPED, min_size=1, max_size=8))
@settings(max_examples=150)
async def test_whatever_is_typed_gets_an_answer_and_keeps_the_record_whole(lines: list[str]) -> None:
    desk = Desk(MemoryStore())
    await desk.claims()
    for line in lines:
        sent = await desk.says("boss", line)
        if read(line) is not None:
            assert all(text.strip() for text in texts(sent))
            assert sent
    await audit_organisation(desk.store)


async def test_a_colleague_is_invited_by_a_link_where_there_is_one() -> None:
    desk = Desk(MemoryStore(), "en")
    desk.console.tools = desk.tools._replace(staff_link=lambda code: f"https://t.me/office_bot?start={code}")
    await desk.claims()
    (invited,) = await desk.says("boss", "/staff invite recruiter")
    link, line = invited.text.splitlines()[-2:]
    assert line == f"/claim {link.partition('start=')[2]}"
    assert link.startswith("https://t.me/office_bot?start=")
    (welcome,) = await desk.says("Lee", line.replace("/claim", "/start"))
    assert "recruiter" in welcome.text


async def test_the_record_has_no_free_text_of_what_was_typed() -> None:
    """Whatever is not carried out may be anything: a slip into the wrong chat, a candidate's words, a password."""
    store = MemoryStore()
    desk = Desk(store)
    await desk.claims()
    for text in (
        "/zzname hi", "/secret-word", "/yes secret-word", "/no secret-word", "/stats secret-word",
        "/export secret-word pdf", "/org secret-word secret-word", "/open secret-word", "/candidates secret-word",
    ):  # fmt: skip
        await desk.says("boss", text)
    stored = b"".join(await store.interviews.entries(NAME))
    for typed in (b"zzname", b" hi", b"secret-word"):
        assert typed not in stored


async def test_a_forwarded_message_is_no_command() -> None:
    store = MemoryStore()
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    (asked,) = await desk.says("boss", "/close spring")
    yes = next(choice.token for choice in asked.choices)
    for number, text in enumerate(("/close spring", yes, "/help", "hello", "/claim x")):
        inbound = replace(desk.message("boss", text, f"forwarded:{number}"), forwarded=True)
        assert texts(await desk.receive(inbound))[0].startswith("Forwarded messages are not carried out")
    campaign = await store.directory.campaign("spring")
    assert campaign
    assert not campaign.closed_ms
    code = await claim_code(store, lambda: desk.now, desk._nonce)
    stranger = replace(desk.message("stranger", f"/claim {code}", "forwarded:claim"), forwarded=True)
    assert await desk.console.receive(stranger) == "stranger"
