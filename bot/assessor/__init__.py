"""The assistant that reads answers: the client of the model, its worker, and the test that admits a model."""
