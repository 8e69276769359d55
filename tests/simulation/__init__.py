"""A simulator: synthetic candidates play interviews through the real engine, with features on and off.

`python -m tests.simulation --help`. What is assumed of people is in `assumptions.py` and nowhere else; what came
of it is in `docs/simulation.md`. A feature has an effect only through the messages that the engine really sends:
off, they do not arrive. And it is run with people whom no feature moves, where no effect may show.
"""
