"""Every call of the API: the roles that may make it, and what is sent. What the API leaves out on purpose."""

from typing import Any

from handlers.actions.base import Action
from handlers.actions.imports.duplicates import DecideDuplicate
from handlers.actions.imports.erasure import EraseImported
from handlers.actions.imports.files import ImportHistory, UndoImport
from handlers.actions.notices import SetNotices, StopNotices
from handlers.actions.people import SetLanguage
from handlers.actions.system.tokens import CreateToken, RevokeToken
from handlers.actions.system.web_sessions import EndSessions, OfferSignIn
from handlers.organisation.state import Role
from handlers.queries.base import Query
from handlers.queries.campaigns import ListCampaigns
from handlers.queries.candidates import ListCandidates
from handlers.queries.imports.duplicates import ShowDuplicate
from handlers.queries.imports.people import ShowImported
from handlers.queries.interviews import ShowSupportTalk
from handlers.queries.organisation import ListNoticeChats, ListSessions, ListTokens
from tests.bot.api.site import Site
from tests.dialogues.playing import script_text
from tests.handlers.console.keeper import TOKEN

READS, LEADS, HIRES, FIGURES, HELPS, MEETS, AUDITS = "orau", "oa", "oar", "oaruy", "oars", "oarus", "oau"
EVERYBODY, WHOLE = "oarusy", "o"
"""Roles by a letter: owner (of the whole organisation), and of East admin, recruiter, auditor (u), support,
analyst (y)."""
ROLES: dict[str, Role] = {
    "o": "owner",
    "a": "admin",
    "r": "recruiter",
    "u": "auditor",
    "s": "support",
    "y": "analyst",
}
INTERVIEW = "/interviews/{interview}"
CAMPAIGN = "/campaigns/{code}"
_ONE = {"interviews": ["0" * 16]}

CALLS: dict[tuple[str, str], tuple[str, Any]] = {
    ("GET", "/campaigns"): (READS, None),
    ("POST", "/campaigns"): (HIRES, {"script": "short", "code": "winter", "unit": "East"}),
    ("GET", CAMPAIGN): (READS, None),
    ("POST", f"{CAMPAIGN}/close"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/reopen"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/extension"): (HIRES, {"hours": 24}),
    ("GET", f"{CAMPAIGN}/interviews"): (READS, None),
    ("POST", f"{CAMPAIGN}/invitations"): (HIRES, {"people": [{"name": "Ann", "phone": "138 0013 8000"}]}),
    ("GET", "/candidates"): (READS, None),
    ("GET", "/comparison"): (READS, None),
    ("GET", "/inbox"): (HELPS, None),
    ("GET", "/promises"): (READS, None),
    ("GET", "/news"): (READS, None),
    ("POST", "/decisions"): (HIRES, {**_ONE, "decision": "yes"}),
    ("POST", "/extensions"): (HIRES, {**_ONE, "hours": 24}),
    ("POST", "/reminders"): (HIRES, _ONE),
    ("POST", "/results/preview"): (HIRES, {"outcome": "yes", "campaign": "spring"}),
    ("POST", "/results"): (HIRES, {"outcome": "yes", "campaign": "spring"}),
    ("GET", INTERVIEW): (READS, None),
    ("GET", f"{INTERVIEW}/report"): (READS, None),
    ("GET", f"{INTERVIEW}/card"): (READS, None),
    ("GET", f"{INTERVIEW}/profile"): (READS, None),
    ("GET", f"{INTERVIEW}/sentences"): (HIRES, None),
    ("GET", f"{INTERVIEW}/audit"): (AUDITS, None),
    ("GET", f"{INTERVIEW}/proof"): (WHOLE, None),
    ("POST", f"{INTERVIEW}/claim"): (HIRES, {"accepted": True}),
    ("POST", f"{INTERVIEW}/messenger"): (HIRES, None),
    ("POST", f"{INTERVIEW}/decision"): (HIRES, {"decision": "hold"}),
    ("POST", f"{INTERVIEW}/ratings"): (HIRES, {"question": "about-you", "score": 4}),
    ("GET", f"{INTERVIEW}/ratings"): (READS, None),
    ("GET", f"{INTERVIEW}/rating-sheet"): (HIRES, None),
    ("POST", f"{INTERVIEW}/ratings/shown"): (HIRES, None),
    ("POST", f"{INTERVIEW}/notes"): (HIRES, {"text": "seen"}),
    ("POST", f"{INTERVIEW}/messages"): (HELPS, {"text": "In the East"}),
    ("DELETE", f"{INTERVIEW}/help"): (HELPS, None),
    ("POST", f"{INTERVIEW}/desk"): (HELPS, None),
    ("POST", f"{INTERVIEW}/extension"): (HIRES, {"hours": 24}),
    ("POST", f"{INTERVIEW}/reminder"): (HIRES, None),
    ("POST", f"{INTERVIEW}/invitation"): (HIRES, None),
    ("DELETE", f"{INTERVIEW}/invitation"): (HIRES, None),
    ("DELETE", INTERVIEW): (LEADS, None),
    ("GET", f"{CAMPAIGN}/ranking"): (READS, None),
    ("GET", f"{CAMPAIGN}/agreement"): (READS, None),
    ("GET", f"{CAMPAIGN}/blind"): (HIRES, None),
    ("GET", f"{CAMPAIGN}/blind/answer"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/blind/ratings"): (HIRES, {"question": "about-you", "item": "x", "score": 3}),
    ("GET", f"{CAMPAIGN}/samples"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/samples/ratings"): (HIRES, {"item": "x", "score": 3}),
    ("GET", f"{CAMPAIGN}/calibration"): (READS, None),
    ("POST", f"{CAMPAIGN}/calibration"): (LEADS, None),
    ("POST", f"{CAMPAIGN}/calibration/shown"): (LEADS, None),
    ("POST", f"{CAMPAIGN}/calibration/notes"): (HIRES, {"text": "A 3"}),
    ("GET", "/slots"): (READS, None),
    ("POST", f"{CAMPAIGN}/slots"): (HIRES, {"day": "2026-12-08", "starts": "09:00", "ends": "10:00"}),
    ("POST", f"{CAMPAIGN}/slots/offers"): (HIRES, _ONE),
    ("DELETE", "/slots/{slot}"): (HIRES, None),
    ("GET", "/broadcasts"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/broadcasts/preview"): (HIRES, {"text": "Hello", "audience": "all"}),
    ("POST", f"{CAMPAIGN}/broadcasts"): (HIRES, {"text": "Hello", "audience": "all"}),
    ("DELETE", "/broadcasts/{broadcast}"): (HIRES, None),
    ("POST", f"{CAMPAIGN}/drill"): (LEADS, None),
    ("POST", f"{INTERVIEW}/files"): (READS, {"form": "json"}),
    ("POST", f"{CAMPAIGN}/files"): (READS, {"form": "csv"}),
    ("GET", "/files/{file}"): (EVERYBODY, None),
    ("GET", "/figures"): (FIGURES, None),
    ("GET", "/figures/exits"): (FIGURES, None),
    ("GET", "/figures/weekly"): (FIGURES, None),
    ("GET", "/figures/breakdown"): (FIGURES, None),
    ("GET", "/figures/fairness"): (FIGURES, None),
    ("GET", "/figures/advice"): (READS, None),
    ("GET", "/figures/alerts"): (READS, None),
    ("GET", "/figures/experiment"): (READS, None),
    ("GET", "/figures/table"): (READS, None),
    ("GET", "/figures/funnel"): (READS, None),
    ("POST", "/scripts/check"): (EVERYBODY, {"yaml": "id: x"}),
    ("POST", "/scripts"): (HIRES, {"yaml": script_text("short")}),
    ("GET", "/scripts/{script}"): (READS, None),
    ("GET", "/units"): (LEADS, None),
    ("POST", "/units"): (LEADS, {"unit": "West", "parent": "East"}),
    ("POST", "/units/{unit}/title"): (LEADS, {"title": "West Side"}),
    ("POST", "/units/{unit}/parent"): (LEADS, {"parent": "East"}),
    ("POST", "/units/{unit}/rules"): (LEADS, {"rule": "bulk", "on": True}),
    ("GET", "/units/{unit}/texts"): (HIRES, None),
    ("POST", "/units/{unit}/texts"): (LEADS, {"outcome": "yes", "language": "en", "text": "Hello{name}!"}),
    ("POST", "/units/{unit}/answers"): (
        LEADS,
        {"language": "en", "asked": ["What is the salary?"], "answer": "x"},
    ),
    ("DELETE", "/units/{unit}"): (LEADS, None),
    ("GET", "/staff"): (LEADS, None),
    ("POST", "/staff/invitations"): (LEADS, {"role": "recruiter", "unit": "East"}),
    ("DELETE", "/staff/{person}/rights"): (LEADS, None),
    ("GET", "/duties"): (MEETS, None),
    ("POST", "/duties"): (LEADS, {"person": "nobody", "unit": "East"}),
    ("DELETE", "/duties"): (LEADS, None),
    ("GET", "/accounts"): (LEADS, None),
    ("POST", "/accounts/{account}/pause"): (LEADS, None),
    ("POST", "/accounts/{account}/resume"): (LEADS, None),
    ("POST", "/bots"): (LEADS, {"token": TOKEN}),
    ("DELETE", "/bots/{bot}"): (LEADS, None),
    ("GET", "/health"): (LEADS, None),
    ("GET", "/webhooks"): (LEADS, None),
    ("POST", "/webhooks"): (LEADS, {"name": "ATS", "url": "https://ats.example.com/?key=1"}),
    ("POST", "/webhooks/{webhook}/secret"): (LEADS, None),
    ("POST", "/webhooks/{webhook}/test"): (LEADS, None),
    ("POST", "/webhooks/{webhook}/replay"): (LEADS, {"hours": 5}),
    ("DELETE", "/webhooks/{webhook}"): (LEADS, None),
    ("GET", "/record"): (AUDITS, None),
    ("GET", "/record/verification"): (AUDITS, None),
}

_ASKED = {
    "/candidates": "q=Mia",
    "/comparison": "interview={interview}&interview={interview}",
    "/news": "since=2026-11-01T00:00:00Z",
    "/figures/breakdown": "by=question",
    "/figures/experiment": "campaign={code}",
    "/figures/table": "campaign={code}",
    "/figures/funnel": "campaign={code}",
    f"{CAMPAIGN}/blind/answer": "question=about-you",
    "/staff/{person}/rights": "role=recruiter&unit=East",
}
_DUTY = "person=nobody&unit=East"

NOT_IN_THE_API: dict[type[Action] | type[Query], str] = {
    ListCampaigns: "BrowseCampaigns lists them in pieces, each once, however many are added meanwhile",
    ListCandidates: "BrowseInterviews lists them in such pieces, and FindCandidates finds single ones",
    SetLanguage: "a token has no language of its own: each request has Accept-Language",
    SetNotices: "is about the chat in which it is said",
    StopNotices: "is about the chat in which it is said",
    ListNoticeChats: "is about chats, whose settings cannot be changed from here",
    CreateToken: "whoever gets hold of a token must not be able to make another one that outlives it",
    RevokeToken: "whoever gets hold of a token must not be able to end the others: people can",
    ShowSupportTalk: "the whole interview, as `GET /interviews/{interview}` has it, contains it",
    OfferSignIn: "only people sign in, and only in their private chat do they get the link",
    EndSessions: "are a colleague's own, and a token has none",
    ListSessions: "are a colleague's own, and a token has none",
    ImportHistory: "columns and refused rows are for a person to look at, in the chat or on the command line",
    UndoImport: "is for whoever imported, in the chat or on the command line",
    ShowDuplicate: "who is the same person is for people to decide, in the chat",
    ShowImported: "is found by name, in the chat",
    EraseImported: "is found by name, in the chat",
    DecideDuplicate: "who is the same person is for people to decide, in the chat",
    ListTokens: "what tokens there are is for whoever can end them",
}
"""Actions and queries that no call leads to, and why."""


def address(site: Site, path: str, code: str = "spring", name: str = "Mia", method: str = "GET") -> str:
    """Return a call's path and query for a campaign and a candidate."""
    asked = _DUTY if (method, path) == ("DELETE", "/duties") else _ASKED.get(path, "")
    return f"{path}?{asked}".rstrip("?").format(
        code=code,
        interview=site.desk.interview_of(name),
        script="short",
        file="0" * 64,
        webhook="ATS",
        unit="West",
        person=site.ids["lee"],
        account="telegram:700001",
        bot="700001",
        broadcast="none",
        slot="none",
    )
