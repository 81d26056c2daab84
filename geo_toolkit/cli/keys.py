"""``geo-toolkit keys``: who may ask the service for what."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import typer

from geo_toolkit.cli import lazy
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.options import (
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.rules import parse_day
from geo_toolkit.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(
    help="API keys of the service: add, list, revoke. 服务密钥：发放、查看、吊销。",
    no_args_is_help=False,
    rich_markup_mode=None,
)
_BEIJING = timezone(timedelta(hours=8))
_WORDS = {
    "zh": {
        "id": "编号",
        "name": "持有人",
        "scopes": "权限",
        "created": "发放",
        "expires": "到期",
        "state": "状态",
        "valid": "有效",
        "revoked": "已吊销",
        "expired": "已过期",
        "once": "密钥只显示这一次，请立即交给持有人保存。",
        "gone": "已吊销；正在运行的服务一分钟内生效。",
        "none": "尚未发放密钥",
    },
    "en": {
        "id": "id",
        "name": "holder",
        "scopes": "scopes",
        "created": "issued",
        "expires": "expires",
        "state": "state",
        "valid": "valid",
        "revoked": "revoked",
        "expired": "expired",
        "once": "The key is shown this once; hand it to its holder now.",
        "gone": "Revoked; a running service sees it within a minute.",
        "none": "no keys yet",
    },
}


@app.command("add")
def add_key(
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Whose key it is.")],
    scopes: Annotated[
        list[str],
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="read, internal or publish; more than once for more. The last two imply read.",
        ),
    ],
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="DATE", help="Its last day; without, it never expires.",
            show_default=False,
        ),
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Issue a key, which is printed once and stored nowhere (发放密钥)."""
    opened = Workspace.open(workspace)
    keys = lazy.service_keys()
    end = keys.end_of_day(parse_day(expires, option="--expires")) if expires else None
    text = keys.key_store(opened.root).add(name, scopes, expires=end)
    if form is Form.JSON:
        print_json({"id": text.split("_")[1], "key": text})
        return
    say(text)
    if not quiet:
        say(f"  {_WORDS[language(lang, opened)]['once']}")


@app.command("list")
def list_keys(
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the keys, revoked ones too (查看密钥)."""
    opened = Workspace.open(workspace)
    words = _WORDS[language(lang, opened)]
    rows = [_as_json(key) for key in lazy.service_keys().key_store(opened.root).all()]
    if form is Form.JSON:
        print_json(rows)
    elif rows:
        named = ("id", "name", "scopes", "created", "expires", "state")
        cells = [[words.get(str(row[key]), row[key]) for key in named] for row in rows]
        print_table([(words[key], "left") for key in named], cells)
    elif not quiet:
        say(words["none"])


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make a key open nothing from now on (吊销密钥)."""
    opened = Workspace.open(workspace)
    lazy.service_keys().key_store(opened.root).revoke(key_id)
    if not quiet:
        say(_WORDS[language(lang, opened)]["gone"])


def _as_json(key: Any) -> dict[str, object]:  # noqa: ANN401 (a class loaded by name)
    now = datetime.now(UTC).timestamp()
    state = "valid" if key.is_valid(now) else "expired" if key.revoked is None else "revoked"
    return {
        "id": key.id,
        "name": key.name,
        "scopes": " ".join(sorted(key.scopes)),
        "created": _at(key.created),
        "expires": _at(key.expires),
        "state": state,
    }


def _at(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, _BEIJING).isoformat(" ", "minutes")
