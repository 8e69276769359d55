"""The admission test of the model that reads answers."""

from collections.abc import Iterator
from datetime import tzinfo

from rich.console import Console
from rich.progress import Progress

from bot.app import App
from bot.assessor import cases
from bot.assessor.admission import Card, Endpoint, keep
from bot.assessor.openai_model import OpenAiModel
from bot.assessor.trial import Trial
from bot.clock import now_ms
from conversation.assessment.prompt import VERSION
from conversation.errors import BotError
from conversation.timing.schedule import at
from handlers.figures.rates import share


class NoEndpoint(BotError):
    """The settings name no model."""


async def check(app: App, out: Console) -> int:
    """Run the admission test, print its card, and keep it. Returns 1 if the model fails. Raises NoEndpoint."""
    endpoint = app.admission.endpoint
    if endpoint is None:
        raise NoEndpoint("no model is set: set XUMIAN_ASSESSOR_URL and XUMIAN_ASSESSOR_MODEL")
    card = await _tried(app, endpoint, out)
    await keep(app.store.kv, card)
    for line in lines(card, app.settings.zone):
        out.print(line, markup=False, highlight=False)
    return 0 if card.passed else 1


async def _tried(app: App, endpoint: Endpoint, out: Console) -> Card:
    model = OpenAiModel(endpoint.url, endpoint.model, endpoint.key, app.store.kv)
    try:
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(endpoint.model, total=1.0)
            trial = Trial(model, cases.load(), lambda done: bar.update(task, completed=done))
            figures = await trial.figures()
    finally:
        await model.close()
    return Card(now_ms(), endpoint.url, endpoint.model, VERSION, figures)


def lines(card: Card, zone: tzinfo) -> Iterator[str]:
    """Yield the lines of a card, one for each figure, with its 95 % interval in per cent."""
    yield f"{at(card.at_ms, zone):%Y-%m-%d %H:%M}  {card.model} at {card.url}, prompt {card.prompt}"
    for each in card.figures:
        found = share(each.good, each.total)
        interval = f"{found.percent} % ({found.low}-{found.high})" if found else "-"
        verdict = "ok" if each.passed else "FAILED"
        yield f"{verdict:6}  {each.name}: {each.good} of {each.total}, {interval}; wanted: {each.bound}"
    yield "passed: this model may read answers" if card.passed else "failed: no assistant reads with this model"
