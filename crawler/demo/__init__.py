"""A little news web about one series, for the demo and the integration tests. All of it is fictional.

``sites/`` holds a folder a site and a text file an article (its README says how to add one), ``pages`` reads
them, ``render`` makes HTML, feeds and sitemaps of them, ``web`` serves them on loopback.
"""

from crawler.demo.web import DemoWeb

__all__ = ["DemoWeb"]
