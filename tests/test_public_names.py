"""What ``import fcr`` offers, and what it does not drag in."""

from __future__ import annotations

import inspect
import subprocess
import sys

import fcr
from fcr.errors import FcrError

HEAVY = ("openpyxl", "argparse", "tomllib", "matplotlib", "pandas", "docx", "jinja2", "IPython", "fcr.cli")


def test_the_list_is_in_order_and_without_repeats() -> None:
    """``__all__`` is sorted, as a reader looks for a name, and each stands once."""
    assert list(fcr.__all__) == sorted(set(fcr.__all__))


def test_every_public_name_is_documented() -> None:
    """Each class and function has a docstring of its own, and each of a class's public members too."""
    for name in fcr.__all__:
        value = getattr(fcr, name)
        if name == "__version__":
            assert value.count(".") >= 1
            continue
        assert inspect.getdoc(value), name
        if inspect.isclass(value):
            assert value.__doc__, name
            own = {k: v for k, v in vars(value).items() if not k.startswith("_")}
            functions = {k: v for k, v in own.items() if inspect.isfunction(v) or isinstance(v, property | classmethod)}
            undocumented = [k for k, v in functions.items() if not inspect.getdoc(v)]
            assert undocumented == [], name


def test_the_names_of_the_sketch_are_there() -> None:
    """The names a user's program starts from."""
    asked = "Organisation Service CostPool Cost Post Driver Bid Assumptions Contract BlockPrice apportion employer_cost"
    asked += " profile price check read write Finding Table Workings FcrError InputError"
    assert set(asked.split()) <= set(fcr.__all__)


def test_every_error_is_one_tree() -> None:
    """Whoever catches ``FcrError`` catches all; bad input is also a ValueError, a missing name a LookupError."""
    errors = [v for n in fcr.__all__ if inspect.isclass(v := getattr(fcr, n)) and issubclass(v, Exception)]
    assert len(errors) >= 6
    assert all(issubclass(error, FcrError) for error in errors)
    assert issubclass(fcr.InputError, ValueError)
    assert issubclass(fcr.RateNotFound, LookupError)
    assert issubclass(fcr.UnknownName, LookupError)


def test_importing_fcr_drags_in_nothing_heavy() -> None:
    """No spreadsheet, plotting or document library, no argument parser, no TOML reader."""
    code = f"import sys, fcr; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pricing_drags_in_no_spreadsheet_or_drawing_library() -> None:
    """Every public name can be had without them."""
    libraries = set(HEAVY) - {"argparse", "tomllib"}
    code = f"import sys, fcr; [getattr(fcr, n) for n in fcr.__all__]; print(sorted({libraries!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_users_program_type_checks_and_runs() -> None:
    """``tests/typing/api.py`` is a user's program: it prints the price it says it does."""
    path = str(__file__).replace("test_public_names.py", "typing/api.py")
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "short by £4,400.00"
