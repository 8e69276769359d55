"""`python -m bot` is `xumian`."""

from bot.cli import main

main()
