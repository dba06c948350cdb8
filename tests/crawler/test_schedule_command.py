"""``series-archive schedule``: what it prints installs what it says, and is undone as it says."""

import itertools
import os
import plistlib
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from crawler.commands.schedule import command
from crawler.timers import TIMERS

CONFIG = """
[[series]]
name = "Metallic Rouge"
[[source]]
name = "Site"
home = "https://www.example.org/"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Give an archive in a folder with a name that every shell and file format stumbles over."""
    folder = tmp_path / "Metallic \"Rouge\" & 'co' 100% $HOME"
    folder.mkdir()
    (folder / "archive.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "archive.toml"


def show(config: Path, timer: str, every: str = "15m") -> str:
    result = CliRunner().invoke(command, [timer, "--every", every, "--config", str(config)])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Give the environment of a machine whose service managers only write down what they are told."""
    tools, home = tmp_path / "bin", tmp_path / "home"
    tools.mkdir()
    home.mkdir()
    for name in ("systemctl", "launchctl", "docker"):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\necho "$0 $*" | sed "s,.*/,," >> {tmp_path}/told\n')
        tool.chmod(0o755)
    table = tools / "crontab"
    table.write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat {tmp_path}/crontab; else cat > {tmp_path}/new\n'
        f"mv {tmp_path}/new {tmp_path}/crontab; fi\n"
    )
    table.chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(home)}


def install(script: str, machine: dict[str, str]) -> None:
    subprocess.run(["sh"], input=script, text=True, check=True, env=machine)


def undo(script: str, machine: dict[str, str]) -> None:
    """Run the commands that the script's first comment gives for undoing it."""
    after = script.split("# To undo it", 1)[1].splitlines()[1:]
    indented = itertools.takewhile(lambda line: line.startswith("#     ") or line == "#", after)
    lines = [line.removeprefix("#").strip() for line in indented]
    subprocess.run(["sh", "-e"], input="\n".join(lines), text=True, check=True, env=machine)


def test_systemd(config: Path, machine: dict[str, str], tmp_path: Path) -> None:
    script = show(config, "systemd", "30m")
    install(script, machine)
    service, timer = sorted((tmp_path / "home/.config/systemd/user").iterdir())
    assert (service.suffix, timer.suffix) == (".service", ".timer")
    lines = service.read_text().splitlines()
    if analyze := shutil.which("systemd-analyze"):
        (tmp_path / "run").mkdir()
        checked = subprocess.run(
            [analyze, "verify", "--user", str(service), str(timer)],
            env=machine | {"XDG_RUNTIME_DIR": str(tmp_path / "run")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (checked.returncode, checked.stderr) == (0, "")
    assert f"WorkingDirectory={str(config.parent).replace('%', '%%')}" in lines
    (start,) = (line for line in lines if line.startswith("ExecStart="))
    words = shlex.split(start.removeprefix("ExecStart=").replace("$$", "$").replace("%%", "%"))
    assert words[1:] == ["crawl", "--config", str(config)]
    assert "OnUnitActiveSec=30min" in timer.read_text()
    assert (tmp_path / "told").read_text().splitlines()[-1] == f"systemctl --user enable --now {timer.name}"
    undo(script, machine)
    assert not list((tmp_path / "home/.config/systemd/user").iterdir())


def test_cron_keeps_the_other_lines(config: Path, machine: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "crontab"
    table.write_text("0 1 * * *  something else\n")
    script = show(config, "cron", "6h")
    install(script, machine)
    install(script, machine)
    other, ours = table.read_text().splitlines()
    assert other == "0 1 * * *  something else"
    assert ours.startswith("7 */6 * * *  cd ")
    line = ours.split("  ", 1)[1].replace(r"\%", "%")  # what cron hands to the shell
    words = shlex.split(line, comments=True)
    assert words[1] == str(config.parent)
    assert words[4:7] == ["crawl", "--config", str(config)]
    undo(script, machine)
    assert table.read_text() == "0 1 * * *  something else\n"


def test_launchd(config: Path, machine: dict[str, str], tmp_path: Path) -> None:
    script = show(config, "launchd", "1h")
    install(script, machine)
    (agent,) = (tmp_path / "home/Library/LaunchAgents").iterdir()
    values = plistlib.loads(agent.read_bytes())
    assert values["StartInterval"] == 3600
    assert values["ProgramArguments"][1:] == ["crawl", "--config", str(config)]
    assert values["WorkingDirectory"] == str(config.parent)
    undo(script, machine)
    assert not agent.exists()


def test_docker(config: Path, machine: dict[str, str], tmp_path: Path) -> None:
    script = show(config, "docker", "1h")
    install(script, machine)
    services = yaml.safe_load((config.parent / "compose.yaml").read_text())["services"]
    assert "sleep 3600" in services["crawl"]["command"][0]
    assert "chromium" not in (config.parent / "Dockerfile").read_text()
    assert services["serve"]["ports"] == ["127.0.0.1:8001:8001"]
    assert (config.parent / "Dockerfile").read_text().startswith("FROM python:3")
    undo(script, machine)
    assert [path.name for path in config.parent.iterdir()] == ["archive.toml"]


def test_a_browser_is_in_the_image_where_a_source_needs_one(config: Path) -> None:
    config.write_text(CONFIG + 'render = "browser"\n')
    script = show(config, "docker")
    assert "apt-get install -y --no-install-recommends chromium" in script
    assert '"series-archive[browser]==' in script
    assert '"series-archive[browser]==' in show(config, "github-actions")


def test_the_container_that_crawls_ends_with_its_crawl(config: Path, tmp_path: Path) -> None:
    """A stop reaches the process group: no other crawl begins, and no sleep is awaited."""
    script = show(config, "docker", "1h")
    (compose,) = re.findall(r"cat > compose.yaml <<'FILE'\n(.*?)\nFILE\n", script, re.DOTALL)
    (loop,) = yaml.safe_load(compose)["services"]["crawl"]["command"]
    crawl = tmp_path / "series-archive"
    crawl.write_text(f"#!/bin/sh\necho begun >> {tmp_path}/told\nsleep 1\n")
    crawl.chmod(0o755)
    for pause in (0.2, 2.5):  # while it crawls, and while it sleeps
        (tmp_path / "told").unlink(missing_ok=True)
        process = subprocess.Popen(
            ["sh", "-c", loop.replace("$$", "$")],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            start_new_session=True,
        )
        while not (tmp_path / "told").exists():
            time.sleep(0.05)
        time.sleep(pause)
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        assert (tmp_path / "told").read_text() == "begun\n"


def test_github_actions_is_a_workflow_that_never_loses_the_archive(config: Path) -> None:
    workflow = yaml.safe_load(show(config, "github-actions", "1h"))
    assert workflow[True]["schedule"] == [{"cron": "7 */1 * * *"}]  # "on" is true in YAML
    steps = workflow["jobs"]["crawl"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    for run in runs:
        subprocess.run(["sh", "-n"], input=run, text=True, check=True)
    (keep,) = (step for step in steps if step.get("name", "").startswith("Keep"))
    assert 'tar -cf "$file" archive.db captures' in keep["run"]
    assert keep["if"] == "always() && steps.get.outcome == 'success'"


@pytest.mark.parametrize("timer", TIMERS)
def test_every_timer_begins_with_how_it_is_installed_and_undone(config: Path, timer: str) -> None:
    said = show(config, timer, "30m")
    assert f"series-archive schedule {timer} --every 30m " in said
    assert "undo it" in said


@pytest.mark.parametrize("every", ["4m", "90m", "25h", "soon", "0m"])
def test_an_interval_that_not_every_timer_can_keep_is_refused(config: Path, every: str) -> None:
    result = CliRunner().invoke(command, ["cron", "--every", every, "--config", str(config)])
    assert result.exit_code == 2
    assert "from 5m to 59m, or from 1h to 24h" in result.output
