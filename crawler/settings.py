"""Scrapy's settings: those that differ from its defaults, each with Scrapy's own value and the reason.

Source by source, the base spider adds USER_AGENT (with the contact of archive.toml) and DOWNLOAD_DELAY.
"""

BOT_NAME = "series-archive"
SPIDER_MODULES = ["spiders"]

ARCHIVE_CONFIG = "archive.toml"
"""Ours: which archive a crawl belongs to. ``scrapy crawl news -a source=NAME -s ARCHIVE_CONFIG=FILE``."""

# Where requests come from

SCHEDULER = "crawler.scheduler.FrontierScheduler"
"""Scrapy's keeps requests in memory, or in a JOBDIR that a killed run corrupts; ours, in the archive."""

DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
"""Default: a set of fingerprints that grows with every page. The archive knows each page once."""

# How fast

CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
"""Default 16 and 8. A source gets one request at a time; many sources are crawled side by side. So what an
answer says (wait, go away) is known before the next request."""

DOWNLOAD_DELAY_JITTER = 0.3
"""Default 0.5: the delay is between 0.7 and 1.3 times what is configured."""

CONCURRENT_ITEMS = 8
"""Default 100, which costs 1.5 ms for each response."""

DOWNLOAD_TIMEOUT = 30
"""Default 180 s: a server that takes so long for a page is down."""

RETRY_TIMES = 1
"""Default 2. What fails twice is tried again in a later run, when the server had time to recover."""

RETRY_HTTP_CODES: list[int] = []
"""Default: 5xx, 408, 429. A server that says that it is in trouble is not asked again at once."""

RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
"""Default ERROR: the archive records the failure."""

# What is let in

DOWNLOAD_HANDLERS = {
    "http": "crawler.hosts.TurnsHandler",
    "https": "crawler.hosts.TurnsHandler",
    "data": None,
    "file": None,
    "s3": None,
    "ftp": None,
}
"""Default: all of them. A redirect or a feed must not lead to a file of this machine. Ours lets sources on
the same host take turns."""

DOWNLOAD_MAXSIZE = 5 * 1024 * 1024
"""Default 1 GB. Of a page, transferred and decompressed; sitemaps may have more."""

DOWNLOAD_WARNSIZE = 0
"""Default 32 MB: warns in the log."""

DOWNLOAD_VERIFY_CERTIFICATES = True
"""Default False: what is archived should come from whom it claims to come from."""

TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"
"""Scrapy's gives private addresses, and no IPv6."""

REDIRECT_MAX_TIMES = 6
"""Default 20."""

METAREFRESH_ENABLED = False
"""Default True: follows instructions in the text of a page, which may be a paywall's or an advertiser's."""

COOKIES_ENABLED = False
"""Default True: every request is a first visit, so that what is archived is what anybody would get."""

REFERRER_POLICY = "no-referrer"
"""Default: names the page that led to a request. Ours come from a database."""

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
}
"""Default: asks for English too, and gets an English page from a Japanese site; and for every compression
that it can undo. What we ask for, every reader of WARC files can undo."""

ROBOTSTXT_OBEY = True
"""Default False. Says so to other tools; what obeys is our own middleware."""

DOWNLOADER_MIDDLEWARES = {
    # Engine side.
    "crawler.middlewares.rendering.RenderingMiddleware": 40,  # what was fetched, as a browser shows it
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # candidates are chosen by site before
    "crawler.middlewares.guard.GuardMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # allows everything after an error
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,  # would look up names itself
    "crawler.middlewares.reservations.ReservationMiddleware": 110,
    # 350 timeout, 400 default headers, 500 user agent, 550 retry: Scrapy's.
    "crawler.middlewares.politeness.PolitenessMiddleware": 560,  # sees every attempt, so inside of retry
    "crawler.middlewares.gates.GateMiddleware": 570,  # sees decoded bodies, and counts before politeness does
    "crawler.middlewares.revalidation.RevalidationMiddleware": 580,  # needs the decoded body
    # 590 decompression, 600 redirects: Scrapy's.
    "crawler.middlewares.moved.MovedMiddleware": 610,  # decides whether a redirect is followed
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "crawler.middlewares.captures.CaptureMiddleware": 950,  # innermost: what was transferred, as it was
    # Network side.
}

# What is done with it

SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # a 404 is an answer like any other
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

ITEM_PIPELINES = {"crawler.pipelines.ArchivePipeline": 100}

# What else Scrapy would do: it costs start-up time for each of a thousand sources.

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
"""Both default True: they run code that is sent to a port."""

EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.logcount.LogCount": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.feedexport.FeedExporter": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "scrapy.extensions.logstats.LogStats": None,
}

STATS_DUMP = False
"""Default True: the archive has the counts of each crawl."""

WARN_ON_GENERATOR_RETURN_VALUE = False
"""Default True: reads the source of a callback at each call."""

LOG_LEVEL = "INFO"
"""Default DEBUG."""
