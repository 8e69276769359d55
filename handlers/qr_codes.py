"""Links as QR codes."""

from io import BytesIO

_PIXELS = 8  # along each side of a QR module, so that a link's code is about 400 pixels wide


def picture(link: str) -> bytes:
    """Return a QR code for the link as PNG."""
    import segno  # imported here because it is seldom needed

    drawn = BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="png", scale=_PIXELS)
    return drawn.getvalue()
