"""Whether an assistant may read: a model is set, and it has passed the admission test with the present prompt."""

from typing import NamedTuple

import msgspec

from bot.logs import log
from bot.runtime.periodic import Periodic
from bot.settings import Settings, SettingsWrong
from conversation.assessment.prompt import VERSION
from storage.ports import Kv

_CARD = "assessor-card"


class Endpoint(NamedTuple):
    """Where the model is, as in the settings."""

    url: str
    model: str
    key: str


class Figure(msgspec.Struct, frozen=True):
    """One line of a card: `good` out of `total` cases of a kind, with the bound that they had to keep."""

    name: str
    good: int
    total: int
    bound: str
    passed: bool


class Card(msgspec.Struct, frozen=True):
    """The result of an admission test, at `at_ms` (epoch milliseconds)."""

    at_ms: int
    url: str
    model: str
    prompt: str
    figures: tuple[Figure, ...]

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.figures)


def endpoint_of(settings: Settings) -> Endpoint | None:
    """Return the endpoint that the settings name, or None if no assistant reads. Raises SettingsWrong if only the
    address or only the model is set."""
    if not settings.assessor_url and not settings.assessor_model:
        return None
    if not settings.assessor_url or not settings.assessor_model:
        raise SettingsWrong("XUMIAN_ASSESSOR_URL and XUMIAN_ASSESSOR_MODEL need each other: set both, or neither")
    key = settings.assessor_key
    return Endpoint(settings.assessor_url, settings.assessor_model, key.get_secret_value() if key else "")


async def keep(kv: Kv, card: Card) -> None:
    """Store the card as that of the installation."""
    await kv.set(_CARD, msgspec.json.encode(card).decode())


async def card_of(kv: Kv) -> Card | None:
    """Return the installation's last card, or None."""
    stored = await kv.get(_CARD)
    return msgspec.json.decode(stored, type=Card) if stored else None


class Admission(Periodic):
    """Knows whether the assistant is admitted, and looks again every minute."""

    every_s = 60.0
    waits = "assessor_waits"

    def __init__(self, kv: Kv, endpoint: Endpoint | None) -> None:
        super().__init__()
        self._kv = kv
        self.endpoint = endpoint
        self._card: Card | None = None
        self._warned = False

    @property
    def admitted(self) -> bool:
        """Whether the endpoint's model has passed with the present prompt."""
        card, endpoint = self._card, self.endpoint
        return (
            endpoint is not None
            and card is not None
            and card.passed
            and (card.url, card.model, card.prompt) == (endpoint.url, endpoint.model, VERSION)
        )

    async def look(self) -> None:
        """Read the card, and log it once if the model that is set may not read. Raises StoreUnavailable."""
        if self.endpoint is None:
            return
        self._card = await card_of(self._kv)
        if not self.admitted and not self._warned:
            self._warned = True
            log.warning("assessor_not_admitted", model=self.endpoint.model, what_to_do="run xumian assessor check")
