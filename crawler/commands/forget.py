"""``series-archive forget``: remove a page or a whole source for good."""

import json
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from archive.database import open_archive
from archive.forget import Plan, forget, plan_to_forget
from archive.holding import hold
from crawler.commands.options import ask, config_option
from crawler.config import load_config

_SHOWN = 10


@click.command(
    epilog="Example: series-archive forget https://example.org/news/1 --dry-run",
)
@click.argument("what", metavar="URL|SOURCE...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print what is removed as JSON; needs --yes or --dry-run."
)
@config_option
def command(what: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool, config_path: Path) -> None:
    """Remove articles or sources, all that belongs to them, and see that they do not come back.

    For requests to take something down. Removed are the article with its revisions, removed blocks, mentions
    and search entries, its pages under all their addresses, authors that have no other article, and every
    stored response of it; feeds, sitemaps and redirects that name it go as well. Only hashes of the addresses
    stay, by which they are refused from now on. Backups and exports are yours to look after.

    The database is rewritten for it. Name all at once: that takes hardly longer than one.
    """
    if as_json and not (yes or dry_run):
        raise click.UsageError("--json needs --yes or --dry-run")
    config = load_config(config_path)
    paths = config.archive
    console = Console(stderr=True)
    with hold(paths.database), closing(open_archive(paths.database)) as db, console.status("") as status:
        plan = plan_to_forget(db, paths.captures, *what, watch=status.update)
        status.stop()
        _show(plan, as_json)
        if dry_run:
            return
        if not (yes or ask("Remove all of it for good?")):
            raise click.Abort
        status.start()
        forget(db, paths.captures, plan, status.update)
    if not as_json:
        click.echo(
            "Forgotten: it is refused from now on. Backups, exports and published copies from before have it"
            " still: make new ones and delete those."
        )
        for name in plan.sources.values():
            click.echo(f'Take the source "{name}" out of {config.path}; it is not crawled any more.')


def _show(plan: Plan, as_json: bool) -> None:
    counts = {
        "articles": len(plan.articles),
        "pages": len(plan.pages),
        "responses": plan.records,
        "of them feeds, sitemaps and redirects": plan.lists,
        "copies of earlier states": len(plan.copies),
    }
    there = [f"{name}: {number:,}" for name, number in counts.items() if number]
    titles = list(plan.articles.values())
    if as_json:
        named = {"urls": sorted(plan.urls), "titles": titles, "missing": plan.missing}
        facts = {"what": plan.what, **named, **counts}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for one in plan.what:
        click.echo(one)
    click.echo(f"   {', '.join(there) or 'nothing of it is stored'}")
    for title in titles[:_SHOWN]:
        click.echo(f"   {title}")
    if len(titles) > _SHOWN:
        click.echo(f"   and {len(titles) - _SHOWN:,} more")
    for copy in plan.copies:
        click.echo(f"   {copy}")
    for file in plan.missing:
        click.echo(f"{file} has captures of it and is missing: when it is back, forget it again.")
