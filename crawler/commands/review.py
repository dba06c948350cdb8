"""``series-archive review``: what was held back from articles, and letting it in or keeping it out."""

import json
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console

from archive.captures import Captures
from archive.database import Archive, open_archive
from archive.errors import ArchiveError
from archive.history import differences, revisions
from archive.holding import hold
from archive.models import Decision, HeldReason
from archive.review import Held, content_of, list_held
from archive.revisions import Content
from archive.times import utc_now
from archive.writer import Writer
from crawler.commands.options import config_option
from crawler.config import load_config
from crawler.diff_view import show_changes

_reason = click.option(
    "--reason", type=click.Choice([str(reason) for reason in HeldReason]), help="Only for this reason."
)
_source = click.option("--source", metavar="NAME", help="Only of this source.")


@click.group("review", invoke_without_command=True, epilog="Example: series-archive review --reason shrunk")
@_reason
@_source
@click.option("--diff", "with_diff", is_flag=True, help="Show what each would change.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    reason: str | None,
    source: str | None,
    with_diff: bool,
    as_json: bool,
    config_path: Path,
) -> None:
    """List what was held back because it would have made an article worse, and decide about it.

    An error page, a consent wall, a text that shrank, a new paywall: the articles stay as they are. What is
    accepted becomes a revision; where it brings no text, the article counts as gone. What is rejected never
    comes up again. When an article comes back by itself, there is nothing to decide.
    """
    if ctx.invoked_subcommand:
        return
    with closing(open_archive(load_config(config_path).archive.database, readonly=True)) as db:
        held = list_held(db, reason=_as_reason(reason), source=source)
        if as_json:
            click.echo(json.dumps([one.to_dict() for one in held], ensure_ascii=False, indent=2))
            return
        console = Console(soft_wrap=True, highlight=False)
        for one in held:
            _show(console, db, one, with_diff=with_diff)
    console.print(f"{_count(len(held))} held back.")


@command.command("accept", epilog="Example: series-archive review accept 12 15")
@click.argument("numbers", nargs=-1, type=int, metavar="NUMBER...")
@_reason
@_source
@click.option("--all", "everything", is_flag=True, help="All that is held back.")
@config_option
def accept(
    numbers: tuple[int, ...], reason: str | None, source: str | None, everything: bool, config_path: Path
) -> None:
    """Let in what was held back: by its numbers, by --reason, by --source, or --all."""
    _decide(Decision.ACCEPTED, numbers, reason, source, everything, config_path)


@command.command("reject", epilog="Example: series-archive review reject --reason consent-wall")
@click.argument("numbers", nargs=-1, type=int, metavar="NUMBER...")
@_reason
@_source
@click.option("--all", "everything", is_flag=True, help="All that is held back.")
@config_option
def reject(
    numbers: tuple[int, ...], reason: str | None, source: str | None, everything: bool, config_path: Path
) -> None:
    """Keep out for good what was held back: by its numbers, by --reason, by --source, or --all."""
    _decide(Decision.REJECTED, numbers, reason, source, everything, config_path)


def _decide(
    decision: Decision,
    numbers: tuple[int, ...],
    reason: str | None,
    source: str | None,
    everything: bool,
    config_path: Path,
) -> None:
    if not (numbers or reason or source or everything):
        raise click.UsageError("Say which: their numbers, --reason, --source or --all.")
    paths = load_config(config_path).archive
    with hold(paths.database), closing(open_archive(paths.database)) as db:
        held = list_held(db, ids=numbers, reason=_as_reason(reason), source=source)
        if missing := set(numbers) - {one.id for one in held}:
            raise ArchiveError(f"not held back: {', '.join(map(str, sorted(missing)))}. Nothing was decided.")
        writer = Writer(db, Captures(paths.captures))
        for one in reversed(held):  # the oldest first, so that the newest is what the article shows
            if decision is Decision.ACCEPTED:
                writer.accept(one.id, utc_now())
            else:
                writer.reject(one.id, utc_now())
    click.echo(f"{decision.capitalize()}: {len(held)}.")


def _show(console: Console, db: Archive, held: Held, *, with_diff: bool) -> None:
    console.print(f"{held.id}  {held.source}: {held.article_title}", markup=False, style="bold")
    times = "" if held.times == 1 else f", {held.times} times until {held.seen_at}"
    console.print(f"    {held.article_url}", markup=False)
    console.print(f"    {held.reason}: {held.explanation} ({held.held_at}{times})", markup=False)
    arrival = content_of(db, held.id) if with_diff else None
    if arrival and arrival.extraction:
        current = revisions(db, held.article_id)[-1].content
        show_changes(console, *differences(current, Content.of(arrival.extraction)))


def _as_reason(name: str | None) -> HeldReason | None:
    return HeldReason(name) if name else None


def _count(number: int) -> str:
    return "Nothing is" if number == 0 else "1 is" if number == 1 else f"{number} are"
