"""How the tests' speech model was made and can be made again; see the README beside. No test needs this."""
