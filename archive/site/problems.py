"""What a page that cannot be shown says."""


class PageError(Exception):
    """A page that cannot be shown, with the HTTP status and what to say about it."""

    def __init__(self, status: int, title: str, words: str) -> None:
        super().__init__(title)
        self.status, self.title, self.words = status, title, words


NOT_FOUND = PageError(404, "There is no such page", "The archive has nothing at this address.")
