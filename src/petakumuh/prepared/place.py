"""A folder that a run and all its workers reach by the same name: here, on a shared path, in an object store."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pyarrow.fs import FileType, FSSpecHandler, LocalFileSystem, PyFileSystem
from pyarrow.parquet import ParquetFile

from petakumuh.errors import InputError
from petakumuh.model import is_address

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Place", "place_of"]


@dataclass(frozen=True)
class Place:
    """A folder and the file system that holds it.

    Attributes
    ----------
    name
        How any process calls it: an absolute path, or an address.
    root
        What its file system calls it.
    """

    name: str
    files: FileSystem
    root: str

    @property
    def local(self) -> bool:
        """Whether it is a path of this machine."""
        return isinstance(self.files, LocalFileSystem)

    def path(self, name: str) -> str:
        """Name a file in it, as its file system does."""
        return f"{self.root}/{name}"

    def size(self, name: str) -> int | None:
        """Count the bytes of a file; None where there is none."""
        info = self.files.get_file_info(self.path(name))
        return None if info.type != FileType.File else int(info.size)

    def read(self, name: str) -> bytes:
        """Read a file whole.

        Raises
        ------
        OSError
            When it cannot be read.
        """
        with self.files.open_input_stream(self.path(name)) as stream:
            return bytes(stream.read())

    def write(self, name: str, content: bytes) -> None:
        """Write a file, on this machine all of it or nothing; object stores do so by themselves.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        target = self.path(name)
        self.files.create_dir(target.rpartition("/")[0], recursive=True)
        if not self.local:
            with self.files.open_output_stream(target) as stream:
                stream.write(content)
            return
        half = Path(f"{target}.{uuid4().hex}")
        try:
            with half.open("wb") as written:
                written.write(content)
                written.flush()
                os.fsync(written.fileno())
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)

    def remove(self, name: str) -> None:
        """Take a file away, where there is one."""
        if self.size(name) is not None:
            self.files.delete_file(self.path(name))

    def parquet(self, name: str) -> ParquetFile:
        """Open a Parquet file; what is read of it is held against its checksums.

        Raises
        ------
        OSError
            When it cannot be opened.
        """
        return ParquetFile(self.path(name), filesystem=self.files, page_checksum_verification=True)


def place_of(folder: str | Path) -> Place:
    """Find the file system of a folder; an address is reached only because somebody named it.

    Parameters
    ----------
    folder
        A path, or an address that fsspec knows (``s3://``, ``gs://``, ``sftp://`` ...).

    Raises
    ------
    InputError
        When fsspec, or what it needs for such an address, is missing, or it knows no such address.

    Examples
    --------
    >>> place_of("memory://siapan").root
    '/siapan'
    """
    if not is_address(folder):
        path = str(Path(folder).resolve())
        return Place(path, LocalFileSystem(), path.rstrip("/"))
    try:
        import fsspec  # noqa: PLC0415 - an extra, and only for addresses

        files, root = fsspec.core.url_to_fs(str(folder))
    except ModuleNotFoundError as error:
        raise InputError("perlu_fsspec", file=folder, paket=error.name or error) from error
    except (ImportError, ValueError, OSError) as error:
        raise InputError("tempat_tak_terbuka", file=folder, alasan=error) from error
    return Place(str(folder), PyFileSystem(FSSpecHandler(files)), root.rstrip("/"))
