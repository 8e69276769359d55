"""Campaigns: the list, one of them, closing."""

from collections.abc import Collection

from conversation.script import LANGUAGES
from conversation.words import Styled, normal
from handlers.actions.campaigns import CampaignClosed, CampaignClosing, CloseCampaign, progress
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered, unit_title
from handlers.console.context import Command, Form, Forms, Refusal, Turn, Usage
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import Role
from storage.ports import Campaign

PAGE = 10


async def campaign_named(turn: Turn, code: str, roles: Collection[Role]) -> Campaign:
    """The campaign, where the person has one of the roles for it. Raises Refusal: elsewhere there is none."""
    found = await turn.tools.store.directory.campaign(code.lower())
    if found is None or not turn.scope(roles).covers(found.unit):
        raise _unknown(turn, code)
    return found


def _unknown(turn: Turn, code: str) -> Refusal:
    known = offered(turn, ("/campaigns", "staff.campaigns.choice.list"))
    return Refusal("staff.campaigns.unknown", known, campaign=code[:40])


def typed(turn: Turn, key: str) -> set[str]:
    """What may be typed for one thing, in any language, as `normal` writes it."""
    both = (turn.tools.words[language].text(key) for language in LANGUAGES)
    return {normal(word) for text in both for word in text.split("|")}


# the list


async def campaigns(turn: Turn, line: Line) -> None:
    """`/campaigns`, `/campaigns all`, `/campaigns CODE`; further pages by a number at the end."""
    words = list(line.arguments)
    if len(words) > 2:
        raise Usage
    one = await _one(turn, words[0]) if len(words) == 1 else None
    if one:
        await _card(turn, one)
        return
    page = int(words.pop()) if words and words[-1].isdecimal() else 1
    every = bool(words) and normal(words[0]) in typed(turn, "staff.campaigns.words.all")
    if words and not every:
        raise _unknown(turn, words[0])
    found = [each for each in await _visible(turn) if every or not each.closed_ms]
    if not found:
        turn.say("staff.campaigns.none", offered(turn, ("/campaigns all", "staff.campaigns.choice.all")))
        return
    await _page(turn, found, page, every=every)


async def _one(turn: Turn, code: str) -> Campaign | None:
    found = await turn.tools.store.directory.campaign(code.lower())
    return found if found and turn.scope(READS).covers(found.unit) else None


async def _visible(turn: Turn) -> list[Campaign]:
    """Those in the person's units: open ones first, then the newest."""
    scope = turn.scope(READS)
    directory = turn.tools.store.directory
    found = [await directory.campaign(each) for each in await directory.campaigns()]
    seen = [each for each in found if each and scope.covers(each.unit)]
    return sorted(seen, key=lambda each: (bool(each.closed_ms), -each.opened_ms, each.id))


async def _page(turn: Turn, found: list[Campaign], page: int, *, every: bool) -> None:
    pages = (len(found) + PAGE - 1) // PAGE
    page = min(max(page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    parts: list[Styled | str] = [
        turn.words.say("staff.campaigns.title.all" if every else "staff.campaigns.title", n=len(found)),
        *[await _summary(turn, each) for each in shown],
    ]
    if pages > 1:
        parts.append(turn.words.say("staff.campaigns.page", page=page, pages=pages))
    choices = [(f"/campaigns {each.id}", each.id) for each in shown]
    command = "/campaigns all" if every else "/campaigns"
    if page > 1:
        choices.append((f"{command} {page - 1}", "staff.campaigns.choice.previous"))
    if page < pages:
        choices.append((f"{command} {page + 1}", "staff.campaigns.choice.next"))
    turn.send(Styled.join(parts), offered(turn, *choices))


async def _summary(turn: Turn, campaign: Campaign) -> Styled:
    """What it is, and its figures, in two lines."""
    script = await turn.tools.store.directory.script(campaign.script)
    words = turn.words
    about = [
        script.title.in_(turn.language) if script else campaign.script_id,
        unit_title(turn, campaign.unit),
        words.plain("staff.campaigns.version", version=short_version(campaign.script)),
    ]
    if campaign.code:
        about.append(words.text("staff.campaigns.walk_in"))
    if campaign.kiosk:
        about.append(words.text("staff.campaigns.kiosk"))
    if campaign.closed_ms:
        about.append(words.text("staff.campaigns.closed"))
    figures_ = progress(await turn.tools.store.interviews.counts(campaign.id))
    return Styled.join(
        [
            words.say("staff.campaigns.line", campaign=campaign.id, about=" · ".join(about)),
            words.say("staff.campaigns.figures", **figures_._asdict()),
        ]
    )


async def _card(turn: Turn, campaign: Campaign) -> None:
    parts = [await _summary(turn, campaign)]
    if campaign.code and not campaign.closed_ms:
        parts += links(turn, campaign.code)
    close = (f"/close {campaign.id}", "staff.campaigns.choice.close")
    reopen = (f"/open {campaign.id}", "staff.campaigns.choice.reopen")
    invite = (f"/invite {campaign.id}", "staff.campaigns.choice.invite")
    choices = [
        *([] if campaign.closed_ms else [invite]),
        (f"/candidates {campaign.id}", "staff.campaigns.choice.candidates"),
        (f"/stats {campaign.id}", "staff.campaigns.choice.stats"),
        reopen if campaign.closed_ms else close,
    ]
    turn.send(Styled.join(parts), offered(turn, *choices))


def links(turn: Turn, token: str) -> list[Styled]:
    """A line for each channel in which a token is followed, or typed."""
    followed = [
        turn.words.say("staff.campaigns.link", channel=channel_title(turn, name), link=link)
        for name, link in turn.tools.links(token).items()
    ]
    return [*followed, *typed_ways(turn, token)]


def typed_ways(turn: Turn, token: str) -> list[Styled]:
    """A line for each of our accounts to which no link leads: what is typed there, and by whom."""
    return [
        turn.words.say("staff.campaigns.typed", channel=channel_title(turn, each.channel), token=token)
        for each in turn.tools.accounts()
        if each.typed
    ]


def channel_title(turn: Turn, name: str) -> str:
    """What people call it; the account behind it stays."""
    channel, _, account = name.partition(" ")
    return f"{turn.tools.candidate_words[turn.language].channel(channel)} {account}".strip()


def short_version(version: str) -> str:
    return version[:8]


# closing


async def close(turn: Turn, line: Line) -> CloseCampaign:
    """`/close CODE`"""
    if len(line.arguments) != 1:
        raise Usage
    return CloseCampaign((await campaign_named(turn, line.arguments[0], HIRES)).id)


async def _closing(turn: Turn, preview: CampaignClosing) -> Styled:
    said = turn.words.say("staff.close.preview", campaign=preview.campaign, **preview.progress._asdict())
    unopened = preview.progress.unopened
    return Styled.join([said, turn.words.say("staff.close.unopened", n=unopened) if unopened else ""])


async def _closed(turn: Turn, result: CampaignClosed) -> None:
    undo = offered(turn, (f"/open {result.campaign}", "staff.campaigns.choice.undo"))
    turn.say("staff.close.done", undo, campaign=result.campaign)


COMMANDS = (
    Command("campaigns", READS, campaigns),
    Command("close", HIRES, close),
)
FORMS: Forms = {CloseCampaign: Form(_closed, _closing)}
