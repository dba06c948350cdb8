"""``series-archive demo``: the whole job on a little news web of our own, which needs no network."""

import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from archive.errors import ArchiveError
from crawler.demo import DemoWeb
from crawler.demo.clock import let_a_day_pass
from crawler.demo.web import CONFIG_MARK


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("series-archive-demo"),
    show_default=True,
    help="Where everything is written; a demo that is there already begins anew.",
)
@click.option("--no-serve", is_flag=True, help="End after the export, and show no web site.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Of the web site."
)
def command(folder: Path, no_serve: bool, port: int) -> None:
    """Do the whole job, offline, on a little news web that travels with the program.

    Crawls invented sites, crawls them again after time has passed, exports the articles and serves them.
    At every step it shows the command that does the same for real sites.

    Example: series-archive demo --no-serve
    """
    signal.signal(signal.SIGTERM, _end)  # so that what we have started ends with us
    _prepare(folder)
    with DemoWeb() as web:
        config = ["--config", str(web.write_config(folder))]
        _say("A little news web is on air, on this machine only. Its sites are invented.")
        for source in web.sources:
            click.echo(f"   {source.home}  {source.name}")
        click.echo(
            f"   What to archive, and from where, is in {config[1]}; for real sites you write that file."
        )

        _say("First crawl: every page that their feeds and sitemaps name; kept is what is about the series.")
        _run("crawl", *config)

        web.edit()
        let_a_day_pass(folder / "archive.db")
        _say("A day passes: one article was edited, one is new, one was taken down.")
        click.echo("   The second crawl asks for everything again, and gets only the pages that changed.")
        _run("crawl", *config)

        _say("Export: every article with its metadata, as JSON for other programs.")
        for name in ("articles.jsonl", "articles.json"):
            _run("export", str(folder / name), *config)

        if not no_serve:
            _say("The archive as a web site. Ctrl-C stops it.")
            _run("serve", "--port", str(port), *config)
    click.echo(f"\nEverything is left in {folder}/: the database, the captures, the exports, archive.toml.")


def _prepare(folder: Path) -> None:
    """Make the folder, or empty it of an earlier demo; somebody else's folder is left alone."""
    config = folder / "archive.toml"
    if folder.exists() and not folder.is_dir():
        raise ArchiveError(f"{folder} is a file; name a folder for the demo with --dir")
    if config.is_file() and config.read_text(encoding="utf-8", errors="replace").startswith(CONFIG_MARK):
        for file in [*folder.glob("archive.db*"), *folder.glob("articles.json*"), config]:
            file.unlink()
        shutil.rmtree(folder / "captures", ignore_errors=True)
    elif folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} holds files that are not of a demo; name another folder with --dir")
    folder.mkdir(parents=True, exist_ok=True)


def _say(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _run(*arguments: str) -> None:
    """Show a command of ours and run it as the user would: in a process of its own.

    Ctrl-C reaches that process too, and it ends by itself: we wait for it.
    """
    click.secho(f"   $ series-archive {shlex.join(arguments)}", fg="cyan")
    sys.stdout.flush()
    process = subprocess.Popen([sys.executable, "-P", "-m", "crawler.commands", *arguments])  # noqa: S603
    interrupted = False
    try:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if interrupted and arguments[0] != "serve":
        raise click.exceptions.Abort
    if status and not interrupted:
        raise click.exceptions.Exit(status)


def _end(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)
