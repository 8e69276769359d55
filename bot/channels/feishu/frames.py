"""Frames of Feishu's long connection, as Protocol Buffers (proto2).

Source: larksuite/oapi-sdk-python, lark_oapi/ws/pb/pbbp2_pb2.py and ws/client.py, version 1.7.5 (read 2026-11). The
message is described here instead of importing the SDK; docs/adr/0008-feishu.md says why.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

CONTROL, DATA = 0, 1
_F = FieldDescriptorProto
_HEADER = [("key", 1, _F.TYPE_STRING, _F.LABEL_REQUIRED), ("value", 2, _F.TYPE_STRING, _F.LABEL_REQUIRED)]
_FRAME = [
    ("SeqID", 1, _F.TYPE_UINT64, _F.LABEL_REQUIRED),
    ("LogID", 2, _F.TYPE_UINT64, _F.LABEL_REQUIRED),
    ("service", 3, _F.TYPE_INT32, _F.LABEL_REQUIRED),
    ("method", 4, _F.TYPE_INT32, _F.LABEL_REQUIRED),
    ("headers", 5, _F.TYPE_MESSAGE, _F.LABEL_REPEATED),
    ("payload_encoding", 6, _F.TYPE_STRING, _F.LABEL_OPTIONAL),
    ("payload_type", 7, _F.TYPE_STRING, _F.LABEL_OPTIONAL),
    ("payload", 8, _F.TYPE_BYTES, _F.LABEL_OPTIONAL),
    ("LogIDNew", 9, _F.TYPE_STRING, _F.LABEL_OPTIONAL),
]


def _message_class() -> Any:
    file = FileDescriptorProto(name="feishu.proto", package="feishu", syntax="proto2")
    for name, fields in (("Header", _HEADER), ("Frame", _FRAME)):
        described = DescriptorProto(name=name)
        for field, number, kind, label in fields:
            of = ".feishu.Header" if kind == _F.TYPE_MESSAGE else None
            described.field.add(name=field, number=number, type=kind, label=label, type_name=of)
        file.message_type.append(described)
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("feishu.Frame"))


Frame = _message_class()


def read(raw: bytes) -> Any:
    """Decode a frame. Raises ValueError if the bytes are not one."""
    try:
        frame = Frame.FromString(raw)
    except DecodeError:
        raise ValueError("it is no frame") from None
    if not frame.IsInitialized():  # decoding does not look for required fields of headers
        raise ValueError("it is no frame")
    return frame


def headers_of(frame: Any) -> dict[str, str]:
    return {each.key: each.value for each in frame.headers}


def ping(service: int) -> bytes:
    frame = Frame(SeqID=0, LogID=0, service=service, method=CONTROL)
    frame.headers.add(key="type", value="ping")
    return _bytes(frame)


def acknowledgement(frame: Any, payload: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the same frame with our answer as its payload and with more headers."""
    frame.payload = payload
    for key, value in headers.items():
        frame.headers.add(key=key, value=value)
    return _bytes(frame)


def _bytes(frame: Message) -> bytes:
    return bytes(frame.SerializeToString())
