import unittest


class Stack:
    def push(self):
        pass


class Queue:
    def push(self):
        pass


class Mixin:
    def setUp(self):
        self.made = self.make()

    def test_push(self):
        self.made.push()


class StackTest(Mixin, unittest.TestCase):
    def make(self):
        return Stack()


class QueueTest(Mixin, unittest.TestCase):
    def make(self):
        return Queue()
