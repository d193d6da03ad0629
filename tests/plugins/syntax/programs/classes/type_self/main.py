class Node:
    def clone(self):
        return type(self)()

    def sibling(self):
        return self.__class__()

    def act(self):
        return 1


class Leaf(Node):
    def act(self):
        return 2


Leaf().clone().act()
Leaf().sibling().act()
