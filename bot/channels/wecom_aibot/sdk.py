"""What we use of the SDK wecom-aibot-python-sdk."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it names a class of websockets that is going away
    from aibot.crypto_utils import decrypt_file
    from aibot.utils import generate_req_id
    from aibot.ws import WsConnectionManager

__all__ = ["WsConnectionManager", "decrypt_file", "generate_req_id"]
