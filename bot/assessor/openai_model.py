"""A model at an endpoint that is compatible with OpenAI's. Imported only where a model is asked.

API: platform.openai.com/docs/api-reference/chat/create and /docs/guides/structured-outputs (read 2026-11).
Endpoints differ in which forms of structured output they take; some answer 400 to those that they do not know,
others ignore them.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from typing import Any, get_args

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion

from bot.assessor.model import FORMS, MOST_TOKENS, TEMPERATURE, Form, NoOutput, Output
from bot.logs import log
from conversation.assessment.prompt import Request
from storage.ports import Kv

TIMEOUT_S = 60.0
"""How long one output may take, in seconds."""
_REMEMBERED_S = 24 * 3600
_UNTAKEN = frozenset({400, 404, 405, 415, 422, 501})
"""Status codes by which endpoints say that they do not take a request of this form."""


class OpenAiModel:
    """The model `name` at `url`. Which form of structured output the endpoint takes is found out once and
    remembered for a day by all processes."""

    def __init__(self, url: str, name: str, key: str, kv: Kv, timeout_s: float = TIMEOUT_S) -> None:
        self.name = name
        self._kv = kv
        self._timeout_s = timeout_s
        self._note = f"assessor-form-{sha256(f'{url} {name}'.encode()).hexdigest()[:16]}"
        self._logged: set[Form] = set()
        self._client = AsyncOpenAI(base_url=url, api_key=key or "none", max_retries=0, timeout=timeout_s)

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, request: Request, valid: Callable[[str], bool]) -> Output | NoOutput:
        """Return the model's output, or why there is none.

        As long as no form is known to work, a form that the endpoint rejects, or whose output is not `valid`, is
        followed by the next one. Raises StoreUnavailable.
        """
        known = await self._known()
        found: Output | NoOutput = NoOutput("rejected")
        for form in [known] if known else FORMS:
            found = await self._in_form(form, request)
            if isinstance(found, Output) and not valid(found.text):
                found = NoOutput("malformed", found.text)
            if isinstance(found, Output) and not known:
                await self._kv.set(self._note, form, _REMEMBERED_S)
            if isinstance(found, Output) or found.why not in ("rejected", "malformed"):
                return found
            self._step_down(form, found)
        return found

    def _step_down(self, form: Form, found: NoOutput) -> None:
        if form not in self._logged:
            self._logged.add(form)
            log.warning("assessor_form_not_taken", model=self.name, form=form, why=found.why)

    async def _known(self) -> Form | None:
        noted = await self._kv.get(self._note)
        return next((form for form in get_args(Form) if form == noted), None)

    async def _in_form(self, form: Form, request: Request) -> Output | NoOutput:
        try:
            async with asyncio.timeout(self._timeout_s):
                completion = await self._client.chat.completions.create(**_arguments(self.name, form, request))
        except (TimeoutError, openai.APITimeoutError):
            return NoOutput("slow")
        except openai.RateLimitError:
            return NoOutput("busy")
        except openai.APIStatusError as error:
            return NoOutput("rejected" if error.status_code in _UNTAKEN else "unavailable")
        except openai.APIConnectionError:
            return NoOutput("unavailable")
        except (openai.OpenAIError, ValueError):  # what came is no JSON at all
            return NoOutput("malformed")
        try:
            return _read(completion, form)
        except (AttributeError, IndexError, TypeError):  # the SDK does not check what endpoints return
            return NoOutput("malformed")


def _arguments(model: str, form: Form, request: Request) -> dict[str, Any]:
    schema = {"name": request.name, "schema": request.schema}
    arguments: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": request.system},
            {"role": "user", "content": request.user},
        ],
        "temperature": TEMPERATURE,
        "max_tokens": MOST_TOKENS,
    }
    match form:
        case "json_schema":
            arguments["response_format"] = {"type": "json_schema", "json_schema": {**schema, "strict": True}}
        case "tool":
            function = {"name": request.name, "parameters": request.schema, "strict": True}
            arguments["tools"] = [{"type": "function", "function": function}]
            arguments["tool_choice"] = {"type": "function", "function": {"name": request.name}}
        case "json_object":
            arguments["response_format"] = {"type": "json_object"}
    return arguments


def _read(completion: ChatCompletion, form: Form) -> Output | NoOutput:
    choice = completion.choices[0]
    message = choice.message
    text = message.content or ""
    if form == "tool" and message.tool_calls:
        call = message.tool_calls[0]
        text = call.function.arguments if call.type == "function" else ""
    if choice.finish_reason == "length":
        return NoOutput("cut", text)
    if choice.finish_reason == "content_filter" or message.refusal:
        return NoOutput("refused", message.refusal or text)
    return Output(text, form) if text else NoOutput("malformed")
