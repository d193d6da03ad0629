"""What extraction says about things that the golden project does not have."""

from __future__ import annotations

from plugins.summarizer.extractive import Extractive
from plugins.summarizer.repository import Item, Repository


def item(label: str, path: str, name: str = "", **known: object) -> Item:
    ident = f"r:{path}" if label in ("File", "Directory") else f"r:{path}#{name}"
    short = (name or path).rpartition("/")[2].rpartition(".")[2] or path
    return Item(id=ident, label=label, name=short, qualified_name=name, path=path, unit=path, **known)  # type: ignore[arg-type]


def key(found: Item) -> tuple[str, str]:
    return found.label, found.id


def text_of(repository: Repository, found: Item) -> str:
    return Extractive(repository, {}).text(repository.number[key(found)])


def test_a_constructor_is_not_named_beside_its_class_and_anonymous_functions_are_not_named() -> None:
    caller = item("Function", "a.py", "make", signature="def make( x, *, y=1, )", start_line=1, end_line=9)
    box, init = item("Class", "a.py", "Box"), item("Method", "a.py", "Box.__init__")
    inner, base = item("Function", "a.py", "make.<lambda>"), item("Method", "a.py", "Base.__init__")
    inner.name = "<lambda>"
    repository = Repository([caller, box, init, inner, base])
    repository.add("INSTANTIATES", key(caller), key(box), 3)
    for target in (init, inner, base):
        repository.add("CALLS", key(caller), key(target), 1)
    repository.sort()
    assert text_of(repository, caller) == "Function `make(x, *, y=1)` in `a.py`. Calls `Box` and `Base.__init__`."


def test_a_module_imports_modules_whichever_names_it_takes_from_them() -> None:
    user, library = item("Module", "a.py"), item("Module", "lib.py", "lib")
    user.id, library.id = "r:a.py#", "r:lib.py#"
    one, two = item("Function", "lib.py", "one"), item("Class", "lib.py", "Two")
    repository = Repository([user, library, one, two])
    for symbol in (one, two):
        repository.add("DEFINES", key(library), key(symbol), 1)
        repository.add("IMPORTS", key(user), key(symbol), 1)
    repository.add("IMPORTS", key(user), ("Package", "r:@package/os.path.join"), 1)
    repository.add("DEPENDS_ON", key(user), ("Package", "r:@package/os"), 1)
    repository.sort()
    assert text_of(repository, user) == "Module `a.py`. Imports `lib` and `os`."


def test_other_kinds_of_classes_are_called_what_they_are() -> None:
    shape = item("Class", "shape.ts", "Shape", kind="interface", signature="export interface Shape {")
    circle = item("Class", "shape.ts", "Circle")
    repository = Repository([shape, circle])
    repository.add("INHERITS_FROM", key(circle), key(shape), 1)
    repository.sort()
    assert text_of(repository, shape) == "Interface `Shape` in `shape.ts`. Extended by 1 class."


def test_a_relationship_to_something_unknown_is_left_out() -> None:
    one = item("Function", "a.py", "one")
    repository = Repository([one])
    repository.add("CALLS", key(one), ("Function", "r:gone.py#f"), 1)
    repository.add("CALLS", ("Function", "r:gone.py#f"), key(one), 1)
    repository.add("CALLS", key(one), key(one), 1)
    repository.sort()
    assert text_of(repository, one) == "Function `one` in `a.py`."


def test_an_empty_folder_is_described_too() -> None:
    folder = item("Directory", "empty")
    assert text_of(Repository([folder]), folder) == "Folder `empty`. Holds 0 files."
