"""Greenhouse's Assessment Partner API: the four calls that Greenhouse makes to whoever gives candidates tests.

Facts from developers.greenhouse.io/assessment.html, in the text of github.com/grnhse/greenhouse-api-docs,
source/includes/assessment (read 2026-12):

- The customer's API key, here a token, is the user name of HTTP Basic authentication; the password is empty. A key
  has fewer than 171 characters.
- `list_tests` is answered with a list of `partner_test_id` and `partner_test_name`, `send_test` with a
  `partner_interview_id`; all are strings.
- `test_status` is asked for every hour, until `partner_status` is "complete" or for eight weeks.
  `partner_profile_url` is required then, `partner_score` never. `metadata` is shown: a flat object of primitives.
- `response_error` is told what Greenhouse could not understand. It is answered with status 200.

Unconfirmed: whether Greenhouse shows `metadata` before a test is complete; whether it still sets up new partners
whom it has to ask for the status (its documentation has called that deprecated since October 2019, in favour of a
PATCH by the partner).

No score is sent: only people give any here, and a token that may invite may rate, so it sees none of others'.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from bot.api.call import Call, Calling
from bot.logs import log
from conversation.contact import Contact
from handlers.actions.invitations import InvitationsPreview, InviteCandidates, Invited, Invitee
from handlers.limits import MOST_NAME, PHONE_DIGITS
from handlers.queries.browsing import MOST_ITEMS, BrowseCampaigns, CampaignPiece
from handlers.queries.interviews import CandidateCard, ShowCandidate
from handlers.report_pages.links import reader_of
from handlers.rosters import parse_phone

router = APIRouter(prefix="/greenhouse", include_in_schema=False)
Interview = Annotated[str, Query(max_length=40)]
_MOST_TESTS = 1_000
_ASKED_S = 8 * 7 * 24 * 3600
"""How long Greenhouse asks for the status of a test, in seconds."""
_MOST_ERRORS = 20
_MOST_ERROR = 300


class _Candidate(BaseModel):
    first_name: str = Field("", max_length=MOST_NAME)
    last_name: str = Field("", max_length=MOST_NAME)
    email: str = Field("", max_length=200)
    phone_number: str | None = Field(None, max_length=100)
    greenhouse_profile_url: str | None = Field(None, max_length=1_000)


class _Sending(BaseModel):
    partner_test_id: str = Field(max_length=64)
    candidate: _Candidate


class _Errors(BaseModel):
    api_call: str = Field(max_length=100)
    errors: list[str]


@router.get("/list_tests")
async def list_tests(call: Calling) -> Response:
    """Answer with the open campaigns to which people are invited, or that they walk into."""
    tests, after = list[dict[str, str]](), ""
    while True:
        piece = await call.ask(BrowseCampaigns(after, MOST_ITEMS, False), CampaignPiece)
        for each in piece.campaigns:
            name = f"{each.title.en or each.title.zh} ({each.campaign})"
            tests.append({"partner_test_id": each.campaign, "partner_test_name": name})
        after = piece.after
        if not after or len(tests) >= _MOST_TESTS:
            return call.reply(tests)


@router.post("/send_test")
async def send_test(call: Calling, sent: _Sending) -> Response:
    """Invite the candidate. The same request again is answered with the same interview, and so is another one
    about somebody who was invited to the campaign before."""
    keyed = call.keyed(hashlib.sha256(b"greenhouse\n" + await call.request.body()).hexdigest())

    async def make() -> Response:
        action = InviteCandidates(sent.partner_test_id, (_invitee(sent.candidate),))
        before = await _before(keyed, action)
        if any(before):
            action = InviteCandidates(sent.partner_test_id, action.people, again="link", before=before)
        (made,) = (await keyed.perform(action, Invited)).invitations
        await call.api.kv.set(_link(call, made.interview), made.token, _ASKED_S)
        return call.reply({"partner_interview_id": made.interview})

    return await keyed.once(make)


async def _before(call: Call, action: InviteCandidates) -> tuple[str, ...]:
    shown = await call.preview_if_any(action)
    return shown.before if isinstance(shown, InvitationsPreview) else ()


@router.get("/test_status")
async def test_status(call: Calling, partner_interview_id: Interview) -> Response:
    """Answer with the interview's state. An interview that somebody left is not complete, and not failed."""
    shown = (await call.ask(ShowCandidate(partner_interview_id), CandidateCard)).interview
    told: dict[str, str | int] = {"Answered questions": shown.done, "Questions": shown.total}
    token = await call.api.kv.get(_link(call, shown.interview)) if shown.phase == "invited" else None
    links = call.api.tools.links(token) if token else {}
    told |= {f"Link ({channel})": link for channel, link in links.items()}
    if shown.reason and shown.reason.id:
        told["Reason for leaving"] = shown.reason.label.en if shown.reason.label else shown.reason.id
    complete = shown.phase == "completed"
    answer: dict[str, object] = {"partner_status": "complete" if complete else shown.phase, "metadata": told}
    if complete and (link := call.api.tools.report_link):
        answer["partner_profile_url"] = link(shown.interview, reader_of(call.person.id, private=False))
    return call.reply(answer)


@router.post("/response_error")
async def response_error(call: Calling, told: _Errors) -> Response:
    """Log what Greenhouse could not understand, without the candidate's address."""
    said = [each[:_MOST_ERROR] for each in told.errors[:_MOST_ERRORS]]
    log.error("greenhouse_did_not_understand", call=told.api_call, errors=said, token=call.person.name)
    return call.reply({"status": 200})


def _invitee(candidate: _Candidate) -> Invitee:
    name = f"{candidate.first_name} {candidate.last_name}".strip()[:MOST_NAME]
    phone = parse_phone(candidate.phone_number) if candidate.phone_number else None
    e164 = phone.e164 if phone else ""
    profile = candidate.greenhouse_profile_url
    details = (("Greenhouse", profile),) if profile else ()
    return Invitee(name, e164[-PHONE_DIGITS:], Contact(e164, candidate.email.strip(), details))


def _link(call: Call, interview: str) -> str:
    return f"api:link:{call.person.id}:{interview}"
