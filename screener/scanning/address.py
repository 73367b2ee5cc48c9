"""Where a store lies, as SQLite is told it when it matters how it is opened."""

from pathlib import PurePath


def address_of(store: PurePath, how: str) -> str:
    """The URI of the file `store`, an absolute path, with the parameter `how`: "mode=ro".

    On a share of Windows the path's URI names the server before the path, where SQLite takes none
    (sqlite.org/uri.html, 3.1); as a part of the path it does.
    """
    uri = store.as_uri()
    if not uri.startswith("file:///"):
        uri = uri.replace("file://", "file:////", 1)
    return f"{uri}?{how}"
