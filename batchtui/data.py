"""Where the files that come with the program are: themes and examples."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_dir(name: str) -> Path:
    """The folder of that name, inside a wheel or beside the package in a checkout or an editable install."""
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"batchtui is installed without its {name}; install it again")
