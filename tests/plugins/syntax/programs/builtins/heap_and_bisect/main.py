import heapq
import bisect


class Event:
    def __init__(self, t, action):
        self.t = t
        self.action = action

    def __lt__(self, o):
        return self.t < o.t

    def fire(self):
        return self.action()


def wake():
    return 1


def sleep():
    return 2


def main():
    heap = []
    heapq.heappush(heap, Event(2, wake))
    heapq.heappush(heap, Event(1, sleep))
    while heap:
        heapq.heappop(heap).fire()
    xs = []
    bisect.insort(xs, Event(1, wake))
    bisect.insort(xs, Event(3, wake))


main()
