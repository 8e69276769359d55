"""The parts of a conversation: opening, guide, questions, answers, leaving, returning, closing, rights, clock."""
