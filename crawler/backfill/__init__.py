"""The past, from what others captured: Wayback Machine, Common Crawl, WARC and WACZ files.

What they hold goes the way of any page: it is captured with its own date, read, judged and stored. It never
takes the place of what was seen later.
"""
