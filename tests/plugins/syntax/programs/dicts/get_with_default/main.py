def visit_number(node):
    return node[1]


def visit_sum(node):
    return sum(visit(child) for child in node[1:])


def visit_unknown(node):
    return 0


VISITORS = {"num": visit_number, "sum": visit_sum}


def visit(node):
    visitor = VISITORS.get(node[0], visit_unknown)
    return visitor(node)


tree = ("sum", ("num", 2), ("num", 3), ("str", "x"))
assert visit(tree) == 5
