"""Actions on webhooks, by which other systems are sent the events of interviews."""

import base64
from typing import ClassVar
from urllib.parse import urlsplit

from conversation.record.audit import unseal
from handlers.actions.base import Action, Result, command_line
from handlers.actions.campaigns import own_unit
from handlers.actions.context import Context, Refused, Unit
from handlers.actions.people import check_unit
from handlers.actions.system.tokens import MOST_NAME, checked_name
from handlers.actions.system.webhook_registry import AddressRefused, Secret, Target, TargetGone, WebhookRegistry
from handlers.members import batches
from handlers.notices.webhooks import history, message
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role, Webhook
from handlers.organisation.webhook_events import WebhookMade, WebhookRemoved, WebhookRotated

MOST_WEBHOOKS = 50
MOST_URL = 1_000
BOTH_MS = 24 * 3600_000
"""How long the former secret signs beside a new one, in milliseconds."""
DEFAULT_HOURS = 72
MOST_HOURS = 30 * 24
MOST_REPLAYED = 2_000
"""How many events one replay sends at most."""
_REPLAYED_S = 3600
_HOUR_MS = 3600_000
_ID_LENGTH = 8
_NOTE_LENGTH = 32


class WebhookReady(Result, frozen=True):
    """A new webhook, or a new secret of one.

    - `secret`: shown only now.
    - `both_until_ms`: until when the former one signs, too (epoch milliseconds); 0: there is none.
    """

    webhook: str
    name: str
    address: str
    unit: str
    secret: str
    both_until_ms: int = 0


class CreateWebhook(Action, frozen=True, omit_defaults=True, tag="create_webhook"):
    """Send the events of a unit's interviews (None: the person's own unit) to this URL from now on."""

    name: str
    url: str
    unit: str | None = None
    roles: ClassVar[frozenset[Role]] = LEADS
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return command_line("/webhook", "create", self.name[:MOST_NAME], _shown(self.url), self.unit or "")

    async def execute(self, context: Context) -> WebhookReady:
        name, registry = checked_name(self.name, "webhook.name"), _registry(context)
        unit = own_unit(context, self.roles) if self.unit is None else self.unit
        check_unit(context, unit)
        if not context.scope(self.roles).covers(unit):
            raise Refused("forbidden.unit", unit=Unit(unit))
        _check_form(self.url)
        identity, note, secret = context.nonce()[:_ID_LENGTH], context.nonce()[:_NOTE_LENGTH], _new_secret(context)
        if len(context.organisation.webhooks) >= MOST_WEBHOOKS:
            raise Refused("webhook.many", most=MOST_WEBHOOKS)
        if any(each.name == name for each in context.organisation.webhooks.values()):
            raise Refused("webhook.there", name=name)
        try:
            await registry.check(self.url)
        except AddressRefused as error:
            raise Refused("webhook.private" if error.why == "private" else "webhook.host") from None
        await registry.keep(note, Target(self.url, (Secret(secret),)))
        by = context.person.id if context.person.id in context.organisation.people else ""
        context.record(WebhookMade(identity, name, _shown(self.url), unit, note, by))
        return WebhookReady(identity, name, _shown(self.url), unit, secret)


class RotateWebhook(Action, frozen=True, tag="rotate_webhook"):
    """Give a webhook a new secret. For a day, events are signed with both. `webhook` is its id or its name."""

    webhook: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/webhook", "rotate", self.webhook[:MOST_NAME])

    async def execute(self, context: Context) -> WebhookReady:
        identity, webhook = _named(context, self.webhook)
        registry, note, secret = _registry(context), context.nonce()[:_NOTE_LENGTH], _new_secret(context)
        target = await _target(registry, webhook)
        until_ms = context.now + BOTH_MS
        former = Secret(target.secrets[0].text, until_ms)
        await registry.keep(note, Target(target.url, (Secret(secret), former)))
        context.record(WebhookRotated(identity, note, until_ms))
        return WebhookReady(identity, webhook.name, webhook.address, webhook.unit, secret, until_ms)


class WebhookGone(Result, frozen=True):
    webhook: str
    name: str


class RemoveWebhook(Action, frozen=True, tag="remove_webhook"):
    """Remove a webhook and erase its URL and secrets. Events that wait for it are dropped."""

    webhook: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/webhook", "remove", self.webhook[:MOST_NAME])

    async def execute(self, context: Context) -> WebhookGone:
        identity, webhook = _named(context, self.webhook)
        await _registry(context).erase(webhook.note)
        context.record(WebhookRemoved(identity))
        return WebhookGone(identity, webhook.name)


class WebhookTried(Result, frozen=True):
    """How the receiver answered a test event: the HTTP status as `code`, or 0 and `why` there was none."""

    webhook: str
    name: str
    code: int
    why: str


class TryWebhook(Action, frozen=True, tag="test_webhook"):
    """Send a webhook a test event, once, and report the answer."""

    webhook: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/webhook", "test", self.webhook[:MOST_NAME])

    async def execute(self, context: Context) -> WebhookTried:
        identity, webhook = _named(context, self.webhook)
        registry = _registry(context)
        target = await _target(registry, webhook)
        tried = await registry.ping(target, f"test-{context.nonce()[:_NOTE_LENGTH]}")
        return WebhookTried(identity, webhook.name, tried.status, tried.why)


class WebhookReplayed(Result, frozen=True):
    """How many events are sent again. `complete` is False if there were more than one replay sends."""

    webhook: str
    name: str
    hours: int
    number: int
    complete: bool


class ReplayWebhook(Action, frozen=True, omit_defaults=True, tag="replay_webhook"):
    """Send a webhook once more all events of the last hours, read from the record, accepted or not. Their
    `webhook-id` is the same as before."""

    webhook: str
    hours: int = DEFAULT_HOURS
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/webhook", "replay", self.webhook[:MOST_NAME], str(self.hours))

    async def execute(self, context: Context) -> WebhookReplayed:
        identity, webhook = _named(context, self.webhook)
        if not 1 <= self.hours <= MOST_HOURS:
            raise Refused("webhook.hours", most=MOST_HOURS)
        since_ms, number, store = context.now - self.hours * _HOUR_MS, 0, context.tools.store
        async for states in batches(store, await store.directory.campaigns()):
            for state in states:
                if state.notices_to is not None or not context.organisation.within(state.unit, webhook.unit):
                    continue
                entries = [unseal(each)[1] for each in await store.interviews.entries(state.interview)]
                for event in history(entries, since_ms):
                    if number >= MOST_REPLAYED:
                        return WebhookReplayed(identity, webhook.name, self.hours, number, False)
                    again = message(identity, event, context.now)
                    await store.outbox.post(again.to, f"{context.cause}:{event.id}", again, _REPLAYED_S)
                    number += 1
        return WebhookReplayed(identity, webhook.name, self.hours, number, True)


def _registry(context: Context) -> WebhookRegistry:
    if context.tools.webhooks is None:
        raise Refused("webhook.nowhere")
    return context.tools.webhooks


def _named(context: Context, name: str) -> tuple[str, Webhook]:
    """Return the webhook with this id or name, with its id. Raises Refused."""
    scope = context.scope(LEADS)
    for identity, each in context.organisation.webhooks.items():
        if scope.covers(each.unit) and name in (identity, each.name):
            return identity, each
    raise Refused("webhook.unknown", name=name[:MOST_NAME])


async def _target(registry: WebhookRegistry, webhook: Webhook) -> Target:
    try:
        return await registry.kept(webhook.note)
    except TargetGone:
        raise Refused("webhook.sealed", name=webhook.name) from None


def _new_secret(context: Context) -> str:
    """Return a new secret of 32 bytes in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(bytes.fromhex(context.nonce())).decode()


def _check_form(url: str) -> None:
    """Raise Refused unless the URL begins with https:// and has a host and no name or password."""
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        right = False
    if not right or len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url or "#" in url:
        raise Refused("webhook.url")


def _shown(url: str) -> str:
    """Return what is shown and recorded of a URL: neither a password nor its query, which may hold a key."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:MOST_URL]
