"""Files of texts that other programs wrote, read within bounds."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SIZE_LIMIT_BYTES = 2 * 1024 * 1024 * 1024
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path) -> str:
    """A file as text: UTF-8 with or without a mark, or UTF-16 with one."""
    if path.stat().st_size > SIZE_LIMIT_BYTES:
        raise click.ClickException(f"{path.name} is larger than {SIZE_LIMIT_BYTES} bytes")
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise click.ClickException(
            f"{path.name}, line {line}: not {encoding}; save the file as UTF-8"
        ) from error
