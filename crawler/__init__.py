"""Pages in, articles out: configuration, fetching rules, extraction, relevance, the command line."""
