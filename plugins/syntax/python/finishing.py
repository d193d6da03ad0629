"""Makes the facts of a file out of what was collected of it."""

from __future__ import annotations

from array import array

from plugins.syntax.python.builder import WIDTHS, Builder
from plugins.syntax.python.ir import FileFacts, Op, ScopeKind, Seed

__all__ = ["finish"]

FACTS_VERSION = 1
_INTERESTED = frozenset({Op.LOAD, Op.ITEM, Op.OPERATOR, Op.OPERATE, Op.ITER})


def finish(b: Builder, problems: list[str]) -> FileFacts:
    """The facts; nothing may be added afterwards."""
    module = b.module
    scope = module.scope
    for name, line in module.mentions.items():
        if name in module.bound:
            b.references += (b.any_version(module, name), 0, line)
    # In the order of the source, since a set has a different one in every process.
    scope.variables = {name: _exported(b, name) for name in module.variables if name in module.bound}
    free = {name: variable for name, variable in module.variables.items() if name not in module.bound}
    interested = _interested(b)
    for variable, constant in zip(b.constant_values[::2], b.constant_values[1::2], strict=True):
        if variable in interested:
            b.seeds += (Seed.CONSTANT, variable, constant)
    for variable, constant in b.text_values:
        if variable in b.key_names:
            b.seeds += (Seed.TEXT, variable, constant)
    for scope in b.scopes:
        if scope.parameters:
            scope.parameters = [
                (name, variable, kind, int(variable in interested)) for name, variable, kind, _ in scope.parameters
            ]
    # No statement is at position 0, which means that there is none.
    code = [Op.END]
    starts = [0] * len(b.uses)
    for variable, statements in enumerate(b.uses):
        if statements:
            starts[variable] = len(code)
            code += statements
            code.append(Op.END)
    return FileFacts(
        version=FACTS_VERSION,
        lines=len(b.lines),
        problems=problems,
        scopes=b.scopes,
        names=list(b.names),
        constants=list(b.constants),
        variables=len(b.uses),
        starts=array("i", starts).tobytes(),
        code=array("i", code).tobytes(),
        calls=array("i", b.calls).tobytes(),
        call_starts=array("i", b.call_starts).tobytes(),
        seeds=array("i", b.seeds).tobytes(),
        containers=array("i", b.containers).tobytes(),
        container_kinds=b.container_kinds,
        container_keys=b.container_keys,
        last_keys=b.last_keys,
        imports=b.imports,
        free=free,
        exported=b.exported if b.exports_known else None,
        star_exported=b.star_exported,
        stored=sorted(b.stored),
        references=array("i", b.references).tobytes(),
        covered=b.covered,
    )


def _exported(b: Builder, name: str) -> int:
    """What ``name`` means to other files: the last of its versions. What they assign to it, functions see."""
    module = b.module
    if name not in module.assigned:
        return module.variables[name]
    variable = b.new()
    b.flow(module.current.get(name, module.variables[name]), variable)
    if name in module.everything:
        b.copy(variable, module.everything[name])
    return variable


def _versions_of(b: Builder, variables: set[int]) -> None:
    """Add to ``variables`` the versions that their values come from."""
    flows = list(zip(b.flows[::2], b.flows[1::2], strict=True))
    # Most versions flow to later ones; loops need another round.
    flows.reverse()
    count = -1
    while len(variables) != count:
        count = len(variables)
        variables.update(source for source, destination in flows if destination in variables)


def _interested(b: Builder) -> set[int]:
    """Variables for which it matters which constant they hold: keys, and what has its methods called."""
    _versions_of(b, b.key_names)
    found = set(b.key_names)
    uses = b.uses
    # Other files may use constants of modules and classes as keys.
    found.update(b.module.scope.variables.values())
    for scope in b.scopes:
        if scope.kind == ScopeKind.CLASS:
            found.update(scope.variables.values())
    watched = set(b.constant_values[::2])
    for scope in b.scopes:
        watched.update(parameter[1] for parameter in scope.parameters)
    watched.update(b.flows[1::2])
    for variable in watched:
        statements = uses[variable]
        if statements and statements[0] in _INTERESTED:
            found.add(variable)
        elif statements:
            found.update(_later_interest(variable, statements))
    _versions_of(b, found)
    return found


def _later_interest(variable: int, statements: list[int]) -> list[int]:
    """``variable`` if any statement but the first wants to know constants."""
    position = 0
    while position < len(statements):
        operation = statements[position]
        if operation in _INTERESTED:
            return [variable]
        position += WIDTHS[operation]
    return []
