"""Recorded answers as lines of a dialogue."""

from conversation.views.answers import Answer, SaidPart, SentFile
from tests.dialogues.written import indented, shortened


def answer_lines(answer: Answer) -> list[str]:
    if answer.status == "none":
        return []
    said = " | ".join(_said(part) for part in answer.parts) or "–"
    dropped = [f"{answer.question} (not counted): {_said(part)}" for part in answer.dropped]
    return [
        line
        for each in (f"{answer.question} ({answer.status}): {said}", *dropped)
        for line in indented(f"= {shortened(each)}")
    ]


def _said(part: SaidPart) -> str:
    if part.spoken:
        return f"🎤 {part.text} ({part.spoken.status})"
    if part.file:
        return " ".join(each for each in (part.text, f"📎 {part.file.name} ({_had(part.file)})") if each)
    value = f" = {part.value}" if part.value else ""
    revision = f" (later: {part.revision})" if part.revision else ""
    return f"{part.text}{value}{revision}"


def _had(file: SentFile) -> str:
    return file.why or (file.media_type if file.sha256 else "awaited")
