"""Run `python -m bot`, which is the same as the command `xumian`."""

from bot.cli import main

main()
