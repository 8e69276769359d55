"""The loops that a process runs alongside its web server, and those of the delivery."""

from typing import TYPE_CHECKING, Protocol

from bot.clock import now_ms
from bot.runtime.delivery import Delivery
from bot.runtime.meters import Metering
from bot.runtime.partition_leases import Holder

if TYPE_CHECKING:
    from bot.installation import Installation


class Loop(Protocol):
    """A part of a process that runs until `stop` is called."""

    async def run(self) -> None: ...
    def stop(self) -> None: ...


def of_delivery(app: "Installation") -> list[Loop]:
    holder, rates = partitions(app, "delivery"), app.store.send_rates
    kind = app.tracing.delivery if app.tracing else Delivery
    delivery = kind(app.store.outbox, holder, app.channels, app.intake, now_ms, rates, app.meter)
    return [delivery, Metering(app.store.kv, app.meter, app.owner, delivery.oldest)]


def partitions(app: "Installation", role: str) -> Holder:
    """Return the partitions that this process holds in a role."""
    return Holder(app.store.leases(role, app.owner), role, now_ms)
