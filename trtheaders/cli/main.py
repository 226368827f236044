"""The program `trtheaders`: commands found by name and imported only when run, errors told once."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from itertools import pairwise
from signal import SIGINT, SIGPIPE, SIGTERM
from typing import Any

import click

from trtheaders.cli.endings import last_words
from trtheaders.cli.manual import Help
from trtheaders.cli.screen import from_here, hand_out, say, say_text
from trtheaders.errors import TrtHeadersError
from trtheaders.version import __version__

OK, FINDINGS, NO_ANSWER, INTERNAL = 0, 1, 2, 101
# What a shell says of a program that a signal ended.
INTERRUPTED, READER_GONE, TERMINATED = 128 + SIGINT, 128 + SIGPIPE, 128 + SIGTERM
_COMPLETION = "_TRTHEADERS_COMPLETE"
"""Set by the shell's completion (click, "Shell Completion")."""

# The order is the order of `trtheaders --help`; the line is shown there without importing the command.
COMMANDS: dict[str, str] = {
    "init": "Write a small C++ project to start from.",
    "add": "Vendor the headers of one or more releases.",
    "verify": "Compare vendored headers with the installed library.",
    "doctor": "Look at the whole setup, from the package to the GPUs.",
    "check": "Try your own sources, objects or programs against every release.",
    "explain": "Read a failed build's output and say what is wrong.",
    "identify": "Say which release a library is.",
    "diff": "Show what changed between two releases' headers.",
    "matrix": "Show what each release was built for.",
    "report": "Write a page: releases side by side, and the verdict.",
    "list": "List the releases vendored here, or upstream's.",
    "status": "Say whether the vendored files are what the lock says.",
    "sync": "Restore everything that the lock names.",
    "adopt": "Put folders that are already there under a lock.",
    "remove": "Remove a vendored release.",
    "path": "Print a vendored release's include directory.",
    "promises": "List what headers promise and what they exempt.",
    "stub": "Make a small library that exports a release's promises.",
    "guard": "Make a source that lets programs refuse another library.",
    "rules": "Explain the rules.",
    "cmake-dir": "Print where the CMake package lies.",
    "cmake": "Print the CMake module, to keep in your repository.",
    "hook": "Run as a pre-commit hook.",
}


class ReaderGoneError(Exception):
    """Nobody reads stdout any more."""


class Program(click.Group):
    """A group that knows its commands' names and help without importing them."""

    context_class = Help

    def invoke(self, ctx: click.Context) -> Any:
        """As click does, but for a closed pipe, which click would turn into exit code 1: findings, with us."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error
        except PermissionError as error:
            # Rights are the machine's: whichever step met a file without them, it is no defect of ours.
            message = f"`{error.filename or ctx.command_path}` may not be used: {error.strerror}"
            raise TrtHeadersError(message, hint="let it, and the folders above it, be readable by you") from error
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
                name = str(error.filename)
                message = f"`{name if len(name) < 100 else f'{name[:100]}…'}` leads to no file: {error.strerror}"
                raise TrtHeadersError(
                    message, hint="mend it where it is named: command, configuration, lock"
                ) from error
            if error.errno != errno.ENOSPC:
                raise
            _silence_stdout()
            message = f"what `{ctx.command_path}` has to say or to write cannot be written: {error.strerror}"
            raise TrtHeadersError(message, hint="make room there, then run it again") from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"trtheaders.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        command.help = _keep_lines(command.help)
        command.context_class = Help
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest known command named for one that is not there."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f" (did you mean `{near[0]}`?)" if near else ""
            raise click.UsageError(f"there is no command `{name}`{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, from the table."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _keep_lines(text: str | None) -> str:
    r"""A docstring's `\b` as the character that keeps click from folding the lines under it.

    Docstrings with a backslash are raw (PEP 257), so that it arrives as two characters.
    """
    return (text or "").replace("\\b\n", "\b\n")


@click.command(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 verified, 1 findings, 2 no answer, 101 a defect of trtheaders itself, 130 interrupted, "
    "141 the reader of the output went away, 143 ended by SIGTERM.",
)
@click.version_option(__version__, "-V", "--version", prog_name="trtheaders", message="%(prog)s %(version)s")
def program() -> None:
    r"""Do your TensorRT-LLM C++ headers belong to your libtensorrt_llm.so?

    \b
    trtheaders add v1.2.0rc4      fetch that tag's headers, pinned and hashed
    trtheaders verify             compare them with the installed library
    make 2>&1 | trtheaders explain
    """


program.help = _keep_lines(program.help)


def run(arguments: list[str]) -> int:
    """Run the program with ``arguments`` and return its exit code; an error becomes a message and a hint on stderr."""
    # A shell that asks for completions gives no arguments either.
    if not arguments and _COMPLETION not in os.environ:
        return _tell_usage()
    try:
        result = program.main(args=arguments, prog_name="trtheaders", standalone_mode=False)
    except TrtHeadersError as error:
        return _tell_no_answer(error.message, error.hint, arguments)
    except click.ClickException as error:
        return _tell_no_answer(_in_backticks(error.format_message()), _usage_hint(error), arguments)
    except (click.exceptions.Abort, KeyboardInterrupt):
        words, code = last_words()
        say(words, err=True)
        return code
    except ReaderGoneError:
        # `| head`: nobody has heard the verdict, so that neither "verified" nor "findings" may be said.
        _silence_stdout()
        return READER_GONE
    except Exception:
        return _tell_defect(arguments)
    return result if isinstance(result, int) else OK


def _silence_stdout() -> None:
    """Keep Python from writing once more, at its end, what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_usage() -> int:
    """The help, for who named no command; releases of click differ in what they make of that."""
    context = Help(program, info_name="trtheaders", **program.context_settings)
    say_text(context.get_help(), err=True)
    return NO_ANSWER


def _in_backticks(message: str) -> str:
    """One of click's messages, with what it quotes as our own have it."""
    import re

    return re.sub(r"(?<!\w)'([^']*)'(?!\w)", r"`\1`", message)


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"try `{context.command_path} --help`" if context is not None else ""


def _tell_no_answer(message: str, hint: str, arguments: list[str]) -> int:
    _tell_machines(message, hint, arguments)
    say(from_here(f"error: {message}"), err=True)
    if hint:
        say("", err=True)
        say(from_here(f"hint: {hint}"), err=True)
    return NO_ANSWER


def _tell_machines(message: str, hint: str, arguments: list[str]) -> None:
    """What reads a format gets a document of that format, also where there is no answer."""
    form = _wanted_format(arguments)
    if form is None:
        return
    from trtheaders.report.verification.formats import render_unanswered

    try:
        hand_out(render_unanswered(form, message, hint))
    except OSError:
        # Nobody reads, or there is no room: stderr says it, and the exit code.
        _silence_stdout()


def _wanted_format(arguments: list[str]) -> str | None:
    """The machine format that was asked for, also where the command line as a whole was not understood."""
    from trtheaders.report.verification.formats import FORMATS

    words = [word.removeprefix("--format=") for word in arguments if word.startswith("--format=")]
    words += [value for word, value in pairwise(arguments) if word == "--format"]
    return next((word for word in words if word in FORMATS and word != "text"), None)


def _tell_defect(arguments: list[str]) -> int:
    import traceback

    _tell_machines("a defect of trtheaders ended the run", "please report what stderr says", arguments)
    say_text(traceback.format_exc(), err=True)
    say("error: this is a defect of trtheaders, not of your project; please report the lines above", err=True)
    return INTERNAL
