"""A folder of secrets as Kubernetes mounts it: files are links into ..data, a link that is swapped for a new folder."""

import shutil
from collections.abc import Mapping
from itertools import count
from pathlib import Path

_numbers = count(1)


def mount(folder: Path, files: Mapping[str, str]) -> None:
    """The files as they are from now on, all at once; what was there before is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    new, data = folder / f"..{next(_numbers)}", folder / "..data"
    new.mkdir(mode=0o700)
    for name, text in files.items():
        (new / name).write_text(text)
    old = data.resolve() if data.exists() else None
    fresh = folder / "..data_tmp"
    fresh.symlink_to(new.name)
    fresh.replace(data)
    for name in files:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    if old is not None:
        for left in folder.iterdir():
            if left.is_symlink() and not left.exists():
                left.unlink()
        shutil.rmtree(old)
