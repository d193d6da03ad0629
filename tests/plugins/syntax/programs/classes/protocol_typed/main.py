from typing import Protocol


class Speaker(Protocol):
    def speak(self) -> str:
        ...


class Dog:
    def speak(self) -> str:
        return "woof"


class Radio:
    def speak(self) -> str:
        return "news"


class Silent:
    def speak(self) -> str:
        return ""


def listen(speaker: Speaker) -> str:
    return speaker.speak()


listen(Dog())
listen(Radio())
