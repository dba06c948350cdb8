"""``python -m crawler.commands`` is the same as ``series-archive``."""

from crawler.commands import main

if __name__ == "__main__":
    main()
