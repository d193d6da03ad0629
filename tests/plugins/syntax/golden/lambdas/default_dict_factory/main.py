from collections import defaultdict

class Node:
    def go(self):
        pass

d = defaultdict(lambda: Node())
d["x"].go()
