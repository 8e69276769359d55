"""Converting outbound messages to Bot API calls. Bold text is sent as entities, so text needs no escaping."""

from typing import Any

from bot.channels.shared.texts import pieces, rows, units
from conversation.outbound import Choice, OutboundMessage


def render(message: OutboundMessage) -> list[dict[str, Any]]:
    """Return the parameters of one or more sendMessage calls. The choices are buttons under the last."""
    calls: list[dict[str, Any]] = []
    for text, bold in pieces(message.text, message.bold):
        call: dict[str, Any] = {"chat_id": int(message.to.user), "text": text}
        if bold:
            call["entities"] = [
                {"type": "bold", "offset": units(text[:offset]), "length": units(text[offset : offset + length])}
                for offset, length in bold
            ]
        call["link_preview_options"] = {"is_disabled": True}
        calls.append(call)
    if message.choices:
        calls[-1]["reply_markup"] = {"inline_keyboard": keyboard(message.choices)}
    return calls


def keyboard(choices: tuple[Choice, ...]) -> list[list[dict[str, str]]]:
    return [[{"text": choice.label, "callback_data": choice.token} for choice in row] for row in rows(choices)]
