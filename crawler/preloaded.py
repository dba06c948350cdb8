"""What worker processes share: rules, expressions and the classifier, read once before they are forked.

For the preload list of a fork server only: importing it reads a small page, which takes half a second. It is
in English, whose phrases every page is read with.
"""

import gc

from crawler.processing import read_page

read_page(
    b"<html lang=en><title>Robots</title><article><h1>Robots</h1><p>Nobody asks them why.</p></article>",
    "https://www.example.org/robots",
    {},
    (),
)
gc.collect()
gc.freeze()  # no worker looks through all this for garbage, or copies it for that
