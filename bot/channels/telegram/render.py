"""Converting outbound messages to Bot API calls. Bold text is sent as entities, so text needs no escaping.

Source for moments: the `MessageEntity` of Bot API 9.5 and
core.telegram.org/constructor/messageEntityFormattedDate (read 2026-12). With a format, clients write the moment in
the reader's own time zone and language instead of the text; without one they show the text, and the
moment on a tap.
"""

from typing import Any

from bot.channels.shared.texts import Instants, pieces, placed, rows, units
from bot.channels.telegram_api.dates import DATE, FORMAT
from conversation.outbound import Choice, OutboundMessage


def render(message: OutboundMessage) -> list[dict[str, Any]]:
    """Return the parameters of one or more sendMessage calls. The choices are buttons under the last."""
    calls: list[dict[str, Any]] = []
    cut = pieces(message.text, message.bold)
    dates = placed(message.instants, message.text, [text for text, _ in cut]) if message.instants else ()
    for index, (text, bold) in enumerate(cut):
        call: dict[str, Any] = {"chat_id": int(message.to.user), "text": text}
        entities = [{"type": "bold", **_place(text, offset, length)} for offset, length in bold]
        if dates:
            entities += _dates(text, dates[index])
        if entities:
            call["entities"] = entities
        call["link_preview_options"] = {"is_disabled": True}
        calls.append(call)
    if message.choices:
        calls[-1]["reply_markup"] = {"inline_keyboard": keyboard(message.choices)}
    return calls


def _place(text: str, offset: int, length: int) -> dict[str, Any]:
    return {"offset": units(text[:offset]), "length": units(text[offset : offset + length])}


def _dates(text: str, instants: Instants) -> list[dict[str, Any]]:
    return [
        {
            "type": DATE,
            **_place(text, each.offset, each.length),
            "unix_time": each.at_ms // 1000,
            **({"date_time_format": FORMAT} if each.alone else {}),
        }
        for each in instants
    ]


def without_dates(call: dict[str, Any]) -> dict[str, Any]:
    """Return the call without `date_time` entities; the call itself if it has none."""
    entities = call.get("entities", ())
    kept = [each for each in entities if each["type"] != DATE]
    if len(kept) == len(entities):
        return call
    rest = {name: value for name, value in call.items() if name != "entities"}
    return {**rest, "entities": kept} if kept else rest


def keyboard(choices: tuple[Choice, ...]) -> list[list[dict[str, str]]]:
    return [[{"text": choice.label, "callback_data": choice.token} for choice in row] for row in rows(choices)]
