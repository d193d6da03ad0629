from collections import deque

q = deque()
q.append(1)
q.popleft()
