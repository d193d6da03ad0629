class Graph:
    class Node:
        def __init__(self, name):
            self.name = name
            self.edges = []

        def link(self, other):
            self.edges.append(other)
            return other

        class Tag:
            def text(self):
                return "tag"

    def __init__(self):
        self.nodes = {}

    def node(self, name):
        if name not in self.nodes:
            self.nodes[name] = Graph.Node(name)
        return self.nodes[name]

    def connect(self, a, b):
        return self.node(a).link(self.node(b))


g = Graph()
end = g.connect("x", "y")
assert end.name == "y"
assert Graph.Node.Tag().text() == "tag"
assert g.Node("z").name == "z"
