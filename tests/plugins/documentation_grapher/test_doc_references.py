"""Each kind of reference finds exactly what it names, and nothing else."""

from __future__ import annotations

import pytest

from tests.plugins.documentation_grapher.doc_project import Edge, Project

CODE = {
    "pyproject.toml": "",
    "shop/__init__.py": "from shop.cart import Cart\n",
    "shop/cart.py": '''
class Base:
    def total(self): ...

class Cart(Base):
    """A cart."""
    def add(self, item): ...
    def open(self): ...

def make_cart(): ...
''',
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": "class Order:\n    def cancel(self): ...\nclass Line: ...\ndef place(): ...\n",
    "shop/orders/views.py": "class Line: ...\ndef place(): ...\ndef list_orders(): ...\n",
    "shop/json.py": "def dumps(): ...\n",
    "tests/test_cart.py": "class Author: ...\ndef test_add(): ...\n",
    "docs/conf.py": "",
    "docs/logo.png": "",
    "docs/other.md": "# Other\n\n## Details\n",
    "docs/guide/intro.rst": ".. _start-here:\n\nIntroduction\n============\n",
}
CART, ORDER = "shop/cart.py#Cart", "shop/orders/models.py#Order"


def links_of(text: str, path: str = "docs/page.rst", **more: str) -> set[Edge]:
    return Project({**CODE, **more, path: text}).links(path)


def targets(found: set[Edge]) -> set[tuple[str, str, str]]:
    return {(type, target, resolution) for _, type, target, resolution in found if type != "DOCUMENTED_BY"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":class:`shop.cart.Cart`", {("DESCRIBES", CART, "sphinx_role")}),
        (":py:class:`~shop.cart.Cart`", {("DESCRIBES", CART, "sphinx_role")}),
        (":class:`the cart <shop.cart.Cart>`", {("DESCRIBES", CART, "sphinx_role")}),
        (":class:`the\ncart <shop.cart.Cart>`", {("DESCRIBES", CART, "sphinx_role")}),
        (":class:`shop.Cart`", {("DESCRIBES", CART, "sphinx_role:package_member")}),
        (":class:`.Cart`", {("DESCRIBES", CART, "sphinx_role:unique_name")}),
        (":meth:`shop.cart.Cart.add`", {("DESCRIBES", CART + ".add", "sphinx_role")}),
        (":meth:`~shop.cart.Cart.add()`", {("DESCRIBES", CART + ".add", "sphinx_role")}),
        (":meth:`Cart.add`", {("DESCRIBES", CART + ".add", "sphinx_role:partial_name")}),
        (":meth:`Cart.total`", {("DESCRIBES", "shop/cart.py#Base.total", "sphinx_role:inherited_member")}),
        (":func:`shop.orders.models.place`", {("DESCRIBES", "shop/orders/models.py#place", "sphinx_role")}),
        (":mod:`shop.orders`", {("DESCRIBES", "shop/orders/__init__.py#", "sphinx_role")}),
        (":func:`place`", set()),
        (":class:`Line`", set()),
        (":class:`!shop.cart.Cart`", set()),
        (":class:`Author`", set()),
        (":func:`json.dumps`", set()),
        (":class:`dict`", set()),
        (":mod:`json`", set()),
        (":class:`shop.cart.Missing`", set()),
        (":c:func:`shop.cart.make_cart`", set()),
        ("``:class:`shop.cart.Cart```", set()),
        ("::\n\n    :class:`shop.cart.Cart`", set()),
        (".. code-block:: rst\n\n    :class:`shop.cart.Cart`", set()),
        (".. a comment about :class:`shop.cart.Cart`", set()),
        (".. module:: shop.orders.models\n\n:func:`place`", {
            ("DESCRIBES", "shop/orders/models.py#place", "sphinx_role"),
            ("DESCRIBES", "shop/orders/models.py#", "object_directive"),
        }),
        (".. currentmodule:: shop.orders.views\n\n:class:`Line`", {
            ("DESCRIBES", "shop/orders/views.py#Line", "sphinx_role"),
        }),
        (".. currentmodule:: shop.cart\n\n.. currentmodule:: None\n\n:func:`place`", set()),
    ],
)  # fmt: skip
def test_a_role_of_the_python_domain_means_one_symbol_or_nothing(
    text: str, expected: set[tuple[str, str, str]]
) -> None:
    assert targets(links_of(text)) == expected


@pytest.mark.parametrize(
    ("span", "target", "resolution"),
    [
        ("shop.cart.Cart", CART, "code_span"),
        ("Cart.add()", CART + ".add", "code_span:partial_name"),
        ("Cart.add(item, n=(1, 2))", CART + ".add", "code_span:partial_name"),
        ("Cart", CART, "code_span:unique_name"),
        ("make_cart", "shop/cart.py#make_cart", "code_span:unique_name"),
        ("make_cart()", "shop/cart.py#make_cart", "code_span:unique_name"),
        ("shop/cart.py", "shop/cart.py", "path"),
        ("cart.py", "shop/cart.py", "partial_path"),
        ("orders/views.py", "shop/orders/views.py", "partial_path"),
        ("shop/orders/", "shop/orders", "path"),
        ("pyproject.toml", "pyproject.toml", "path"),
        ("./shop/cart.py", "shop/cart.py", "path"),
    ],
)
def test_a_code_span_that_names_something_is_a_link(span: str, target: str, resolution: str) -> None:
    for text, path in ((f"See ``{span}``.", "README.rst"), (f"See `{span}`.", "README.md")):
        assert {(edge[2], edge[3]) for edge in links_of(text, path)} == {(target, resolution)}


@pytest.mark.parametrize(
    "span",
    ["place", "place()", "Line", "cart", "open", "open()", "add", "add()", "Author", "True", "a + b", "json.dumps",
     "models.place.x", "__init__.py", "pip install shop", "--flag", "x", "shop cart", "Cart.missing", "'Cart'",
     "missing/file.py", "../outside.py"],
)  # fmt: skip
def test_a_code_span_that_is_ambiguous_or_an_ordinary_word_links_to_nothing(span: str) -> None:
    for text, path in ((f"See ``{span}``.", "README.rst"), (f"See `{span}`.", "README.md")):
        assert links_of(text, path) == set()


def test_ambiguous_names_are_counted() -> None:
    project = Project({**CODE, "README.md": "`Line`, `place()` and `Cart`, [gone](gone.md), <https://e.org>\n"})
    rows, counts = project.rows("README.md")
    assert (counts["ambiguous"], counts["resolved"], counts["broken"], counts["external"]) == (2, 1, 1, 1)
    document = rows.nodes[0].properties
    assert document["ambiguous_references"] == 2
    assert document["broken_links"] == ["gone.md"]
    assert document["external_links"] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop.cart.Cart is the class.", {("DESCRIBES", CART, "text")}),
        ("Use shop.orders.models.Order.cancel().", {("DESCRIBES", ORDER + ".cancel", "text")}),
        ("The package shop.orders.", {("DESCRIBES", "shop/orders/__init__.py#", "text")}),
        ("orders.models.Order in prose is no full name", set()),
        ("mail me@shop.cart or https://shop.cart/Cart, e.g. i.e. this", set()),
        ("A sentence.shop follows", set()),
    ],
)
def test_in_prose_only_full_names_are_links(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert targets(links_of(text, "README.md")) == expected
    assert targets(links_of(text, "README.rst")) == expected
    assert targets(links_of(text, "docs/notes.txt")) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("docs/other.md", {("REFERENCES", "docs/other.md#", "link")}),
        ("docs/other.md#details", {("REFERENCES", "docs/other.md#details", "link")}),
        ("./docs/other.md?plain=1#details", {("REFERENCES", "docs/other.md#details", "link")}),
        ("/docs/other.md", {("REFERENCES", "docs/other.md#", "link")}),
        ("docs/other.md#nothing-there", {("REFERENCES", "docs/other.md#", "link")}),
        ("shop/cart.py#L3-L9", {("REFERENCES", "shop/cart.py", "link")}),
        ("shop", {("REFERENCES", "shop", "link")}),
        ("docs/", {("REFERENCES", "docs", "link")}),
        ("docs/other", {("REFERENCES", "docs/other.md#", "link")}),
        ("docs/other.html", {("REFERENCES", "docs/other.md#", "link")}),
        ("#usage", {("REFERENCES", "README.md#usage", "anchor")}),
        ("../elsewhere.md", set()),
        ("https://example.org/shop/cart.py", set()),
        ("mailto:me@example.org", set()),
    ],
)
def test_a_markdown_link_means_the_file_document_or_section(url: str, expected: set[tuple[str, str, str]]) -> None:
    assert targets(links_of(f"# Title\n\n[x]({url})\n\n## Usage\n", "README.md")) == expected
    assert targets(links_of(f"# Title\n\n[x][r]\n\n## Usage\n\n[r]: {url}\n", "README.md")) == expected
    assert targets(links_of(f'# Title\n\n<a href="{url}">x</a>\n\n## Usage\n', "README.md")) == expected


def test_images_of_every_notation_mean_their_file() -> None:
    expected = {("REFERENCES", "docs/logo.png", "image")}
    assert targets(links_of("![logo](logo.png)", "docs/a.md")) == expected
    assert targets(links_of('<p><img width="1"\n src="logo.png"></p>', "docs/a.md")) == expected
    for text in (".. image:: logo.png", ".. figure:: /logo.png", ".. |logo| image:: logo.png", ".. image:: logo.*"):
        assert targets(links_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":doc:`guide/intro`", {("REFERENCES", "docs/guide/intro.rst#", "doc")}),
        (":doc:`the start </guide/intro>`", {("REFERENCES", "docs/guide/intro.rst#", "doc")}),
        (":doc:`/missing`", set()),
        (":doc:`python:library/json`", set()),
        (":ref:`start-here`", {("REFERENCES", "docs/guide/intro.rst#introduction", "label")}),
        (":ref:`begin <Start-Here>`", {("REFERENCES", "docs/guide/intro.rst#introduction", "label")}),
        (":ref:`nowhere`", set()),
        (".. toctree::\n   :maxdepth: 2\n\n   guide/intro\n   Other <other>\n   https://e.org\n", {
            ("REFERENCES", "docs/guide/intro.rst#", "toctree"), ("REFERENCES", "docs/other.md#", "toctree"),
        }),
        (".. include:: ../README.rst\n", {("REFERENCES", "README.rst#", "include")}),
        (".. literalinclude:: /../shop/cart.py\n   :lines: 1-3\n", {("REFERENCES", "shop/cart.py", "literalinclude")}),
        (".. include:: ../../../etc/passwd\n", set()),
        (".. include:: /etc/passwd\n", set()),
        ("`text <other.md>`_ and `text <https://e.org>`__", {("REFERENCES", "docs/other.md#", "link")}),
        ("`the other`_\n\n.. _the other: other.md", {("REFERENCES", "docs/other.md#", "link")}),
        ("simple_ ref\n\n.. _simple: guide/intro.rst", {("REFERENCES", "docs/guide/intro.rst#", "link")}),
        ("A\n=\n\n`b c`_\n\nB C\n===\n", {("REFERENCES", "docs/page.rst#b-c", "heading")}),
        (":download:`other.md`", {("REFERENCES", "docs/other.md#", "link")}),
        (":file:`shop/cart.py`", {("REFERENCES", "shop/cart.py", "path")}),
    ],
)  # fmt: skip
def test_a_reference_of_sphinx_or_docutils_means_its_document(text: str, expected: set[tuple[str, str, str]]) -> None:
    assert targets(links_of(text, **{"README.rst": ""})) == expected


def test_a_label_that_two_documents_define_links_to_nothing_from_a_third() -> None:
    twice = {"docs/again.rst": ".. _start-here:\n\nAgain\n=====\n\n:ref:`start-here`\n"}
    assert links_of(":ref:`start-here`", **twice) == set()
    assert targets(Project({**CODE, **twice}).links("docs/again.rst")) == set()


@pytest.mark.parametrize(
    ("text", "target", "resolution"),
    [
        (".. autoclass:: shop.cart.Cart\n   :members:\n", CART, "autodoc"),
        (".. automodule:: shop.cart\n   :members:\n", "shop/cart.py#", "autodoc"),
        (".. autofunction:: shop.cart.make_cart", "shop/cart.py#make_cart", "autodoc"),
        (".. currentmodule:: shop.cart\n\n.. autofunction:: make_cart", "shop/cart.py#make_cart", "autodoc"),
        (".. py:function:: shop.cart.make_cart(a, *, b=None) -> Cart\n\n   Text.", "shop/cart.py#make_cart",
         "object_directive"),
        (".. method:: shop.cart.Cart.add(item)", CART + ".add", "object_directive"),
        (".. autosummary::\n   :toctree: x\n\n   ~shop.cart.Cart\n", CART, "autodoc"),
    ],
)  # fmt: skip
def test_a_documenting_directive_documents_its_symbol_both_ways(text: str, target: str, resolution: str) -> None:
    assert links_of("API\n===\n\n" + text) == {
        ("docs/page.rst#api", "DESCRIBES", target, resolution),
        (target, "DOCUMENTED_BY", "docs/page.rst#api", resolution),
    }


def test_members_are_found_in_the_class_whose_directive_encloses_them() -> None:
    text = """
.. module:: shop.orders.models

.. class:: Order

   Text with :meth:`cancel`.

   .. method:: cancel()

.. function:: place()
"""
    assert targets(links_of(text)) == {
        ("DESCRIBES", "shop/orders/models.py#", "object_directive"),
        ("DESCRIBES", ORDER, "object_directive"),
        ("DESCRIBES", ORDER + ".cancel", "object_directive"),
        ("DESCRIBES", "shop/orders/models.py#place", "object_directive"),
    }


def test_an_attribute_that_is_no_symbol_is_referred_to_where_it_is_documented() -> None:
    api = "API\n===\n\n.. module:: shop.cart\n\n.. class:: Cart\n\n   .. attribute:: limit\n\n      How many.\n"
    expected = {("REFERENCES", "docs/api.rst#api", "sphinx_role")}
    for role in (":attr:`shop.cart.Cart.limit`", ":attr:`~.Cart.limit`", ":attr:`.limit`"):
        assert targets(links_of(role, **{"docs/api.rst": api})) == expected


def test_a_role_of_the_project_means_the_directive_that_documents_its_names() -> None:
    settings = """
Settings
========

.. setting:: DEBUG

``DEBUG``
---------

Text.

.. templatefilter:: date

``date``
--------

.. templatefilter:: upper

``upper``
---------

.. fieldlookup:: date

.. fieldlookup:: year

Lookups
-------
"""
    text = (
        ":setting:`DEBUG` :tfilter:`date` :tfilter:`upper` :lookup:`year` :lookup:`date` :setting:`NOPE` :unheard:`of`"
    )
    project = Project({**CODE, "docs/settings.rst": settings, "docs/page.rst": text})
    assert targets(project.links("docs/page.rst")) == {
        ("REFERENCES", f"docs/settings.rst#{anchor}", "sphinx_role") for anchor in ("debug", "date", "upper", "lookups")
    }


def test_a_role_that_could_belong_to_two_directives_links_to_nothing_ambiguous() -> None:
    text = ".. alpha:: x\n\nOne\n===\n\n.. beta:: x\n\nTwo\n===\n\n:gamma:`x`\n"
    _, counts = Project({**CODE, "docs/page.rst": text}).rows("docs/page.rst")
    assert counts["ambiguous"] == 1
    assert links_of(text) == set()


def test_imports_in_examples_mean_what_they_import() -> None:
    code = "from shop.cart import Cart, make_cart as m\nimport shop.orders.models\nimport os\nfrom . import x\n"
    expected = {
        ("DESCRIBES", CART, "import"),
        ("DESCRIBES", "shop/cart.py#make_cart", "import"),
        ("DESCRIBES", "shop/orders/models.py#", "import"),
    }
    indented = "".join(f"    {line}\n" for line in code.splitlines())
    assert targets(links_of(f"```python\n{code}```\n", "README.md")) == expected
    assert targets(links_of(f".. code-block:: python\n\n{indented}")) == expected
    assert targets(links_of(f"Like this::\n\n{indented}")) == expected
    assert targets(links_of(">>> from shop.cart import Cart, make_cart\n>>> import shop.orders.models\n")) == expected
    assert targets(links_of(f"```bash\n{code}```\n", "README.md")) == set()


def test_several_references_from_one_section_are_one_relationship_with_a_count() -> None:
    text = "# T\n\n`Cart`, `shop.cart.Cart`\nand `Cart`.\n"
    rows, _ = Project({**CODE, "README.md": text}).rows("README.md")
    (edge,) = [edge for edge in rows.edges if edge.type == "DESCRIBES"]
    assert edge.source == "r:README.md#t"
    assert edge.properties == {"resolution": "code_span", "confidence": 0.9, "line": 3, "count": 3}
    assert not edge.target_required


def test_references_belong_to_the_innermost_section() -> None:
    markdown = "`Cart`\n\n# A\n\n`make_cart()`\n\n## B\n\n`Order`\n"
    rst = "``Cart``\n\nA\n=\n\n``make_cart()``\n\nB\n-\n\n``Order``\n"
    for path, text in (("README.md", markdown), ("README.rst", rst)):
        assert {(edge[0], edge[2]) for edge in links_of(text, path)} == {
            (f"{path}#", CART),
            (f"{path}#a", "shop/cart.py#make_cart"),
            (f"{path}#b", ORDER),
        }
