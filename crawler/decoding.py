"""The body of a stored response without its Content-Encoding."""

import io
from collections.abc import Iterable

from urllib3 import HTTPResponse

from crawler.extraction.page import MAX_BYTES


def decoded(body: bytes, headers: Iterable[tuple[str, str]]) -> bytes:
    """Undo the Content-Encoding of a body; give no more of it than is read of a page.

    Raises:
        urllib3.exceptions.HTTPError: It is damaged.
    """
    encodings = ", ".join(value for name, value in headers if name.lower() == "content-encoding")
    response = HTTPResponse(io.BytesIO(body), {"Content-Encoding": encodings}, preload_content=False)
    return bytes(response.read(MAX_BYTES + 1, decode_content=True))
