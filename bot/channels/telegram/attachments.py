"""Sending files to candidates: pictures, audio and video in their own form, everything else as a document."""

from typing import Any

from bot.channels.base import Rejected, TryLater
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.http_connection import NoAnswer
from bot.channels.shared.texts import units
from bot.channels.telegram.answers import check
from bot.channels.telegram.render import render, without_dates
from bot.channels.telegram.session import Answer, Session
from bot.channels.telegram_api.media import DOCUMENT, MAX_CAPTION, MOST_FILE_BYTES, Way, way
from bot.logs import log
from conversation.outbound import Attachment, OutboundMessage

UPLOAD_S = 300.0


class Attaching:
    """Sends the files of one bot."""

    def __init__(self, session: Session, token: str, archive: FileStore | None) -> None:
        self._session = session
        self._token = token
        self._archive = archive

    def calls(self, message: OutboundMessage) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Return the parameters of the sendMessage calls before the file, and those of the call with the file.

        The text is the file's caption if it fits; otherwise it is sent before the file. Its dates are words only,
        because a refused entity would cost a second upload.
        """
        *texts, last = map(without_dates, render(message))
        under: dict[str, Any] = {name: last[name] for name in ("chat_id", "reply_markup") if name in last}
        if units(message.text) > MAX_CAPTION:
            return [*texts, {name: value for name, value in last.items() if name != "reply_markup"}], under
        bold = {"caption_entities": last["entities"]} if "entities" in last else {}
        return texts, {**under, **bold, "caption": last["text"]}

    async def post(self, call: dict[str, Any], file: Attachment) -> Answer:
        """Send a file. If Telegram refuses it in its own form, send it as a document. Raises SendError."""
        data = await self._data(file)
        shown = way(file, len(data))
        answer = await self._upload(shown, call, file, data)
        try:
            check(answer)
        except Rejected:
            if shown == DOCUMENT:
                raise
            log.info("sent_as_document", why="refused as it is")
            answer = await self._upload(DOCUMENT, call, file, data)
            check(answer)
        return answer

    async def _upload(self, shown: Way, call: dict[str, Any], file: Attachment, data: bytes) -> Answer:
        try:
            return await self._session.upload(
                self._token, shown.method, call, (shown.field, file.name, data, file.media_type), UPLOAD_S
            )
        except NoAnswer as error:
            raise TryLater(f"Telegram could not be reached ({error})") from None

    async def _data(self, file: Attachment) -> bytes:
        if self._archive is None:
            raise Rejected("this process has no archive to send files from")
        return await file_bytes(self._archive, file, MOST_FILE_BYTES)
