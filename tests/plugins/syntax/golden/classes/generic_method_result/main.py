class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        return self._items.pop()

    def __len__(self):
        return len(self._items)

def f():
    pass

s = Stack()
s.push(f)
s.pop()()
len(s)
