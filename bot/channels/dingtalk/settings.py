"""The settings of DingTalk (钉钉): the organisation's robot, and group robots for notices."""

import re
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from bot.channels.dingtalk.signature import FRESH_S, MOST_FRESH_S
from bot.channels.notify import NoticePlace
from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, matching
from conversation.inbound import Address
from handlers.notices.notices import Destination

ROBOT_CHANNEL = "dingtalk-robot"
GROUP = "group"
"""The user part of a group robot's address."""
_id = matching("[A-Za-z0-9_-]{1,128}", "may hold 1-128 letters, digits, _ and -")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")


class DingTalkSettings(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}DINGTALK_")
    title: ClassVar[str] = "DingTalk"
    scheme: ClassVar[str] = "dingtalk+robot"
    place_form: ClassVar[str] = "`dingtalk+robot://TOKEN?secret=…`: a group robot ([dingtalk.md](dingtalk.md))"

    app_key: Annotated[str, _id] | None = Field(
        None,
        description="the app's Client ID; the next two go with it ([dingtalk.md](dingtalk.md))",
        examples=["the-client-id-of-the-app"],
    )
    app_secret: SecretStr | None = Field(
        None,
        validate_default=True,
        description="the app's Client Secret",
        examples=["the-client-secret-of-the-app"],
    )
    robot_code: Annotated[str, _id] | None = Field(
        None, validate_default=True, description="the robot's code", examples=["the-robot-code-from-the-console"]
    )
    corp_id: Annotated[str, _id] | None = Field(
        None,
        description="the organisation (corpId) whose messages are taken; unset: the one that an owner confirms "
        "([dingtalk.md](dingtalk.md))",
        examples=["ding0123456789abcdef"],
    )
    path_secret: Annotated[
        SecretStr | None, matching("[A-Za-z0-9_-]{16,128}", "needs 16-128 of A-Z, a-z, 0-9, _ and -")
    ] = Field(
        None,
        description="16 to 128 letters, digits, `_` and `-` that make the webhook's address unguessable: "
        "`/webhooks/dingtalk/ROBOTCODE/SECRET`; without it, staff can give commands in stream mode only",
        examples=["0f1e2d3c4b5a69788796a5b4c3d2e1f0"],
    )
    mode: Literal["http", "stream"] = Field(
        "http",
        description="how messages come in: `http` at the webhook, or `stream`, which needs no public address",
        examples=["http"],
    )
    fresh_s: int = Field(
        FRESH_S,
        ge=10,
        le=MOST_FRESH_S,
        description=f"how many seconds a request to the webhook may be old or ahead, from 10 to {MOST_FRESH_S}",
        examples=[str(FRESH_S)],
    )
    monthly_calls: int = Field(
        10_000,
        ge=0,
        description="the organisation's calls of the server API in a month; the last tenth is kept for answers",
        examples=["10000"],
    )
    api_url: WebAddress = Field(
        "https://api.dingtalk.com", description="the API server", examples=["https://api.dingtalk.com"]
    )

    @field_validator("app_secret", "robot_code")
    @classmethod
    def _beside_the_app_key(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("app_key") and not value:
            raise ValueError(f"is missing beside {PREFIX}DINGTALK_APP_KEY")
        return value

    def place_fault(self, place: NoticePlace) -> str:
        if not _TOKEN.fullmatch(place.target):
            return "has no robot's token (what stands behind access_token= in its webhook's address)"
        if not _SECRET.fullmatch(place.options.get("secret", "")):
            return "has no ?secret=SEC… (with which its messages are signed)"
        return place.rest_fault("the robot's token, its secret", "secret")

    def destinations(self, places: Sequence[NoticePlace]) -> list[Destination]:
        return [
            Destination(Address(ROBOT_CHANNEL, each.account, GROUP), each.language, digest=True) for each in places
        ]

    @property
    def authentic(self) -> bool:
        """Whether every message is certainly DingTalk's own.

        In stream mode messages come over a connection that we open. At the webhook only the headers are signed,
        but an address with a secret part is known to nobody else.
        """
        return self.mode == "stream" or self.path_secret is not None

    @property
    def configured(self) -> bool:
        return bool(self.app_key)
