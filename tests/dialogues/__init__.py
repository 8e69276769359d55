"""Golden dialogues: whole conversations as text files, played through every layer. See README.md."""
