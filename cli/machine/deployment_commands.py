"""`braid up`, `down`, `env` and `doctor`: where the pipeline runs, and whether it can."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from braid.domain.wire import encode
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Port, Stack, chosen_target, console, out, print_json
from cli.target import HOME

__all__ = ["doctor", "down", "env", "up"]


def up(
    port: Port = None,
    knob: Annotated[
        list[str] | None,
        typer.Option("--knob", metavar="NAME=VALUE", help="a knob of cdk.json, such as tuning=true"),
    ] = None,
) -> None:
    """Start the embedded AWS and deploy the stacks into it.

    Where it runs already, it deploys what changed. The first time builds the Lambda layers, which takes a
    minute; every start is an empty AWS.
    """
    from cli.machine.local_stack import (
        start,  # the embedded AWS's own imports cost a second: only where needed
    )

    knobs = {}
    for text in knob or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise CommandError(f"--knob takes NAME=VALUE, not {text!r}", exit_code=EXIT_MISUSE)
        knobs[name.strip()] = value.strip()
    start(HOME, port, console, knobs=knobs)


def down(
    purge: Annotated[
        bool, typer.Option("--purge", help="also delete what the next start would reuse, logs and reports")
    ] = False,
) -> None:
    """Stop the embedded AWS and delete everything in it."""
    from cli.machine.local_stack import stop  # as above

    stop(HOME, console, purges=purge)


def env(
    fish: Annotated[
        bool, typer.Option("--fish", help="in fish's language: braid env --fish | source")
    ] = False,
    unset: Annotated[bool, typer.Option("--unset", help="print what takes the variables away again")] = False,
    stack: Stack = None,
) -> None:
    """Print what points the AWS CLI at the embedded AWS.

    Use it as: eval "$(braid env)". BRAID_INPUT_BUCKET and its like name what belongs to the pipeline, so that
    aws s3 cp FILE s3://$BRAID_INPUT_BUCKET/inbox/general/ starts an asset; with --stack NAME only those are
    printed.
    """
    from cli.machine.shell_variables import as_exports, as_unsets, shell_variables

    target = chosen_target(stack)
    variables = shell_variables(target, HOME)
    lines = as_unsets(variables, is_fish=fish) if unset else as_exports(variables, is_fish=fish)
    for line in lines:
        typer.echo(line)


def doctor(
    port: Port = None,
    wants_events: Annotated[
        bool,
        typer.Option("--enable-events", help="let the stack's input bucket tell EventBridge what is dropped"),
    ] = False,
    smoke: Annotated[
        bool,
        typer.Option("--smoke", help="also drop five seconds of speech and delete them; $0.02 at most"),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask before --smoke spends in AWS")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Check this machine, or a deployment in AWS.

    Says how to fix what is missing. With --stack NAME it asks AWS about the account (credentials, bootstrap,
    quotas), the models and services in use, which alarms ring, and whether the input bucket is fit. --smoke
    lets a sample through the deployment, says its price first, looks at what came of it and deletes it.
    """
    if wants_events and stack is None:
        raise CommandError("--enable-events needs --stack NAME", exit_code=EXIT_MISUSE)
    if smoke and stack is not None and not (yes or out.is_terminal):
        raise CommandError("--smoke spends in AWS; say --yes if you mean it", exit_code=EXIT_MISUSE)
    from cli.machine.doctor import Finding, cdk_findings, examine
    from cli.machine.input_bucket import enable_events
    from cli.machine.stack_checks import stack_findings
    from cli.machine.tuned_models import tuned_models_here

    if wants_events and stack is not None:
        done = "is switched on" if enable_events(stack) else "was on before"
        console.print(f"EventBridge {done}; the bucket's other notifications are as they were")
    if stack is None:
        unasked = "not checked: name a deployment in AWS with --stack NAME"
        findings = [*examine(port), Finding("Bedrock's models", True, unasked), *tuned_models_here()]
    else:
        # What stands in for AWS here, and its port, have no part in a deployment there.
        findings = [*cdk_findings(), *stack_findings(stack)]
    if smoke:
        from cli.machine.smoke import smoke_if_agreed  # decoders of sound: only where needed

        findings += smoke_if_agreed(stack, yes=yes)
    if as_json:
        print_json([encode(finding) for finding in findings])
    else:
        table = Table(box=None, pad_edge=False, show_header=False)
        for finding in findings:
            mark = Text("ok", style="green") if finding.ok else Text("fix", style="red")
            remedy = Text(f"\n→ {finding.remedy}", style="bold") if finding.remedy else Text("")
            table.add_row(mark, finding.name, Text(finding.detail) + remedy)
        out.print(table)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)
