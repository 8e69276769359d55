"""Invitations taken back or replaced: their links are dead, and whoever opened one before stays in."""

from conversation import inbound as i
from conversation.inbound import Inbound
from conversation.record.audit import verify
from tests.handlers.console.commands.campaigns.inviting import desk, members, opens, token_of
from tests.handlers.console.desk import Desk

__all__ = ["desk"]


# taken back


async def test_an_invitation_taken_back_lets_nobody_in(desk: Desk) -> None:
    (said, *_) = await desk.says("nora", "/invite spring Anna")
    (interview,) = await members(desk)
    token = token_of(said.text.splitlines()[-1])
    await desk.presses("nora", "Take it back")
    await desk.presses("nora", "Yes, do it")
    assert await opens(desk, token) == [
        "This invitation is no longer valid. Please ask the recruiting team for a new one."
    ]
    assert await opens(desk, token, "78", "zh") == ["这个邀请已经失效，请联系招聘工作人员重新发邀请。"]
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert record.state.withdrawn
    entries = verify(interview, await desk.store.interviews.entries(interview), record.version, record.head)
    assert [(each.by, type(each.events[0]).__name__) for each in entries] == [
        ("staff", "Invited"),
        ("staff", "InvitationWithdrawn"),
        ("stranger", "OpeningRefused"),
        ("stranger", "OpeningRefused"),
    ]
    counts = {name: n for name, n in (await desk.store.interviews.counts("spring")).items() if n}
    assert counts == {"withdrawn": 1}


async def test_a_new_link_and_the_old_one_is_dead(desk: Desk) -> None:
    (said, *_) = await desk.says("nora", "/invite spring Anna")
    old = token_of(said.text.splitlines()[-1])
    (interview,) = await members(desk)
    (asked,) = await desk.says("nora", f"/reissue {interview}")
    yes = desk.message("nora", asked.choices[0].token, "staff:yes")
    (said, *_) = await desk.receive(yes)
    new = token_of(said.text.splitlines()[-1].split()[-1])
    assert old != new
    assert await desk.receive(yes) == []
    assert len(await members(desk)) == 2
    assert "no longer valid" in (await opens(desk, old))[0]
    assert "Anna" in (await opens(desk, new))[0]
    assert (await desk.store.interviews.counts("spring"))["interviews"] == 1


async def test_the_candidate_may_be_faster_than_the_confirmation(desk: Desk) -> None:
    (said, *_) = await desk.says("nora", "/invite spring Anna")
    (interview,) = await members(desk)
    await desk.says("nora", f"/revoke {interview}")
    assert await opens(desk, token_of(said.text.splitlines()[-1]))
    (answer,) = await desk.presses("nora", "Yes, do it")
    assert "has opened the invitation" in answer.text
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert (record.state.withdrawn, record.state.phase) == (False, "guided")


async def test_the_candidate_may_be_faster_than_the_very_command(desk: Desk) -> None:
    """The command was checked before the candidate opened the link. The interview's record decides."""
    (said, *_) = await desk.says("nora", "/invite spring Anna")
    (interview,) = await members(desk)
    assert await opens(desk, token_of(said.text.splitlines()[-1]))
    await desk.intake.apply(interview, Inbound("late", i.InvitationWithdrawn()))
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert not record.state.withdrawn


async def test_of_a_closed_campaign_nothing_is_made_anew(desk: Desk) -> None:
    await desk.says("nora", "/invite spring Anna")
    (interview,) = await members(desk)
    await desk.campaigns.close(await desk.campaigns.find("spring"))
    (answer,) = await desk.says("nora", f"/reissue {interview}")
    assert "is closed" in answer.text
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert not record.state.withdrawn


async def test_the_office_is_no_interview(desk: Desk) -> None:
    (answer,) = await desk.says("boss", "/revoke office")
    assert "“office” was not found" in answer.text
