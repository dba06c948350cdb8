"""Tell the user, by a command or a webhook, what a run brought: sources that broke, and new articles."""

import json
import logging
import subprocess
from dataclasses import replace
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from archive.database import open_archive
from archive.health import News, mark_told, untold
from crawler.config import Config, NotifyConfig

_SECONDS = 30
_MOST_ARTICLES = 50
"""That one message names; it gives the number of all."""

log = logging.getLogger(__name__)


def notify(config: Config) -> None:
    """Tell what has changed since the last time, once; what cannot be delivered is tried after the next run.

    Raises:
        ArchiveError: The archive cannot be read or written.
    """
    hooks = config.notify
    if not (hooks.command or hooks.webhook):
        return
    db = open_archive(config.archive.database)
    try:
        news = untold(db)
        told = news if hooks.articles else replace(news, articles=())
        if not told or _deliver(hooks, _message(config.title, told)):
            mark_told(db, news)
    finally:
        db.close()


def _message(title: str, news: News) -> dict[str, Any]:
    return {
        "archive": title,
        "summary": _summary(title, news),
        "sources": [{key: row[key] for key in _SOURCE} for row in news.sources],
        "new_articles": len(news.articles),
        "articles": list(news.articles[-_MOST_ARTICLES:]),
    }


_SOURCE = ("source", "verdict", "before", "reason", "since")


def _summary(title: str, news: News) -> str:
    parts = [f"{row['source']} is {row['verdict']}. {row['reason']}" for row in news.sources]
    if len(news.articles) == 1:
        parts.append(f"New: {news.articles[0]['title']} ({news.articles[0]['source']}).")
    elif news.articles:
        parts.append(f"{len(news.articles)} new articles.")
    return f"{title}: {' '.join(parts)}"


def _deliver(hooks: NotifyConfig, message: dict[str, Any]) -> bool:
    """Hand a message to every hook; one that fails is told in the log, and all are tried again."""
    body = json.dumps(message, ensure_ascii=False).encode()
    failures = []
    if hooks.command:
        try:
            subprocess.run(hooks.command, input=body, check=True, timeout=_SECONDS)  # noqa: S603 - the user's
        except (OSError, subprocess.SubprocessError) as error:
            failures.append(f"notify.command: {error}")
    if hooks.webhook:
        request = Request(  # noqa: S310 - http or https, as the configuration is checked
            hooks.webhook, data=body, headers={"Content-Type": "application/json; charset=utf-8"}
        )
        try:
            urlopen(request, timeout=_SECONDS).close()  # noqa: S310
        except (URLError, OSError, ValueError) as error:
            failures.append(f"notify.webhook: {error}")
    for failure in failures:
        log.warning("%s: it is tried again after the next run", failure)
    return not failures
