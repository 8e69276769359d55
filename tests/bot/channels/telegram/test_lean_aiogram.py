"""aiogram imported without building its models: each is built when it is first used, and works as usual.

In processes of their own, because aiogram may have been imported here already.
"""

import json
import subprocess
import sys

import pytest

UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 2,
        "date": 1_790_000_000,
        "chat": {"id": 42, "type": "private", "first_name": "Lin"},
        "from": {"id": 42, "is_bot": False, "first_name": "Lin"},
        "reply_to_message": {"message_id": 1, "date": 1_790_000_000, "chat": {"id": 42, "type": "private"}},
        "text": "hello",
    },
}
BUILT = """
import json, sys
{first}
from bot.channels.telegram import lean_aiogram
from pydantic import BaseModel
from aiogram import methods, types
from aiogram.methods.base import Response

update = json.loads(sys.stdin.read())
named = map(vars(types).get, types.__all__)
models = [each for each in named if isinstance(each, type) and issubclass(each, BaseModel)]
poll = methods.SendPoll(chat_id=42, question="q", options=["a"])
print(json.dumps({{
    "built": sum(each.__pydantic_complete__ for each in models) / len(models),
    "restored": BaseModel.model_rebuild.__qualname__ + str(BaseModel.model_config),
    "update": types.Update.model_validate(update).model_dump(mode="json", exclude_unset=True, by_alias=True),
    "answer": Response[types.Message].model_validate({{"ok": True, "result": update["message"]}}).result.chat.id,
    "method": poll.model_dump(mode="json", include={{"options"}}),
}}))
"""


def _ran(first: str) -> dict[str, object]:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUILT.format(first=first)],
        input=json.dumps(UPDATE),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    printed: dict[str, object] = json.loads(ran.stdout)
    return printed


@pytest.mark.parametrize("first", ["", "import aiogram"])
def test_a_model_works_whether_or_not_all_are_built(first: str) -> None:
    ran = _ran(first)
    built = ran.pop("built")
    assert built == 1 if first else built == 0
    assert ran == {
        "restored": "BaseModel.model_rebuild{}",
        "update": UPDATE,
        "answer": 42,
        "method": {"options": ["a"]},
    }
