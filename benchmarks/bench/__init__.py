"""The parts of the benchmark. Its command line is `benchmarks/run.py`."""
