class Node:
    def __init__(self, nxt=None):
        self.nxt = nxt

    def visit(self):
        pass

class Chain:
    def __init__(self, head):
        self.head = head

    def __iter__(self):
        node = self.head
        while node:
            yield node
            node = node.nxt

for n in Chain(Node(Node())):
    n.visit()
