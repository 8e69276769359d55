"""Commands that list campaigns, show one, and close one."""

import contextlib

from conversation.words import Styled, Words, normal
from handlers.actions.campaigns import CampaignClosed, CampaignClosing, CloseCampaign, Progress
from handlers.actions.context import Refused
from handlers.actions.targets import campaign_of
from handlers.console.approvals import undo_button
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.definitions import equation
from handlers.console.vocabulary import typed
from handlers.organisation.rights import HIRES, READS
from handlers.queries.campaigns import CampaignPage, CampaignSummary, ListCampaigns, ShowCampaign

_UNFINISHED = ("paused", "exited", "lapsed", "unreachable")

# the list


async def campaigns(context: CommandContext, line: Line) -> None:
    """`/campaigns [PAGE]` lists the open campaigns, `/campaigns all [PAGE]` closed ones too, `/campaigns CODE`
    shows one."""
    words = list(line.arguments)
    if len(words) > 2:
        raise Usage
    if len(words) == 1:
        with contextlib.suppress(Refused):
            _card(context, (await ShowCampaign(words[0]).answer(context)).campaign)
            return
    page = int(words.pop()) if words and words[-1].isdecimal() else 1
    every = bool(words) and normal(words[0]) in typed(context, "staff.campaigns.words.all")
    if words and not every:
        raise Refused("campaigns.unknown", campaign=words[0][:40])
    found = await ListCampaigns(every, page).answer(context)
    if not found.total:
        context.say("staff.campaigns.none", offered(context, ("/campaigns all", "staff.campaigns.choice.all")))
        return
    _page(context, found, every=every)


def _page(context: CommandContext, found: CampaignPage, *, every: bool) -> None:
    parts: list[Styled | str] = [
        context.words.say("staff.campaigns.title.all" if every else "staff.campaigns.title", n=found.total),
        *(_summary(context, each) for each in found.campaigns),
    ]
    if found.pages > 1:
        parts.append(context.words.say("staff.campaigns.page", page=found.page, pages=found.pages))
    choices = [(f"/campaigns {each.campaign}", each.campaign) for each in found.campaigns]
    command = "/campaigns all" if every else "/campaigns"
    if found.page > 1:
        choices.append((f"{command} {found.page - 1}", "staff.campaigns.choice.previous"))
    if found.page < found.pages:
        choices.append((f"{command} {found.page + 1}", "staff.campaigns.choice.next"))
    context.send(Styled.join(parts), offered(context, *choices))


def _summary(context: CommandContext, campaign: CampaignSummary) -> Styled:
    """Return two lines: what the campaign is, and its figures."""
    words = context.words
    about = [
        campaign.title.in_(context.language),
        unit_title(context, campaign.unit),
        words.plain("staff.campaigns.version", version=short_version(campaign.version)),
    ]
    if campaign.code:
        about.append(words.text("staff.campaigns.walk_in"))
    if campaign.kiosk:
        about.append(words.text("staff.campaigns.kiosk"))
    if campaign.closed_ms:
        about.append(words.text("staff.campaigns.closed"))
    return Styled.join(
        [
            words.say("staff.campaigns.line", campaign=campaign.campaign, about=" · ".join(about)),
            words.say("staff.campaigns.figures", **_numbers(words, campaign.progress)),
        ]
    )


def _numbers(words: Words, progress: Progress) -> dict[str, object]:
    """Return the values of a campaign's figures. Those who have not finished are a sum of visible parts."""
    parts = [(words.text(f"staff.campaigns.unfinished.{name}"), getattr(progress, name)) for name in _UNFINISHED]
    unfinished = equation(words.text("staff.campaigns.unfinished"), progress.away, parts)
    return {**progress._asdict(), "unfinished": unfinished}


def _card(context: CommandContext, campaign: CampaignSummary) -> None:
    parts = [_summary(context, campaign)]
    if campaign.code and not campaign.closed_ms:
        parts += links(context, campaign.code)
    code = campaign.campaign
    close = (f"/close {code}", "staff.campaigns.choice.close")
    reopen = (f"/open {code}", "staff.campaigns.choice.reopen")
    invite = (f"/invite {code}", "staff.campaigns.choice.invite")
    choices = [
        *([] if campaign.closed_ms else [invite]),
        (f"/candidates {code}", "staff.campaigns.choice.candidates"),
        (f"/stats {code}", "staff.campaigns.choice.stats"),
        reopen if campaign.closed_ms else close,
    ]
    context.send(Styled.join(parts), offered(context, *choices))


def links(context: CommandContext, token: str) -> list[Styled]:
    """Return a line for each way to use a token: a link, or an account to which it is typed."""
    followed = [
        context.words.say("staff.campaigns.link", channel=channel_title(context, name), link=link)
        for name, link in context.tools.links(token).items()
    ]
    return [*followed, *typed_ways(context, token)]


def typed_ways(context: CommandContext, token: str) -> list[Styled]:
    """Return a line for each of our accounts to which candidates type their token because no link leads there."""
    return [
        context.words.say("staff.campaigns.typed", channel=channel_title(context, each.channel), token=token)
        for each in context.tools.accounts()
        if each.typed
    ]


def channel_title(context: CommandContext, name: str) -> str:
    """Return what people call a channel. An account that follows its name stays unchanged."""
    channel, _, account = name.partition(" ")
    return f"{context.tools.candidate_words[context.language].channel(channel)} {account}".strip()


def short_version(version: str) -> str:
    return version[:8]


# closing


async def close(context: CommandContext, line: Line) -> CloseCampaign:
    """`/close CODE` closes a campaign."""
    if len(line.arguments) != 1:
        raise Usage
    return CloseCampaign((await campaign_of(context, line.arguments[0], HIRES)).id)


async def _closing(context: CommandContext, preview: CampaignClosing) -> Styled:
    numbers = _numbers(context.words, preview.progress)
    said = context.words.say("staff.close.preview", campaign=preview.campaign, **numbers)
    unopened = preview.progress.unopened
    return Styled.join([said, context.words.say("staff.close.unopened", n=unopened) if unopened else ""])


async def _closed(context: CommandContext, result: CampaignClosed) -> None:
    undo = await undo_button(context, result, result.unit, "staff.campaigns.choice.undo")
    context.say("staff.close.done", undo, campaign=result.campaign)


COMMANDS = (
    Command("campaigns", READS, campaigns),
    Command("close", HIRES, close),
)
FORMS: Forms = {CloseCampaign: Form(_closed, _closing)}
