"""Writing a report: who it is about, the interview's state in plain words, and its parts put together."""

from collections.abc import Iterator
from datetime import tzinfo
from functools import partial

from conversation.timing.slots import said
from conversation.words import Vocabulary
from handlers.maintenance.export import coverage
from handlers.notices.notices import reason
from handlers.organisation.state import Organisation
from handlers.rating_views import Viewer
from handlers.report_pages.answers import stages_of
from handlers.report_pages.history import decisions_of, earlier_of, notes_later, notes_of, proposal_of, timeline_of
from handlers.report_pages.model import ChainView, CoverageView, Fact, Report, StageView, Term
from handlers.report_pages.phrases import Phrases, literal
from handlers.report_pages.profiles import profile_of
from handlers.report_pages.reading import Source, Sources
from handlers.report_pages.scores import scores_of
from handlers.rounding import percent
from storage.ports import Store

_LEFT = ("exited", "lapsed", "unreachable")


class Reports:
    """Reads interviews and writes their reports. Share one for many.

    `staff` are the console's texts, `candidates` those for candidates; times are in `zone`.
    """

    def __init__(
        self, store: Store, organisation: Organisation, staff: Vocabulary, candidates: Vocabulary, zone: tzinfo
    ) -> None:
        self._store = store
        self._sources = Sources(store, organisation)
        self._write = partial(report_of, staff=staff, candidates=candidates, zone=zone)

    async def of(self, interview: str, viewer: Viewer | None, language: str, now_ms: int) -> Report | None:
        """Return the report as its viewer may see it, in the language, or in the candidate's if that is empty.
        None if there is no such interview, or its script is gone."""
        record = await self._store.interviews.load(interview)
        script = await self._store.directory.script(record.state.script) if record else None
        if record is None or script is None:
            return None
        source = await self._sources.of(record, script, viewer, now_ms)
        return self._write(source, language=language or record.state.language)


def report_of(source: Source, staff: Vocabulary, candidates: Vocabulary, language: str, zone: tzinfo) -> Report:
    """Return the report in one language. `staff` are the console's texts, `candidates` those for candidates."""
    phrases = Phrases(source, staff[language], candidates[language], zone)
    state, script = source.state, source.script
    stages = () if source.erased else tuple(stages_of(phrases))
    return Report(
        language=language,
        interview=state.interview,
        made=phrases.moment(source.now_ms),
        name=_name(phrases),
        position=literal(script.title.in_(language)),
        state=_state(phrases),
        meaning=phrases.text(f"staff.page.state.{'withdrawn' if state.withdrawn else state.phase}"),
        progress=""
        if source.erased
        else phrases.plain("staff.page.progress", done=state.done, total=len(script.steps)),
        done=state.done,
        total=len(script.steps),
        facts=tuple(_facts(phrases)),
        coverage=None if source.erased else _coverage(phrases, stages),
        scores=scores_of(phrases),
        profile=profile_of(phrases),
        decisions=tuple(decisions_of(phrases)),
        proposal=proposal_of(phrases),
        notes=notes_of(phrases),
        notes_later=notes_later(phrases),
        stages=stages,
        timeline=timeline_of(phrases),
        breaks=tuple(_breaks(phrases)),
        versions=tuple(_versions(phrases)),
        chain=_chain(phrases),
        earlier=tuple(earlier_of(phrases)),
    )


def _name(phrases: Phrases) -> str:
    state = phrases.source.state
    return literal(state.name) or phrases.candidates.plain("notice.nameless", number=state.interview[:6].upper())


def _state(phrases: Phrases) -> Term:
    found = phrases.term("state", phrases.source.state.phase)
    return Term(found.id, found.text[:1].upper() + found.text[1:])


def _progress(phrases: Phrases) -> str:
    source = phrases.source
    if source.erased:
        return ""
    return phrases.plain("staff.page.progress", done=source.state.done, total=len(source.script.steps))


def _facts(phrases: Phrases) -> Iterator[Fact]:
    state, organisation = phrases.source.state, phrases.source.organisation
    contact = state.contact
    if contact.phone:
        yield _fact(phrases, "phone", contact.phone)
    if contact.email:
        yield _fact(phrases, "email", literal(contact.email))
    for heading, value in contact.details:
        yield Fact("", literal(heading), literal(value))
    yield _fact(phrases, "campaign", state.campaign)
    if state.unit:
        yield _fact(phrases, "unit", organisation.unit_title(state.unit))
    if state.phase in _LEFT:
        yield _fact(phrases, "reason", literal(reason(state, phrases.source.script, phrases.candidates)))
    for name, ms in (("started", state.started_ms), ("last", state.last_ms)):
        if ms:
            yield _fact(phrases, name, phrases.moment(ms).text)
    if state.appointment and state.appointment.held:
        when = literal(said(phrases.candidates, state.appointment.held, phrases.zone).text)
        yield _fact(phrases, "appointment", when)
    if state.deadline_ms and state.phase != "completed":
        yield _fact(phrases, "deadline", phrases.moment(state.deadline_ms).text)
    if state.active_ms:
        minutes = max(1, round(state.active_ms / 60_000))
        yield _fact(phrases, "active", phrases.plain("staff.page.minutes", n=minutes))
    if state.address:
        yield _fact(phrases, "channel", phrases.candidates.channel(state.address.channel))
    yield _fact(phrases, "id", state.interview)


def _fact(phrases: Phrases, name: str, value: str) -> Fact:
    return Fact(name, phrases.text(f"staff.page.{name}"), value)


def _coverage(phrases: Phrases, stages: tuple[StageView, ...]) -> CoverageView:
    weights = coverage(phrases.source.transcript, phrases.source.script)
    missing = tuple(stage.title for stage in stages if not stage.whole)
    done = len(stages) - len(missing)
    share = percent(weights["assessed_weight"], weights["total_weight"])
    why: tuple[str, ...] = ()
    if missing:
        left_out = phrases.plain("staff.report.missing", stages=phrases.joined(*missing))
        why = (left_out, phrases.text("staff.page.unfinished"))
    text = phrases.plain("staff.report.coverage", done=done, total=len(stages), percent=share)
    return CoverageView(text, weights["assessed_weight"], weights["total_weight"], missing, why)


def _breaks(phrases: Phrases) -> Iterator[str]:
    if number := len(phrases.source.transcript.interruptions):
        yield phrases.plain("staff.page.breaks", n=number)
        yield phrases.text("staff.page.breaks.meaning")


def _versions(phrases: Phrases) -> Iterator[Fact]:
    state, script = phrases.source.state, phrases.source.script
    yield _fact(phrases, "script", f"{script.id} · {state.script}")
    if not phrases.source.erased:
        key = "staff.page.privacy.agreed" if state.consent else "staff.page.privacy.open"
        version = literal(state.consent or script.privacy_version)
        yield _fact(phrases, "privacy", phrases.plain(key, version=version))


def _chain(phrases: Phrases) -> ChainView:
    found = phrases.source.chain
    key = "staff.page.chain.broken" if found.broken else "staff.page.chain.holds"
    text = phrases.plain(key, n=found.length, entry=found.broken)
    return ChainView(text, not found.broken, found.length, found.head, found.broken)
