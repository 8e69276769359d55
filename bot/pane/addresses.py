"""The addresses of the staff pages."""

PREFIX = "/staff"


def sign_in_path(code: str) -> str:
    """Return the path of the page on which a colleague confirms to sign in with a code."""
    return f"{PREFIX}/sign-in/{code}"
