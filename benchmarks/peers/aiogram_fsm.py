"""The bot to compare with: aiogram's FSM and RedisStorage as documented, with the same questions.

`docs` mode: SimpleRequestHandler with its defaults, which acknowledges at once and handles in the background.
`safe` mode: acknowledges after handling, and handles one update of a chat at a time (RedisEventIsolation). Like
ours it runs on uvloop. It stores finished answers under a separate key.
"""

import json
import logging
import os
import sys
from pathlib import Path

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisEventIsolation, RedisStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.interview import CLOSING, texts

GUIDE, QUESTIONS = texts()
CONNECTIONS = 512
"""The same number as ours. Above redis-py's own limit of 100 the background webhook would drop updates."""
router = Router()


class Interview(StatesGroup):
    skills = State()
    together = State()
    plans = State()


STAGES = (Interview.skills, Interview.together, Interview.plans)


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(STAGES[0])
    await state.set_data({"answers": []})
    await message.answer(GUIDE)
    await message.answer(QUESTIONS[0])


@router.message(Interview.skills, F.text)
@router.message(Interview.together, F.text)
@router.message(Interview.plans, F.text)
async def answered(message: Message, state: FSMContext) -> None:
    answers = [*(await state.get_data())["answers"], message.text]
    given = len(answers)
    if given == len(QUESTIONS):
        storage = state.storage
        assert isinstance(storage, RedisStorage)
        await storage.redis.set(f"done:{message.chat.id}", json.dumps(answers, ensure_ascii=False))
        await state.clear()
        await message.answer(CLOSING)
        return
    await state.set_data({"answers": answers})
    if given % 2 == 0:
        await state.set_state(STAGES[given // 2])
    await message.answer(QUESTIONS[given])


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    safe = os.environ["MODE"] == "safe"
    storage = RedisStorage.from_url(os.environ["REDIS_URL"], connection_kwargs={"max_connections": CONNECTIONS})
    api = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["API_URL"]))
    bot = Bot(os.environ["TOKEN"], session=api)
    dispatcher = Dispatcher(storage=storage, events_isolation=RedisEventIsolation(storage.redis) if safe else None)
    dispatcher.include_router(router)
    app = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, secret_token=os.environ["SECRET"], handle_in_background=not safe
    )
    handler.register(app, path="/webhook")
    setup_application(app, dispatcher, bot=bot)
    port = int(os.environ["PORT"])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
