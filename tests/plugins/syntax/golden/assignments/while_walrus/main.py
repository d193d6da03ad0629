def nxt(n=[1]):
    return n.pop() if n else None

while x := nxt():
    pass
