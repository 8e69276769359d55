"""The settings of the archive: where it is, and when records move there."""

from typing import Annotated

from pydantic import Field

ArchivePlace = Annotated[
    str | None,
    Field(
        description="where recordings are kept: a folder, or `s3://bucket/prefix?endpoint=https://…&region=…`; "
        "unset: `voice` in the data folder. Processes on several machines need one that all of them reach",
        examples=["s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-central-1"],
    ),
]
ArchiveAfter = Annotated[
    int | None,
    Field(
        ge=1,
        le=3650,
        description="after how many days without a new entry the record of an interview that has ended moves from "
        "Redis into the archive of `XUMIAN_VOICE_ARCHIVE` ([record.md](record.md#archived-records)); unset: never",
        examples=["30"],
    ),
]
