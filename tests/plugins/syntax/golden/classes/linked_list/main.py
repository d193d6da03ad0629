class Node:
    def __init__(self, value):
        self.value = value
        self.next = None

    def describe(self):
        return self.value

class List:
    def __init__(self):
        self.head = None

    def push(self, v):
        node = Node(v)
        node.next = self.head
        self.head = node

    def walk(self):
        n = self.head
        while n is not None:
            n.describe()
            n = n.next

l = List()
l.push(1)
l.push(2)
l.walk()
