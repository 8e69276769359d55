"""Give interviews as 笔试 (written tests) of 飞书招聘 (Feishu Hire), with a program of your own beside Xumian.

Facts from open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1 (read 2026-12): the events
eco_account/events/created and eco_exam/events/created; eco_exam_paper/create replaces an account's whole list of
papers; eco_exam/login_info wants the link at which the candidate answers; eco_exam/update_result wants the score
as text, best from "0" to "100", and replaces an earlier one. The app needs the scope hire:exam.

Unconfirmed, because it takes an account: what 飞书招聘 shows of a login_info that failed, and what it sends to
candidates.

Two tokens of Xumian: `inviting` is a recruiter's, `reading` an auditor's, because whoever may rate sees no others'
scores. Only people's scores are sent, once somebody has decided; never one with automatic results in it.
"""

from typing import Any

import httpx
from standardwebhooks import Webhook

_WRITTEN_TEST = 2
_POINTS = 20
"""Xumian's scores are from 1 to 5, those of 飞书招聘 from 0 to 100."""


class FeishuHire:
    """`feishu` is a client of https://open.feishu.cn, `inviting` and `reading` are ones of Xumian's `/api/v1`."""

    def __init__(
        self, feishu: httpx.Client, app: dict[str, str], inviting: httpx.Client, reading: httpx.Client, secret: str
    ) -> None:
        self._feishu, self._app, self._webhook = feishu, app, Webhook(secret)
        self._inviting, self._reading = inviting, reading

    def handle(self, event: dict[str, Any]) -> None:
        """Handle an event of 飞书, verified and decrypted. It may come twice."""
        kind, body = event["header"]["event_type"], event["event"]
        if kind == "hire.eco_account.created_v1" and body["scope"] == _WRITTEN_TEST:
            self.offer_papers(body["account_id"])
        elif kind == "hire.eco_exam.created_v1":
            self._arrange(body["exam_id"], body["paper_id"], body["candidate_info"])

    def offer_papers(self, account: str) -> None:
        """Offer the open campaigns as papers of an account. Call it again when there are new ones."""
        papers, following = list[dict[str, str]](), "/api/v1/campaigns?limit=100&closed=false"
        while following:
            piece = self._inviting.get(following.removeprefix("/api/v1")).raise_for_status().json()
            papers += [{"id": each["campaign"], "name": each["title"]["zh"]} for each in piece["campaigns"]]
            following = piece["next"]
        self._send("eco_exam_papers", {"account_id": account, "paper_list": papers})

    def hear(self, headers: dict[str, str], body: bytes) -> None:
        """Handle a webhook: send the score once somebody has decided. Raises WebhookVerificationError."""
        event: dict[str, Any] = self._webhook.verify(body, headers)
        if event["type"] != "interview.decided":
            return
        interview = event["data"]["interview"]
        shown = self._reading.get(f"/interviews/{interview}").raise_for_status().json()["interview"]
        exams = [each["value"] for each in shown["candidate"]["details"] if each["heading"] == "飞书笔试"]
        ratings = self._reading.get(f"/interviews/{interview}/ratings").raise_for_status().json()["ratings"]
        table = ratings["table"]
        if exams and table and table["total"] is not None and not table["automatic"]:
            self._send(f"eco_exams/{exams[0]}/update_result", {"result": f"{table['total'] * _POINTS:g}"})

    def _arrange(self, exam: str, paper: str, candidate: dict[str, Any]) -> None:
        mobile = candidate.get("mobile") or {}
        phone = f"+{mobile['code'].lstrip('+')} {mobile['number']}" if mobile.get("number") else ""
        person = {"name": candidate["name"], "phone": phone, "email": candidate.get("email") or ""}
        made = self._inviting.post(
            f"/campaigns/{paper}/invitations",
            json={"people": [{**person, "details": {"飞书笔试": exam}}], "again": "new"},
            headers={"idempotency-key": f"exam {exam}", "accept-language": "zh"},
        )
        if made.is_success:
            link = next(iter(made.json()["invitations"][0]["links"].values()))
            told = {"result": 0, "msg": "success", "exam_login_info": {"exam_url": link}}
        else:
            told = {"result": made.status_code, "msg": made.json()["detail"], "exam_login_info": {"exam_url": ""}}
        self._send(f"eco_exams/{exam}/login_info", told)

    def _send(self, path: str, body: dict[str, Any]) -> None:
        given = self._feishu.post("/open-apis/auth/v3/tenant_access_token/internal", json=self._app)
        headers = {"authorization": f"Bearer {given.raise_for_status().json()['tenant_access_token']}"}
        sent = self._feishu.post(f"/open-apis/hire/v1/{path}", json=body, headers=headers)
        if sent.raise_for_status().json()["code"]:
            raise RuntimeError(f"飞书 did not take {path}: {sent.text[:200]}")
