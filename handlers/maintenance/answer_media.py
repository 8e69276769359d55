"""Files and voice messages of answers as the JSONL export describes them."""

from typing import Any

from conversation.views.answers import SentFile, Spoken


def described_file(file: SentFile) -> dict[str, Any]:
    """Describe a file. Its hash is None if it is not in the archive."""
    return {
        "name": file.name,
        "sha256": file.sha256 or None,
        "media_type": file.media_type or None,
        "size": file.size or None,
    }


def described_voice(spoken: Spoken, text: str) -> dict[str, Any]:
    """Describe a voice message: its transcript and recording."""
    heard = bool(spoken.machine)
    transcript: dict[str, Any] = {
        "machine": spoken.machine or None,
        **({"platform": spoken.platform} if spoken.platform else {}),
        "text": text or None,
        "status": spoken.status,
        "confidence": round(spoken.confidence, 3) if heard and spoken.status != "failed" else None,
        "model": spoken.model or None,
        "segments": [
            {
                "start_s": each.start_ms / 1000,
                "end_s": each.end_ms / 1000,
                "text": each.text,
                "confidence": round(each.confidence, 3),
            }
            for each in spoken.segments
        ],
    }
    if spoken.why:
        transcript["why"] = spoken.why
    audio = {"sha256": spoken.sha256 or None, "duration_s": round(spoken.duration_ms / 1000, 3)}
    return {"transcript": transcript, "audio": audio}
