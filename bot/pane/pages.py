"""The inbox, candidates with a card for each, reports, and figures."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from bot.pane import rendering
from bot.pane.addresses import PREFIX
from bot.pane.said import FIGURES as KINDS
from bot.pane.visit import Visit, status_of
from conversation.decide.results.telling import OUTCOMES
from conversation.timing.schedule import TOLD_IN
from handlers.actions.context import Refused
from handlers.actions.interviews import MOST_NOTE
from handlers.actions.support import MOST_CHARACTERS
from handlers.console.commands.candidates.appointments import inbox_times
from handlers.console.commands.candidates.inbox import KINDS as INBOX
from handlers.console.context import CommandContext
from handlers.console.formatting import day, moment, named, why
from handlers.organisation.rights import FIGURES, HELPS, HIRES, READS
from handlers.queries.appointments.booked import BookedTime
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.candidates import FILTERS, CandidatePage, CandidateSummary, ListCandidates
from handlers.queries.inbox import Inbox, Task, Tasks
from handlers.queries.interviews import CandidateCard, ShowCandidate, ShowSupportTalk, SupportTalk

_INTERVIEW = re.compile(r"[0-9a-f]{16}")
_ABOUT = re.compile(r"(?<!\w)[0-9a-f]{16}(?!\w)")
_HOURS = re.compile(r"[1-9]\d{0,3}")
_MOST_NAME = 60
_MOST_PAGE = 9_999
_WORDED = {"unfinished": "staff.choice.unfinished", "undecided": "staff.choice.undecided"}
_FORMS = ("/decide ", "/extend ", "/tell ")
_DECIDED = ("yes", "hold", "no", "withdrew")


def text(visit: Visit, key: str) -> str:
    return visit.words.text(f"staff.web.{key}")


async def done(visit: Visit, line: str, form: Mapping[str, str]) -> Response:
    """Carry out a command line of a form once, and show what the console says."""
    page, again = await visit.command(line, form.get("once", ""))
    about = _ABOUT.search(line)
    back = f"{PREFIX}/candidate/{about[0]}" if about and visit.context().scope(READS) else ""
    if again:
        return visit.show("said.html", text(visit, "title"), said=(), again=True, back=back)
    return visit.show_answer(page, text(visit, "title"), back=back)


async def inbox(visit: Visit) -> Response:
    """Show what waits for the colleague, each one tap away."""
    context = visit.context()
    if not context.scope(HELPS):
        return rendering.onwards(f"{PREFIX}/figures" if context.scope(FIGURES) else f"{PREFIX}/candidates")
    found = await visit.ask(await inbox_times.looked(context), Inbox)
    kinds: list[tuple[str, Tasks]] = [(kind, getattr(found, kind)) for kind in INBOX]
    return visit.show(
        "inbox.html",
        text(visit, "inbox"),
        "inbox",
        kinds=[
            (kind, tasks, [_task(context, kind, each) for each in tasks.first])
            for kind, tasks in kinds
            if tasks.total
        ],
        times=[
            (name, times, [_time(context, each, said) for each in times.first])
            for name, times, said in (
                ("coming", found.coming, inbox_times.about),
                ("changes", found.changes, inbox_times.about_change),
            )
            if times.total
        ],
    )


def _time(
    context: CommandContext, each: BookedTime, said: Callable[[CommandContext, BookedTime], str]
) -> dict[str, str]:
    """Return one row of the appointments: the candidate, their card, and what there is to know."""
    path = f"{PREFIX}/candidate/{each.interview}"
    return {"path": path, "label": named(context, each), "about": said(context, each)}


def _task(context: CommandContext, kind: str, task: Task) -> dict[str, str]:
    """Return one row of the inbox: the candidate, where to do it, and what there is to know."""
    page = {"answer": "help", "rate": "rate"}.get(kind, "candidate")
    since = context.words.plain(
        f"staff.inbox.{'until' if kind == 'back' else 'since'}", at=moment(context, task.since_ms)
    )
    about = [task.campaign, since]
    if task.asks and kind in ("confirm", "tell"):
        key = f"staff.inbox.asks.{task.asks}" if kind == "confirm" else f"staff.decision.{task.asks}"
        about.append(context.words.text(key))
    if task.promised_ms:
        late = "past" if task.promised_ms < context.now else "promised"
        about.append(context.words.plain(f"staff.inbox.{late}", day=day(context, task.promised_ms)))
    return {
        "path": f"{PREFIX}/{page}/{task.interview}",
        "label": context.words.plain(f"staff.inbox.choice.{kind}", name=named(context, task)),
        "about": " · ".join(about),
    }


async def help_(visit: Visit) -> Response:
    """Show what a candidate and the staff wrote to each other, with a form to answer."""
    found = await visit.ask(ShowSupportTalk(interview_at(visit)), SupportTalk)
    context = visit.context()
    lines = [
        (each.by.name or each.by.person if each.by else named(context, found), moment(context, each.at_ms), each)
        for each in found.lines
    ]
    return visit.show("help.html", named(context, found), "inbox", found=found, lines=lines, most=MOST_CHARACTERS)


# candidates


async def candidates(visit: Visit) -> Response:
    """List candidates, with a search by name, filters and pages."""
    asked, context = visit.request.query_params, visit.context()
    name, filter_ = asked.get("name", "").strip()[:_MOST_NAME], asked.get("state", "")
    filter_ = filter_ if filter_ in FILTERS else ""
    page = asked.get("page", "")
    number = min(int(page), _MOST_PAGE) if page.isascii() and page.isdecimal() and len(page) <= 4 else 1
    codes = [each.id for each in await visible_campaigns(context)]
    campaign = asked.get("campaign", "") if asked.get("campaign", "") in codes else ""
    found = await visit.ask(ListCandidates(campaign, filter_, name, number), CandidatePage)
    chosen = {"campaign": campaign, "state": filter_, "name": name}

    def turned(to: int) -> str:
        return f"{PREFIX}/candidates?{urlencode({**{k: v for k, v in chosen.items() if v}, 'page': to})}"

    return visit.show(
        "candidates.html",
        text(visit, "candidates"),
        "candidates",
        found=found,
        rows=[_row(context, each) for each in found.candidates],
        campaigns=codes,
        filters=[(each, _filter_name(context, each)) for each in FILTERS],
        chosen=chosen,
        previous=turned(found.page - 1) if found.page > 1 else "",
        next=turned(found.page + 1) if found.page < found.pages else "",
    )


def _filter_name(context: CommandContext, name: str) -> str:
    if name in _WORDED:
        return context.words.text(_WORDED[name])
    return context.words.text(f"staff.{'decision' if name in _DECIDED else 'state'}.{name}")


def _row(context: CommandContext, each: CandidateSummary) -> dict[str, str]:
    more = [why(context, each.reason)] if each.reason else []
    if each.decision:
        more.append(context.words.text(f"staff.decision.{each.decision}"))
    if each.proposed:
        proposed = context.words.text(f"staff.decision.{each.proposed}")
        more.append(context.words.plain("staff.web.proposed", decision=proposed))
    return {
        "path": f"{PREFIX}/candidate/{each.interview}",
        "name": named(context, each),
        "campaign": each.campaign,
        "state": context.words.text(f"staff.state.{each.phase}"),
        "progress": f"{each.done}/{each.total}",
        "more": " · ".join(more),
        "last": moment(context, each.last_ms) if each.last_ms else "",
    }


def interview_at(visit: Visit) -> str:
    """Return the interview that the address names. Raises Refused."""
    interview: str = visit.request.path_params["interview"]
    if not _INTERVIEW.fullmatch(interview):
        raise Refused("candidate.unknown", name=interview[:_MOST_NAME])
    return interview


async def candidate(visit: Visit) -> Response:
    """Show a candidate's card, with the actions that fit."""
    interview = interview_at(visit)
    card = await visit.ask(ShowCandidate(interview), CandidateCard)
    shown, made = card.interview, card.history.decisions
    last = made[-1].decision if made and not card.history.proposal else ""
    page, _ = await visit.command(f"/candidate {interview}")
    context = visit.context()
    acts = context.scope(HIRES).covers(shown.unit) and shown.phase != "erased"
    said = visit.said(page)
    if acts:  # what the page has a form for
        said = [
            each._replace(offers=[one for one in each.offers if not one.line.startswith(_FORMS)]) for each in said
        ]
    decisions = ("yes", "hold", "no" if shown.phase == "completed" else "withdrew")
    return visit.show(
        "candidate.html",
        named(context, shown),
        "candidates",
        said=said,
        interview=interview,
        acts=acts,
        started=bool(shown.started_ms),
        extends=shown.phase in ("guided", "running", "paused", "exited", "lapsed"),
        writes=bool(shown.channel) and shown.phase not in ("unreachable", "erased"),
        most_text=MOST_CHARACTERS,
        tells=last if last in OUTCOMES and shown.phase in TOLD_IN and last != card.history.told else "",
        decisions=[(each, context.words.text(f"staff.choice.decide.{each}")) for each in decisions],
        most_note=MOST_NOTE,
    )


async def act(visit: Visit, form: Mapping[str, str]) -> Response:
    """Carry out what one of the card's forms asks for, as the same command does in the chat."""
    interview, words = interview_at(visit), form.get("words", "").replace("\r\n", "\n").strip()
    match form.get("act"):
        case "decide" if form.get("decision") in _DECIDED:
            line = f"/decide {interview} {form['decision']} {words}"
        case "note" if words:
            line = f"/note {interview} {words}"
        case "extend" if _HOURS.fullmatch(form.get("hours", "")):
            line = f"/extend {interview} {form['hours']}h"
        case "tell" if form.get("decision") in OUTCOMES:
            line = f"/tell {interview} {form['decision']} {words}"
        case "write" if words:
            line = f"/reply {interview} {words}"
        case "finish":
            line = f"/done {interview}"
        case _:
            return rendering.onwards(f"{PREFIX}/candidate/{interview}")
    return await done(visit, line.strip(), form)


async def report(visit: Visit) -> Response:
    """Lead to the page of an interview's report, if there is one; otherwise show what the chat shows."""
    page, _ = await visit.command(f"/report {interview_at(visit)}")
    link = next((piece.link for each in visit.said(page) for piece in each.pieces if piece.link), "")
    if link:
        return rendering.onwards(link)
    return visit.show_answer(page, text(visit, "report"), "candidates")


async def figures(visit: Visit) -> Response:
    """Show statistics, exits or the funnel of a campaign, or of all campaigns together."""
    asked = visit.request.query_params
    codes = [each.id for each in await visible_campaigns(visit.context())]
    of = asked.get("of", "") if asked.get("of", "") in codes else ""
    what = asked.get("what", "") if asked.get("what", "") in KINDS else KINDS[0]
    if what == "funnel" and not of:  # which is of one campaign
        of = next(iter(codes), "")
    page, _ = await visit.command(f"/{what} {of}".strip())
    return visit.show(
        "figures.html",
        text(visit, "figures"),
        "figures",
        status_of(page),
        said=visit.said(page),
        campaigns=codes,
        of=of,
        what=what,
        kinds=KINDS,
    )


async def health(visit: Visit) -> Response:
    """Show whether the installation and our accounts work, and what to do where they do not."""
    page, _ = await visit.command("/health")
    accounts, _ = await visit.command("/bots")
    said = [*visit.said(page), *visit.said(accounts)]
    return visit.show(
        "said.html", text(visit, "health"), "health", status_of(page), said=said, again=False, back=""
    )
