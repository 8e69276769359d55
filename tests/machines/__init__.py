"""Clean Debian machines, in which the README's commands and the steps of the Dockerfile are tried.

These are commands, not tests: each takes minutes, needs root, `mmdebstrap` and a network, and says how long its
steps took. See CONTRIBUTING.md.
"""
