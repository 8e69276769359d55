"""Connect any applicant tracking system: invite its candidates, and hear how their interviews go.

Needs httpx and standardwebhooks. Replace `Ats` by calls of your system. `XUMIAN_URL` is the API's address, with
`/api/v1`; `XUMIAN_TOKEN` is from `/token create ATS`, `XUMIAN_SECRET` from `/webhook create ATS URL`.
"""

import os
from typing import Any, Protocol

import httpx
from standardwebhooks import Webhook


class Ats(Protocol):
    def set_stage(self, application: str, stage: str, note: str) -> None: ...
    def attach(self, application: str, name: str, data: bytes) -> None: ...


class Bridge:
    """Keeps applications in the ATS and interviews in Xumian together by `details` of the invitation."""

    def __init__(self, ats: Ats, web: httpx.Client, secret: str) -> None:
        self._ats, self._web, self._webhook = ats, web, Webhook(secret)

    def invite(self, application: str, campaign: str, name: str, phone: str) -> str:
        """Invite a candidate, once for each application, however often this is called. Returns the link."""
        person = {"name": name, "phone": phone, "details": {"application": application}}
        made = self._web.post(
            f"/campaigns/{campaign}/invitations",
            json={"people": [person], "again": "link"},
            headers={"idempotency-key": f"invite {application}"},
        )
        made.raise_for_status()
        (invitation,) = made.json()["invitations"]
        return str(next(iter(invitation["links"].values())))

    def hear(self, headers: dict[str, str], body: bytes) -> None:
        """Handle a webhook's request; answer 2xx when this returns, 401 if it raises WebhookVerificationError. An
        event may come twice: everything here may be done twice."""
        event: dict[str, Any] = self._webhook.verify(body, headers)
        interview, state = event["data"]["interview"], event["data"]["state"]
        if event["type"] == "interview.erased":
            return  # erase what you hold of this interview
        shown = self._web.get(f"/interviews/{interview}")
        shown.raise_for_status()
        details = shown.json()["interview"]["candidate"]["details"]
        application = next((each["value"] for each in details if each["heading"] == "application"), None)
        if application is None:
            return  # not one of ours
        self._ats.set_stage(application, state, event["type"])
        if event["type"] == "interview.completed":
            self._ats.attach(application, "interview.pdf", self._report(interview))

    def _report(self, interview: str) -> bytes:
        key = {"idempotency-key": f"report {interview}"}
        made = self._web.post(f"/interviews/{interview}/files", json={"form": "pdf"}, headers=key)
        made.raise_for_status()
        return self._web.get(f"/files/{made.json()['file']}").raise_for_status().content


def connect(ats: Ats) -> Bridge:
    headers = {"authorization": f"Bearer {os.environ['XUMIAN_TOKEN']}"}
    web = httpx.Client(base_url=os.environ["XUMIAN_URL"], headers=headers, timeout=30)
    return Bridge(ats, web, os.environ["XUMIAN_SECRET"])
