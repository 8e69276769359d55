"""Facts about the Bot API shared by the candidates' and the staff bots: text lengths and kinds of files."""
