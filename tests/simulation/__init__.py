"""A simulator: synthetic candidates play interviews through the real engine, with features on and off.

See `python -m tests.simulation --help`. All assumptions about people are in `assumptions.py`, and the results are
in `docs/simulation.md`. A feature acts only through the messages that the engine sends, which do not arrive if it
is off. As a check, the simulator also runs with people whom no feature influences, so no effect may appear.
"""
