"""Golden dialogues: conversations in the product's own words, played through every layer. See README.md."""
