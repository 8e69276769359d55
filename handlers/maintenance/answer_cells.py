"""An answer of the JSONL export as the text of one cell."""

from typing import Any


def answer_cell(answer: dict[str, Any]) -> str:
    """Return an answer's text in lines. Files are given by name, recordings without a transcript by hash, and
    follow-up questions that were answered in brackets."""
    lines: list[str] = []
    number = 0
    for part in answer["parts"]:
        if part.get("follow_up", 0) > number:
            number = part["follow_up"]
            lines.append(_follow_up(answer["follow_ups"][number - 1]))
        lines += [part["text"] or _recording(part), _file_line(part)]
    return "\n".join(line for line in lines if line)


def _follow_up(asked: dict[str, Any]) -> str:
    by = f" by the model {asked['model']}" if asked["generated"] == "model" else ""
    return f"[follow-up question, generated{by}: {asked['text']}]"


def _file_line(part: dict[str, Any]) -> str:
    file = part.get("file")
    return f"[file {file['name']}, {file['sha256'] or 'not there'}]" if file else ""


def _recording(part: dict[str, Any]) -> str:
    audio = part.get("audio") or {}
    return f"[audio {audio['sha256'] or 'lost'}, {part['transcript']['status']}]" if audio else ""
