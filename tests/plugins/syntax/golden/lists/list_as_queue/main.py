from collections import deque

def a():
    pass

q = deque([a])
q.append(a)
while q:
    q.popleft()()
