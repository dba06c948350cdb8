"""Which rules a page's site has: from archive.toml, from a folder of rules, from site-config files."""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ConfigurationError
from archive.urls import ascii_host
from crawler.config import Config, SourceConfig, load_rules
from crawler.extraction.five_filters import read_site_config
from crawler.extraction.site_rules import SiteRules
from crawler.extraction.urls import same_site

log = logging.getLogger(__name__)

_MOST_TOLD = 5


class SiteFolders:
    """The site rules of a configuration, found by a page's source and host.

    Those of the source in archive.toml are tried first, then those of the folder of rules, then those of
    the site-config files.
    """

    def __init__(self, config: Config) -> None:
        """Read the folders.

        Raises:
            ConfigurationError: A folder is missing, or a file in the folder of rules has a mistake.
        """
        self._config = config
        self._rules = {_host_of_file(path): load_rules(path) for path in _files(config, "rules", ".toml")}
        self._site_config = {_host_of_file(path): path for path in _files(config, "site_config", ".txt")}
        self._known: dict[str, SiteRules] = {}

    def rules(self, url: str, source: SourceConfig | None = None) -> SiteRules:
        """Give the rules for a page.

        Args:
            url: Of the page.
            source: That it belongs to; by default the one whose home is on the same site.
        """
        if source is None:
            source = next((one for one in self._config.sources if same_site(one.home, url)), None)
        own = source.rules.to_rules() if source else SiteRules()
        host = ascii_host(urlsplit(url).hostname or "").removeprefix("www.")
        if host not in self._known:
            self._known[host] = self._of_host(host)
        return own | self._known[host]

    def _of_host(self, host: str) -> SiteRules:
        names = list(_names(host))
        named = next((self._rules[name] for name in names if name in self._rules), SiteRules())
        path = next((self._site_config[name] for name in names if name in self._site_config), None)
        return named | _read(path) if path else named


def _host_of_file(path: Path) -> str:
    """Give the host that a file is named for, in either spelling; with the dot of those for subdomains."""
    host = path.stem.removeprefix(".")
    return path.stem.removesuffix(host) + ascii_host(host)


def _names(host: str) -> Iterator[str]:
    """Give the names of a host's file as site-config has them: ``.example.org`` is for subdomains."""
    yield host
    while "." in host:
        _, _, host = host.partition(".")
        yield f".{host}"


def _files(config: Config, key: str, suffix: str) -> list[Path]:
    folder: Path | None = getattr(config.archive, key)
    if folder is None:
        return []
    if not folder.is_dir():
        raise ConfigurationError(
            f"{config.path}: archive.{key}: found {str(folder)!r}, allowed: a folder that is there"
        )
    return sorted(path for path in folder.iterdir() if path.name.endswith(suffix))


def _read(path: Path) -> SiteRules:
    """Read a site-config file, and tell once what of it is not obeyed."""
    try:
        written = path.read_bytes()
    except OSError as error:
        log.warning("%s: cannot be read: %s", path, error.strerror)
        return SiteRules()
    text = written.decode("utf-8", "replace")
    if text.encode() != written:
        log.warning("%s: is not UTF-8, so some of it may not be obeyed: save it as UTF-8", path)
    found = read_site_config(text)
    told = found.problems[:_MOST_TOLD]
    if more := len(found.problems) - len(told):
        told.append(f"and {more} more")
    if told:
        log.warning("%s: not obeyed: %s", path, "; ".join(told))
    return found.rules
