"""Imported history in the documented export format."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from handlers.imports.history import earlier_interviews
from handlers.rating_views import Viewer
from storage.ports import Store


async def earlier(store: Store, interview: str, unit: str, viewer: Viewer | None) -> list[dict[str, Any]]:
    """Return what `earlier_interviews` does. In a group, there are no fields for scores, notes and answers."""
    private = viewer is None or viewer.person is not None
    described = []
    for each in await earlier_interviews(store, interview, unit, viewer):
        one = each.interview
        answers = [{"question": question, "text": text} for question, text in one.answers]
        at = datetime.fromtimestamp(each.imported_ms / 1000, UTC).isoformat(timespec="seconds")
        described.append(
            {
                "imported": {
                    "import": each.source,
                    "person": each.person,
                    "row": each.row,
                    "name": each.name,
                    "at": at,
                    "by": each.by,
                    "file_sha256": each.file_sha256,
                },
                "date": one.date or None,
                "position": one.position or None,
                "interviewer": one.interviewer or None,
                "result": one.result or None,
                **(
                    {"score": one.score or None, "notes": one.notes or None, "answers": answers} if private else {}
                ),
                "recorded": {"by": one.author or None, "on": one.recorded or None},
            }
        )
    return described


def earlier_cell(described: Iterable[dict[str, Any]]) -> str:
    """Return earlier interviews as one cell of a table: a line for each, with what is known of it."""
    return "\n".join("; ".join(f"{name}: {value}" for name, value in _known(each)) for each in described)


def _known(each: dict[str, Any]) -> list[tuple[str, str]]:
    said, imported = each["recorded"], each["imported"]
    answers = " / ".join(f"{one['question']} = {one['text']}" for one in each.get("answers", ()))
    recorded = " ".join(filter(None, (said["by"], said["on"])))
    fields = {name: each.get(name) for name in ("date", "position", "interviewer", "result", "score", "notes")}
    source = f"{imported['at']} by {imported['by']}, import {imported['import']} row {imported['row']}"
    fields |= {"answers": answers, "recorded": recorded, "imported": source}
    return [(name, " ".join(value.split())) for name, value in fields.items() if value]
