"""Everything at once: the database brought up to date, the web server and the job worker, ended together."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from types import FrameType
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from app.letters import link_address
from app.models.base import db
from app.services.people.links import Purpose
from app.services.ports import Ports
from app.services.sample.sampling import load_sample, sample_staff
from config import Config

WORKERS = 2
KILL_SECONDS = 10
POLL_SECONDS = 0.2
READY_SECONDS = 120


@click.command(
    "serve",
    epilog="Example: PORT=8080 flask serve --sample",
    help="Brings the database up to date, starts the web server and the job worker, and ends both on Ctrl-C.",
)
@click.option("--sample", is_flag=True, help="Load the example consultations if the database is empty.")
@click.option("--workers", default=WORKERS, show_default=True, help="Number of web server processes.")
@with_appcontext
def serve(sample: bool, workers: int) -> None:
    """The whole site, in the foreground."""
    config = cast("Config", current_app.extensions["config"])
    _refuse_occupied_port(config)
    _migrate()
    if sample:
        _load_sample()
    db.session.remove()
    children = [_start_web(config, workers), _start_worker()]
    try:
        _wait_until_ready(config, children)
        _greet(config, sample)
        _watch(children)
    finally:
        _end(children)


commands = [serve]


def web_command(factory: str, host: str, port: int, workers: int = WORKERS) -> list[str]:
    """The command line of a web server that answers with the application that the factory makes."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", factory]
    command += ["--host", host, "--port", str(port), "--workers", str(workers)]
    command += ["--workers-kill-timeout", str(KILL_SECONDS), "--no-access-log", "--log-level", "error"]
    return [*command, "--respawn-failed-workers", "--backlog", "1024"]


def _refuse_occupied_port(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except socket.gaierror as error:
            raise click.ClickException(f"HOST {config.host} is no name that this machine knows.") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise click.ClickException(f"HOST {config.host} is no address of this machine.") from error
            raise click.ClickException(
                f"Port {config.port} on {config.host} cannot be used ({error.strerror}). "
                "Choose another with PORT=8001."
            ) from error


def _migrate() -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        upgrade()
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from error


def _load_sample() -> None:
    ports = cast("Ports", current_app.extensions["ports"])
    now = datetime.now(UTC)
    if load_sample(at=now, secret_key=str(current_app.secret_key), importers=ports.importers):
        click.echo("Loaded the example consultations.")


def _start_web(config: Config, workers: int) -> subprocess.Popen[bytes]:
    command = web_command("app:create_app", config.host, config.port, workers)
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own words only


def _start_worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "app", "work"]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own words only


def _wait_until_ready(config: Config, children: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_SECONDS
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.host, config.host)  # noqa: S104 - compared
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            raise click.ClickException("A part of Innspill ended while starting; what it said stands above.")
        try:
            socket.create_connection((host, config.port), timeout=1).close()
        except OSError:
            time.sleep(POLL_SECONDS / 2)
        else:
            return
    raise click.ClickException("The web server did not answer in time.")


def _greet(config: Config, sample: bool) -> None:
    click.echo(f"\nInnspill is open at {config.base_url}/")
    if sample:
        _print_sign_in_links(config)
    click.echo("Ctrl-C ends it.\n")


def _print_sign_in_links(config: Config) -> None:
    staff = sample_staff()
    if not staff:
        return
    click.echo("\nSign in once with one of these links (each works once, for 24 hours):")
    with current_app.test_request_context(base_url=config.base_url):
        for role, person in staff:
            click.echo(f"  {role:<14} {link_address(person, Purpose.SIGN_IN, config, datetime.now(UTC))}")
    db.session.remove()


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    while not stopped:
        if any(child.poll() is not None for child in children):
            raise click.ClickException("A part of Innspill ended by itself; what it said stands above.")
        time.sleep(POLL_SECONDS)
    click.echo("\nEnding …")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    until = time.monotonic() + KILL_SECONDS + 5
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            _kill_group(child)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
