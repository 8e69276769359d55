"""The parts of a conversation, each a module: guide, questions, answers, leaving, returning, closing, rights."""
