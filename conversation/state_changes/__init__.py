"""How events change parts of the state: the open answer, files in answers, a claim by somebody else."""
