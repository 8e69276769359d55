"""Many candidates who take the interview at once through the webhook, and what they experience."""

import asyncio
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import partial

from bench.bot_api import BotApi
from bench.http import Pool
from bench.interview import CLOSING, QUESTIONS, answer
from bench.updates import Webhook

CONNECTIONS = 100
"""Telegram's limit for one webhook (setWebhook, max_connections)."""
SILENCE_S = 10.0
"""After this many seconds without any message, candidates still waiting count as stuck."""
AGAIN_S = 0.1
"""How long after an update was not taken it is sent again, in seconds."""
_AGAIN = (0, 503)
"""0: the connection broke, as when the server closes one that was idle while something is sent on it."""
_CONSENT = 0
_DONE = QUESTIONS + 1


class Candidate:
    """One person. `expects` is the question that the bot should show next, or 0 for the consent button."""

    __slots__ = ("asked", "button", "chat", "expects", "since")

    def __init__(self, chat: int, expects: int) -> None:
        self.chat = chat
        self.expects = expects
        self.since = 0.0
        self.button = ""
        self.asked: list[int] = []


@dataclass
class Played:
    """The results of a load. `steady` is answers/s between the first and the last tenth of the answers."""

    candidates: int
    updates: int
    answers: int
    seconds: float
    steady: float
    latencies_ms: list[float]
    problems: dict[str, int] = field(default_factory=dict)
    late_ms: float = 0.0
    """In the open loop, the 99th percentile of the driver's own delay."""


class Play:
    """One load on one bot. `consent` says whether the bot asks for it before the first question."""

    def __init__(self, api: BotApi, pool: Pool, webhook: Webhook, *, consent: bool) -> None:
        self._pool = pool
        self._webhook = webhook
        self._first = _CONSENT if consent else 1
        self.candidates: dict[int, Candidate] = {}
        self._statuses: Counter[int] = Counter()
        self._latencies: list[float] = []
        self._times: list[float] = []
        self._finished = 0
        self._last = 0.0
        self._ready: deque[Candidate] | None = None
        self._nonce: deque[int] = deque()
        api.listener = self._hear

    async def closed(self, first_chat: int, number: int, in_flight: int) -> Played:
        """Play `number` candidates, `in_flight` at a time, each answering as soon as the next question arrives."""
        self._nonce.extend(range(first_chat, first_chat + number))
        begun = self._last = time.perf_counter()
        for _ in range(min(in_flight, number)):
            self._begin()
        while self._finished < number and time.perf_counter() - self._last < SILENCE_S:
            await asyncio.sleep(0.005)
        return self._result(self._last - begun)

    async def open(self, first_chat: int, rate: float, seconds: float, in_flight: int) -> Played:
        """Send `rate` answers a second at random times, whether or not the bot keeps up.

        Latency counts from when an update was due, so a bot that falls behind cannot hide it.
        """
        draw = random.Random(1)
        self._ready = deque()
        updates_per_s = rate * (QUESTIONS + 2 - self._first) / QUESTIONS
        begun = due = self._last = time.perf_counter()
        chat, late = first_chat, []
        while due < begun + seconds:
            now = time.perf_counter()
            if due > now:
                await asyncio.sleep(due - now)
                continue
            late.append(now - due)
            if self._ready and len(self.candidates) - self._finished >= in_flight:
                self._act(self._ready.popleft(), due)
            else:
                self._nonce.append(chat)
                chat += 1
                self._begin(due)
            due += draw.expovariate(updates_per_s)
        ready = self._ready
        while self._waiting(ready) and time.perf_counter() - self._last < SILENCE_S:
            await asyncio.sleep(0.005)
        played = self._result(self._last - begun, ready)
        played.late_ms = sorted(late)[int(len(late) * 0.99)] * 1000
        return played

    def _waiting(self, ready: deque[Candidate]) -> int:
        return len(self.candidates) - self._finished - len(ready)

    # sending

    def _begin(self, due: float = 0.0) -> None:
        chat = self._nonce.popleft()
        candidate = self.candidates[chat] = Candidate(chat, self._first)
        self._send(candidate, self._webhook.text(chat, "/start bench"), due)

    def _act(self, candidate: Candidate, due: float = 0.0) -> None:
        """Send what the bot's last message asks for."""
        asked, candidate.expects = candidate.expects, candidate.expects + 1
        if asked == _CONSENT:
            self._send(candidate, self._webhook.press(candidate.chat, candidate.button), due)
        else:
            self._send(candidate, self._webhook.text(candidate.chat, answer(candidate.chat, asked)), due)

    def _send(self, candidate: Candidate, request: bytes, due: float) -> None:
        candidate.since = due or time.perf_counter()
        self._post(request)

    def _post(self, request: bytes) -> None:
        self._pool.post(request, partial(self._answered, request))

    def _answered(self, request: bytes, status: int) -> None:
        self._statuses[status] += 1
        if status in _AGAIN:  # as Telegram does
            asyncio.get_running_loop().call_later(AGAIN_S, self._post, request)

    # receiving

    def _hear(self, chat: int, text: str, buttons: list[dict[str, str]]) -> None:
        candidate = self.candidates.get(chat)
        shown = _shown(text, buttons)
        if candidate is None or shown is None:
            return
        self._last = time.perf_counter()
        if shown == _CONSENT:
            candidate.button = next(button["callback_data"] for button in buttons if "同意" in button["text"])
        else:
            candidate.asked.append(shown)
        if shown != candidate.expects:
            return
        if shown > 1:
            self._latencies.append((self._last - candidate.since) * 1000)
            self._times.append(self._last)
        if shown == _DONE:
            candidate.expects = -1
            self._finished += 1
            if self._nonce:
                self._begin()
        elif self._ready is None:
            self._act(candidate)
        else:
            self._ready.append(candidate)

    def _result(self, seconds: float, ready: deque[Candidate] | None = None) -> Played:
        number, times = len(self._times), self._times
        tenth = number // 10
        steady = (number - 2 * tenth) / (times[-1 - tenth] - times[tenth]) if tenth else number / seconds
        order = list(range(1, _DONE + 1))
        asked = [candidate.asked for candidate in self.candidates.values()]
        problems = {
            "stuck": self._waiting(ready or deque()),
            "duplicated": sum(len(each) - len(set(each)) for each in asked),
            "out of order": sum(sorted(set(each)) != list(dict.fromkeys(each)) for each in asked),
            "skipped": sum(not set(order[: max(each, default=0)]) <= set(each) for each in asked),
            "sent again": sum(self._statuses[status] for status in _AGAIN),
            "refused": sum(count for status, count in self._statuses.items() if status not in (200, *_AGAIN)),
        }
        found = {name: count for name, count in problems.items() if count}
        return Played(
            candidates=len(asked),
            updates=self._statuses.total() - sum(self._statuses[status] for status in _AGAIN),
            answers=number,
            seconds=seconds,
            steady=steady,
            latencies_ms=sorted(self._latencies),
            problems=found,
        )


def _shown(text: str, buttons: list[dict[str, str]]) -> int | None:
    """Return the question that a message shows, 0 for consent, or the last question plus 1 for the farewell.

    Returns None for any other message.
    """
    at = text.find("〔")
    if at >= 0:
        return int(text[at + 1])
    if CLOSING in text:
        return _DONE
    return _CONSENT if any("同意" in button["text"] for button in buttons) else None
