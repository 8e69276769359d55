"""What staff may do, by chat: who they are, what they may see, and the commands by subject."""
