"""Print the OpenAPI document of the REST API, as `/api/v1/openapi.json` has it. Used by `make client`."""

import json
import sys

from bot.api.application import application


def main() -> None:
    json.dump(application(None).openapi(), sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
