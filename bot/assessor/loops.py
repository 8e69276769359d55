"""The loop of the assistant's worker."""

from typing import TYPE_CHECKING

from bot.assessor.openai_model import OpenAiModel
from bot.assessor.worker import assessor_worker
from bot.clock import now_ms
from bot.runtime.job_worker import JobWorker
from bot.runtime.loops import Loop

if TYPE_CHECKING:
    from bot.installation import Installation


def of_assessor(app: "Installation") -> list[Loop]:
    endpoint = app.admission.endpoint
    if endpoint is None:
        return []
    model = OpenAiModel(endpoint.url, endpoint.model, endpoint.key, app.store.kv)
    kind = app.tracing.job_worker if app.tracing else JobWorker
    return [assessor_worker(app.store, app.intake, model, app.admission, now_ms, app.owner, kind)]
