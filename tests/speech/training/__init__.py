"""How the speech model of these tests was made, and can be made again; see the README beside. No test needs it."""
