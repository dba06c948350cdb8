"""``extract`` and ``inspect`` with an address: by the same rules as a crawl, with nothing stored."""

import gzip
import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands import cli
from tests.web import Answer, Web, article, source, write_config


@pytest.fixture
def config(tmp_path: Path, site: Web) -> str:
    return str(write_config(tmp_path, source("Site", site.home), '[source.rules]\nauthor = ".signed"'))


def inspect(*arguments: str) -> Result:
    """Run ``series-archive inspect`` in this process."""
    return CliRunner().invoke(cli, ["inspect", "--json", *arguments])


def error(*arguments: str) -> str:
    done = inspect(*arguments)
    assert done.exception, done.output
    return str(done.exception)


def test_who_asks_is_told_and_site_rules_count(site: Web, config: str) -> None:
    page = article("One").replace("</article>", '<p class="signed">Ada Quill</p></article>')
    site["/one"] = Answer(gzip.compress(page.encode()), headers={"Content-Encoding": "gzip"})
    row = json.loads(inspect(f"{site.home}/one", "--config", config).stdout)
    assert (row["title"], row["authors"], row["url"]) == ("One", ["Ada Quill"], f"{site.home}/one")
    assert row["rule_checks"] == [{"rule": "author: .signed", "matched": True}]
    assert "+" in row["rules_version"]
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/one"]
    (agent,) = {asked.headers["User-Agent"] for asked in site.asked}
    assert agent.startswith("series-archive/")
    assert agent.endswith("(+mailto:desk@example.org)")


def test_an_address_in_any_script_is_asked_for_as_browsers_ask(
    site: Web, config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site["/%E8%A8%98%E4%BA%8B/1?q=%E6%98%9F%20a"] = article("One")
    row = json.loads(inspect(f"{site.home}/記事/1?q=星 a", "--config", config).stdout)
    assert row["title"] == "One"

    asked = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "does not answer" in error("http://straße.例え.test:8000/", "--config", config)
    assert asked == ["xn--strae-oqa.xn--r8jz45g.test"]


def test_robots_is_obeyed_at_every_redirect(site: Web, config: str) -> None:
    site["/one"] = Answer(status=302, headers={"Location": "/closed/one"})
    site["/closed/one"] = article("One")
    site["/robots.txt"] = Answer("User-agent: *\nDisallow: /closed", type="text/plain")
    for path in ("/one", "/closed/one"):
        assert "robots.txt does not allow" in error(f"{site.home}{path}", "--config", config)
    assert "/closed/one" not in site.paths()

    site["/robots.txt"] = Answer("down", 503)
    assert "may not be read now" in error(f"{site.home}/one", "--config", config)


def test_private_addresses_are_refused_unless_a_source_names_them(
    site: Web, config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "..")  # no archive.toml there
    site["/one"] = article("One")
    assert "private address 127.0.0.1" in error(f"{site.home}/one")
    assert site.asked == []

    with Web() as inside:
        url = inside.home.replace("127.0.0.1", "localhost")
        inside["/secret"] = article("Secret")
        site["/one"] = Answer(status=302, headers={"Location": f"{url}/secret"})
        assert "localhost has the private address" in error(f"{site.home}/one", "--config", config)
        assert inside.asked == []


def test_what_does_not_answer_is_told_in_one_line(site: Web, config: str) -> None:
    site["/loop"] = Answer(status=302, headers={"Location": "/loop"})
    site["/file"] = Answer(status=302, headers={"Location": "file:///etc/passwd"})
    for path, said in (("/none", "status 404"), ("/loop", "in a circle"), ("/file", "no web page")):
        message = error(f"{site.home}{path}", "--config", config)
        assert said in message
        assert "\n" not in message


def test_further_pages_are_told(site: Web, config: str) -> None:
    site["/one"] = article("One").replace("</main>", '<a href="/one/2">2</a></main>')
    row = json.loads(inspect(f"{site.home}/one", "--config", config).stdout)
    assert row["next_page"] == f"{site.home}/one/2"
    shown = CliRunner().invoke(cli, ["inspect", f"{site.home}/one", "--config", config]).stdout
    assert f"goes on at {site.home}/one/2" in shown.replace("\n", "")


def test_configuration_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    assert "no such file" in error(str(tmp_path / "x.html"), "--config", str(tmp_path / "none.toml"))
