"""What webhooks are sent of an interview: ids and states, from the webhooks of its units, and again on replay."""

import json
from typing import Any

import msgspec
import pytest

from conversation import inbound as i
from conversation.outbound import OutboundMessage
from handlers.notices.webhooks import CHANNEL, RETRIED_MS, Parcel, WebhookEvent, message
from handlers.organisation.repository import load
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import ErasureOrder
from tests.handlers.console.desk import Desk

URL = "https://ats.example.com/events?key=PLANTED"
FIELDS = {"interview", "campaign", "script", "unit", "state", "sequence"}


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.says("boss", "/org add Branch East")
    await desk.says("boss", "/org add South")
    await desk.campaign("spring", "East")
    await desk.says("boss", f"/webhook create ATS {URL} East")
    await desk.watch.look()
    return desk


async def told(desk: Desk) -> list[OutboundMessage]:
    """Return the messages to webhooks since the last call."""
    await desk.sent()
    found = [each for each in desk.heard if each.to.channel == CHANNEL]
    desk.heard.clear()
    return found


def parcels(messages: list[OutboundMessage]) -> list[tuple[str, dict[str, Any]]]:
    decoded = [msgspec.json.decode(each.text, type=Parcel) for each in messages]
    return [(each.id, json.loads(each.body)) for each in decoded]


def types(messages: list[OutboundMessage]) -> list[str]:
    return [body["type"].removeprefix("interview.") for _, body in parcels(messages)]


async def test_from_the_invitation_to_the_decision(desk: Desk) -> None:
    interview = await desk.answers("Mia PLANTED", "spring", 4)
    await desk.says("boss", f"/rate {interview} 1 4 PLANTED")
    await desk.says("boss", f"/decide {interview} yes PLANTED")
    heard = await told(desk)
    assert types(heard) == ["invited", "opened", "started", "completed", "rated", "decided"]
    states = [body["data"]["state"] for _, body in parcels(heard)]
    assert states == ["invited", "guided", "running", "completed", "completed", "completed"]
    for sent, (identity, body) in zip(heard, parcels(heard), strict=True):
        assert (sent.to.account, sent.to.user) == (next(iter((await load(desk.store)).state.webhooks)), interview)
        assert (sent.interview, body["data"]["interview"]) == (interview, interview)
        assert identity.startswith(f"{interview}-{body['data']['sequence']}-")
        assert set(body) == {"type", "timestamp", "data"}
        assert body["data"].keys() - FIELDS <= {"question", "decision"}
        assert "PLANTED" not in sent.text
        assert "Mia" not in sent.text
    sequence = [body["data"]["sequence"] for _, body in parcels(heard)]
    assert sequence == sorted(sequence)
    assert len({identity for identity, _ in parcels(heard)}) == len(heard)


async def test_leaving_with_a_reason_and_coming_back(desk: Desk) -> None:
    await desk.exits("Mia", "spring", "network")
    heard = parcels(await told(desk))
    assert [body["type"] for _, body in heard][-2:] == ["interview.exited", "interview.exit_reason"]
    reason = heard[-1][1]["data"]
    assert (reason["reason"], reason["group"], reason["state"]) == ("network", "technical", "exited")
    await desk.does("Mia", i.TextReceived("hello"))
    assert types(await told(desk)) == ["returned"]


async def test_other_units_webhooks_are_sent_nothing(desk: Desk) -> None:
    await desk.says("boss", "/webhook create South https://south.example.com/ South")
    await desk.says("boss", "/webhook create All https://all.example.com/")
    await desk.campaign("branch", "Branch")
    await desk.watch.look()
    await told(desk)
    await desk.campaigns.invite(await desk.campaigns.find("branch"), "Mia")
    hooks = (await load(desk.store)).state.webhooks
    assert sorted(hooks[each.to.account].name for each in await told(desk)) == ["ATS", "All"]


async def test_a_replay_sends_the_same_events_with_the_same_ids(desk: Desk) -> None:
    desk.heard.clear()
    await desk.answers("Mia", "spring", 4)
    first = await told(desk)
    desk.now += 20 * 3600_000
    await desk.says("boss", "/webhook replay ATS 24")
    again = await told(desk)
    assert parcels(again) == parcels(first)
    assert {msgspec.json.decode(each.text, type=Parcel).until_ms for each in again} == {desk.now + RETRIED_MS}
    desk.now += 20 * 3600_000
    await desk.says("boss", "/webhook replay ATS 24")
    assert not await told(desk)


async def test_of_an_erased_interview_only_the_erasure_is_sent_and_replayed(desk: Desk) -> None:
    interview = await desk.answers("Mia", "spring", 1)
    await told(desk)
    await desk.does("Mia", i.CommandReceived("exit"))
    await desk.does("Mia", i.ChoicePressed("pause"))
    other = await desk.campaigns.invite(await desk.campaigns.find("spring"), "Leo")
    parked = message("ats", WebhookEvent(f"{interview}-1-1", interview, "{}", False), desk.now)
    await desk.store.outbox.dead_letter(0, "rejected", "HTTP 500", msgspec.msgpack.encode(parked))
    await desk.store.erasures.order(ErasureOrder(interview, "cli", "forget"))
    await desk.erases()
    left = [each for each in await told(desk) if each.interview == interview]
    assert types(left) == ["erased"]
    assert not await desk.store.outbox.dead_letters()
    ((_, body),) = parcels(left)
    assert body["data"].keys() == FIELDS
    assert (body["data"]["unit"], body["data"]["state"]) == ("East", "erased")
    desk.now += 3600_000
    await desk.erases()
    await told(desk)
    await desk.says("boss", "/webhook replay ATS 24")
    again = await told(desk)
    assert parcels([each for each in again if each.interview == interview]) == parcels(left)
    assert {each.interview for each in again} == {interview, other.interview}


async def test_the_address_and_the_secret_are_in_no_record(desk: Desk) -> None:
    await desk.says("boss", "/webhook rotate ATS")
    (target,) = [each for each in desk.hooks.kept_targets.values() if len(each.secrets) == 2]
    assert target.url == URL
    entries = b"".join(await desk.store.interviews.entries(NAME))
    for secret in ("PLANTED", *(each.text for each in target.secrets)):
        assert secret.encode() not in entries
    assert b"/webhook create ATS https://ats.example.com/events East" in entries
