"""The REST API under `/api/v1`: what staff can do and see, for programs."""
