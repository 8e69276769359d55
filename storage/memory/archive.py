"""An archive of records in memory."""

import hashlib


class MemoryArchive:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.objects[sha256] = data
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        data = self.objects.get(sha256)
        return data if data is None or hashlib.sha256(data).hexdigest() == sha256 else b""

    async def drop(self, sha256: str) -> None:
        self.objects.pop(sha256, None)
