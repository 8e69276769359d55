import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-dialogues",
        action="store_true",
        help="write into the dialogue files what the bot says now, instead of comparing",
    )
