"""The events of webhooks. Only ever add events, or fields with a default."""

from handlers.organisation.event_base import OrganisationEvent


class WebhookMade(OrganisationEvent, frozen=True, tag="webhook"):
    """A webhook was made. Fields as in `Webhook`, `webhook` is its id."""

    webhook: str
    name: str
    address: str
    unit: str
    note: str
    by: str = ""


class WebhookRotated(OrganisationEvent, frozen=True, tag="webhook_rotated"):
    """A webhook got a new secret, kept under `note`. The former one signs, too, until `until_ms` (epoch)."""

    webhook: str
    note: str
    until_ms: int


class WebhookRemoved(OrganisationEvent, frozen=True, tag="webhook_removed"):
    """A webhook was removed."""

    webhook: str


WebhookEvent = WebhookMade | WebhookRotated | WebhookRemoved
