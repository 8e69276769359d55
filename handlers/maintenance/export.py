"""Exports: one line per interview (JSON Lines) or one row per answer (CSV, XLSX), in whatever phase."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from conversation.events import ArrivedLate, ClientSeen, Consented, Entry, InvitationOpened, Moved, Noticed
from conversation.inbound import Address
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import Record
from conversation.views import ratings
from conversation.views.answers import (
    Answer,
    FollowUp,
    Interruption,
    Request,
    SaidPart,
    Transcript,
    read,
)
from conversation.views.expected import automatic_results
from handlers.imports.exported import earlier, earlier_cell
from handlers.maintenance import rating_columns as rated
from handlers.maintenance.answer_cells import answer_cell
from handlers.maintenance.answer_media import described_file, described_voice
from handlers.rating_views import Viewer, rating_view, visible_notes
from handlers.sheets import Csv, Xlsx
from storage.errors import ArchivedRecordLost
from storage.ports import Campaign, Store

Format = Literal["jsonl", "csv", "xlsx"]
COLUMNS = (
    "interview", "campaign", "script", "version", "unit", "name", "channel", "user", "state", "opened_at",
    "started_at", "ended_at", "deadline", "active_s", "stage", "question", "status", "submitted_at", "text",
    "decision", *rated.COLUMNS, "phone", "email", "details", *rated.AUTOMATIC_COLUMNS,
    "earlier",
)  # fmt: skip


async def interviews(
    store: Store, campaign: Campaign, viewer: Viewer | None = None, lost: list[str] | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Yield every interview of a campaign as described by `describe`.

    `viewer` reads the export; None is whoever uses the command line, who may see everything. Interviews whose
    archived record is lost are left out and described in `lost`. If it is None, ArchivedRecordLost is raised.
    """
    async for interview in store.interviews.members(campaign.id):
        if (record := await store.interviews.load(interview)) is None:
            continue
        if (script := await store.directory.script(record.state.script)) is None:
            continue
        try:
            entries = [unseal(blob)[1] for blob in await store.interviews.entries(interview)]
        except ArchivedRecordLost as error:
            if lost is None:
                raise
            lost.append(error.reason)
            continue
        before = await earlier(store, interview, record.state.unit, viewer)
        yield {**describe(record, entries, script, viewer), "earlier": before}


def describe(record: Record, entries: list[Entry], script: Script, viewer: Viewer | None = None) -> dict[str, Any]:
    """Return one interview in the documented export format."""
    state = record.state
    transcript = read(entries, script)
    automatic = automatic_results(transcript, script)
    given = ratings.read(entries, automatic)
    notes = visible_notes(viewer, rating_view(viewer, state.unit, given), transcript.notes).shown
    return {
        "interview": state.interview,
        "campaign": state.campaign,
        "script": {"id": script.id, "version": state.script},
        "unit": state.unit,
        "candidate": {
            "name": state.name,
            "channels": [_channel(address) for address in _addresses(entries)],
            "phone": state.contact.phone,
            "email": state.contact.email,
            "details": [{"heading": heading, "value": value} for heading, value in state.contact.details],
        },
        "state": state.phase,
        "opened_at": iso(state.opened_ms),
        "started_at": iso(state.started_ms),
        "ended_at": iso(state.ended_ms),
        "deadline": iso(state.deadline_ms),
        "active_s": round(state.active_ms / 1000),
        "answers": [_answer(answer, automatic) for answer in transcript.answers],
        "interruptions": _interruptions(transcript, unexplained=state.phase in ("lapsed", "unreachable")),
        "circumstances": list(_circumstances(entries)),
        "requests": [_request(each) for each in transcript.requests],
        "support": [
            {"at": iso(each.at_ms), "text": each.text, "by": each.by or None} for each in transcript.support
        ],
        "decision": _decision(transcript, noted=viewer is None or viewer.person is not None),
        "result": {"told": state.told.outcome, "at": iso(state.told.at_ms)} if state.told else None,
        "notes": [{"at": iso(each.at_ms), "by": each.by, "text": each.text} for each in notes],
        "feedback": _feedback(transcript),
        "coverage": coverage(transcript, script),
        **rated.described(given, script, state.unit, viewer),
        "chain": {"length": record.version, "head": record.head.hex()},
    }


def iso(ms: int) -> str | None:
    """Return the time (epoch milliseconds) in ISO 8601 with offset; None for 0."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds") if ms else None


def coverage(transcript: Transcript, script: Script) -> dict[str, float]:
    """Return how much of the script's weight can be assessed: that of stages with every question answered."""
    answered = {answer.question for answer in transcript.answers if answer.status == "submitted"}
    done = sum(
        stage.weight for stage in script.stages if all(question.id in answered for question in stage.questions)
    )
    return {"assessed_weight": _plain(done), "total_weight": _plain(sum(stage.weight for stage in script.stages))}


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _addresses(entries: Iterable[Entry]) -> list[Address]:
    met: dict[Address, None] = {}
    for entry in entries:
        for event in entry.events:
            if isinstance(event, InvitationOpened | Moved):
                met.setdefault(event.address)
    return list(met)


def _channel(address: Address) -> dict[str, str]:
    return {"channel": address.channel, "account": address.account, "user": address.user}


def _answer(answer: Answer, automatic: Mapping[str, bool]) -> dict[str, Any]:
    return {
        "question": answer.question,
        "stage": answer.stage,
        "status": answer.status,
        **({"skipped": True} if answer.skipped else {}),
        "submitted_at": iso(answer.submitted_ms),
        "parts": [_part(part) for part in answer.parts],
        **({"follow_ups": [_follow_up(each) for each in answer.follow_ups]} if answer.follow_ups else {}),
        "expected": rated.EXPECTED[automatic.get(answer.question)],
    }


def _follow_up(asked: FollowUp) -> dict[str, Any]:
    """Describe a follow-up question."""
    return {
        "at": iso(asked.at_ms),
        "text": asked.text,
        "generated": "model" if asked.model else "rules",
        **({"model": asked.model, "prompt": asked.prompt, "rules": asked.fixed} if asked.model else {}),
        "why": asked.why,
        "passed": asked.passed,
    }


def _part(part: SaidPart) -> dict[str, Any]:
    described: dict[str, Any] = {
        "at": iso(part.at_ms),
        "channel": part.channel,
        "message": part.message,
        "kind": part.kind,
        "text": part.text,
    }
    if part.value:
        described["value"] = part.value
    if part.follow_up:
        described["follow_up"] = part.follow_up
    if part.revision:
        described["revision"] = part.revision
    if part.spoken:
        described |= described_voice(part.spoken, part.text)
    if part.file:
        described["file"] = described_file(part.file)
    return described


def _interruptions(transcript: Transcript, *, unexplained: bool) -> list[dict[str, Any]]:
    """Describe the interruptions.

    If `unexplained`, the interview ended in an absence; its reason is "unknown" if none was given.
    """
    described = [_interruption(each) for each in transcript.interruptions]
    absences = [each for each in described if each["kind"] != "outage"]
    if unexplained and absences and not absences[-1]["reason"]:
        absences[-1]["reason"] = "unknown"
    return described


def _request(each: Request) -> dict[str, Any]:
    return {"at": iso(each.at_ms), "right": each.right, "number": each.number, "text": each.text or None}


def _feedback(transcript: Transcript) -> dict[str, Any] | None:
    """Return the candidate's feedback: a face from 1 to 4 (best) and their comments. None if they gave none."""
    said = transcript.feedback
    if not said.face and not said.comments:
        return None
    return {"face": said.face or None, "comment": "\n".join(said.comments) or None}


def _decision(transcript: Transcript, *, noted: bool) -> dict[str, Any] | None:
    """Return the last decision, which is the one that counts, or None. Its note is None unless `noted`."""
    if not transcript.decisions:
        return None
    last = transcript.decisions[-1]
    first = {"first": last.first} if last.first else {}
    return {
        "value": last.decision,
        "at": iso(last.at_ms),
        "by": last.by,
        **first,
        "note": (last.note or None) if noted else None,
    }


def _interruption(each: Interruption) -> dict[str, Any]:
    return {
        "at": iso(each.at_ms),
        "returned_at": iso(each.returned_ms),
        "kind": each.kind,
        "reason": each.reason or None,
        "group": each.group or None,
        "said": each.said or None,
        "via": each.via or None,
        "likely_cause": {"cause": each.cause, "rule": each.rule} if each.cause else None,
    }


def _circumstances(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Yield observed circumstances in order; unknown values are null.

    Without client data at the consent, what is known from opening the invitation comes first.
    """
    address: Address | None = None
    opened = ClientSeen()
    for entry in entries:
        for event in entry.events:
            match event:
                case InvitationOpened():
                    address, opened = event.address, ClientSeen(event.language)
                case Moved():
                    address = event.address
                case Consented() if not any(isinstance(each, ClientSeen) for each in entry.events):
                    yield {"at": iso(entry.at_ms), **_circumstance(opened, address)}
                case ClientSeen() | Noticed() | ArrivedLate():
                    yield {"at": iso(entry.at_ms), **_circumstance(event, address)}


def _circumstance(event: ClientSeen | Noticed | ArrivedLate, address: Address | None) -> dict[str, Any]:
    match event:
        case ClientSeen():
            names = ("language", "device", "browser", "version", "network")
            place = {"channel": address.channel, "account": address.account} if address else {}
            return {"kind": "client", **place, **{name: getattr(event, name) or None for name in names}}
        case Noticed():
            return {"kind": event.kind, "lasted_s": event.lasted_ms / 1000 or None}
        case ArrivedLate():
            return {"kind": "arrived_late", "late_s": event.late_ms / 1000}


async def write(
    store: Store,
    campaign: Campaign,
    form: Format,
    target: Path,
    viewer: Viewer | None = None,
    lost: list[str] | None = None,
) -> int:
    """Write a campaign's interviews to a file. Returns how many it contains. For `lost`, see `interviews`."""
    number = 0
    if form == "jsonl":
        with target.open("wb") as lines:
            async for interview in interviews(store, campaign, viewer, lost):
                lines.write(msgspec.json.encode(interview) + b"\n")
                number += 1
        return number
    sheet = Csv(target) if form == "csv" else Xlsx(target)
    with sheet:
        sheet.row(list(COLUMNS))
        async for interview in interviews(store, campaign, viewer, lost):
            for row in rows(interview):
                sheet.row(row)
            number += 1
    return number


def rows(interview: dict[str, Any]) -> list[list[Any]]:
    """Return one row per answer, in the order of `COLUMNS`."""
    channels = interview["candidate"]["channels"]
    last = channels[-1] if channels else {"channel": "", "user": ""}
    head = [
        interview["interview"], interview["campaign"], interview["script"]["id"], interview["script"]["version"],
        interview["unit"], interview["candidate"]["name"], last["channel"], last["user"], interview["state"],
        interview["opened_at"], interview["started_at"], interview["ended_at"], interview["deadline"],
        interview["active_s"],
    ]  # fmt: skip
    decision = (interview["decision"] or {}).get("value")
    candidate = interview["candidate"]
    details = "\n".join(f"{each['heading']}: {each['value']}" for each in candidate["details"])
    before = earlier_cell(interview["earlier"])
    contact = [candidate["phone"], candidate["email"], details]
    return [
        [
            *head,
            each["stage"],
            each["question"],
            each["status"],
            each["submitted_at"],
            answer_cell(each),
            decision,
            *rated.cells(interview, each),
            *contact,
            *rated.automatic_cells(interview, each),
            before,
        ]
        for each in interview["answers"]
    ]
