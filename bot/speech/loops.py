"""The loop of a voice worker."""

from typing import TYPE_CHECKING

from bot.clock import now_ms
from bot.runtime.job_worker import JobWorker
from bot.runtime.loops import Loop
from bot.speech.recognizer_process import RecognizerProcess
from bot.speech.worker import voice_worker

if TYPE_CHECKING:
    from bot.installation import Installation


def of_voice(app: "Installation") -> list[Loop]:
    settings = app.settings
    recognizer = RecognizerProcess(
        settings.speech_model,
        settings.data_dir,
        device=settings.whisper_device,
        compute_type=settings.whisper_compute_type,
        threads=settings.whisper_threads or 0,
    )
    notes = app.store.kv
    return [
        voice_worker(
            app.store,
            notes.count,
            app.channels,
            app.archive,
            recognizer,
            app.intake,
            now_ms,
            app.owner,
            app.space.short,
            app.tracing.job_worker if app.tracing else JobWorker,
        )
    ]
