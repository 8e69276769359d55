"""Voice answers: recordings are decoded, archived and transcribed."""
