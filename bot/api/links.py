"""Links of the OpenAPI document: what the id in one call's answer can be used for in others."""

from typing import Any

_SOURCES: dict[str, tuple[str, str]] = {
    "list_campaigns": ("code", "/campaigns/0/campaign"),
    "open_campaign": ("code", "/campaign/campaign"),
    "list_interviews": ("interview", "/interviews/0/interview"),
    "invite_candidates": ("interview", "/invitations/0/interview"),
    "reissue_invitation": ("interview", "/interview"),
    "find_candidates": ("interview", "/candidates/0/interview"),
    "report_file": ("file", "/file"),
    "campaign_file": ("file", "/file"),
    "store_script": ("script", "/version"),
    "add_unit": ("unit", "/unit"),
    "list_staff": ("person", "/colleagues/0/person"),
    "create_webhook": ("webhook", "/webhook"),
    "list_webhooks": ("webhook", "/webhooks/0/webhook"),
    "send_broadcast": ("broadcast", "/name"),
}
"""Calls by operation id: which parameter of other calls' paths their answer has, and where (a JSON pointer)."""


def add_links(document: dict[str, Any]) -> None:
    """Add the links to a document. Raises KeyError for a source that is no call."""
    calls = {
        route["operationId"]: (path, route) for path, item in document["paths"].items() for route in item.values()
    }
    for source, (parameter, pointer) in _SOURCES.items():
        answer = next(each for status, each in calls[source][1]["responses"].items() if status.startswith("2"))
        answer["links"] = {
            target: {"operationId": target, "parameters": {f"path.{parameter}": f"$response.body#{pointer}"}}
            for target, (path, _) in calls.items()
            if f"{{{parameter}}}" in path
        }
