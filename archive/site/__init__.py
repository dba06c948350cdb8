"""The archive as a web site: a Datasette plugin.

Datasette loads this package by its entry point and finds ``templates/`` and ``static/`` in it.
"""
