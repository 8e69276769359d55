"""The settings of WeCom (企业微信): an app, 微信客服, and group robots for notices."""

import re
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from bot.channels.notify import NoticePlace
from bot.channels.platform import PREFIX, ChannelSettings, WebAddress, matching
from bot.channels.wechat_api.keys import AesKeys
from conversation.inbound import Address
from handlers.notices.notices import Destination

ROBOT_CHANNEL = "wecom-robot"
_GROUP = "group"
"""The user part of a group robot's address."""
_KEY = re.compile(r"[A-Za-z0-9-]{16,64}")


class WeComSettings(ChannelSettings):
    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}WECOM_")
    title: ClassVar[str] = "WeCom"
    scheme: ClassVar[str] = "wecom+robot"
    place_form: ClassVar[str] = "`wecom+robot://KEY`: a group robot ([wecom.md](wecom.md))"

    corp_id: Annotated[
        str | None, matching("w[wx][0-9A-Za-z]{10,30}", "is not of the form ww (or wx) and letters or digits")
    ] = Field(
        None,
        description="the corporation's id; the next four go with it ([wecom.md](wecom.md))",
        examples=["ww0123456789abcdef"],
    )
    agent_id: Annotated[str, matching("[0-9]{1,12}", "is no number (the app's AgentId)")] | None = Field(
        None, validate_default=True, description="the app's AgentId", examples=["1000002"]
    )
    secret: SecretStr | None = Field(
        None, validate_default=True, description="the app's Secret", examples=["the-secret-of-the-app"]
    )
    token: SecretStr | None = Field(
        None,
        validate_default=True,
        description="the Token of the app's API reception",
        examples=["the-token-of-the-app's-API-reception"],
    )
    aes_key: AesKeys | None = Field(
        None,
        validate_default=True,
        description="its EncodingAESKey. While the key is changed: the new one, a comma, the old one",
        examples=["abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"],
    )
    kf_open_id: Annotated[
        str | None, matching("wk[0-9A-Za-z_-]{6,62}", "is not of the form wk and letters, digits, _ or -")
    ] = Field(
        None,
        description="a WeChat customer service account (`wk…`), for candidates outside the corporation",
        examples=["wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"],
    )
    api_url: WebAddress = Field(
        "https://qyapi.weixin.qq.com",
        description="the API server; group robots are reached there, too",
        examples=["https://qyapi.weixin.qq.com"],
    )

    @field_validator("agent_id", "secret", "token", "aes_key")
    @classmethod
    def _beside_the_corp_id(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("corp_id") and not value:
            raise ValueError(f"is missing beside {PREFIX}WECOM_CORP_ID")
        return value

    @field_validator("kf_open_id")
    @classmethod
    def _beside_an_app(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("corp_id", "wrong") is None:
            raise ValueError(f"needs {PREFIX}WECOM_CORP_ID and the settings of an app beside it")
        return value

    def place_fault(self, place: NoticePlace) -> str:
        if not _KEY.fullmatch(place.target):
            return "has no robot's key (what stands behind key= in its webhook's address)"
        return place.rest_fault("the robot's key")

    def destinations(self, places: Sequence[NoticePlace]) -> list[Destination]:
        return [
            Destination(Address(ROBOT_CHANNEL, each.account, _GROUP), each.language, digest=True)
            for each in places
        ]

    @property
    def configured(self) -> bool:
        return bool(self.corp_id)
