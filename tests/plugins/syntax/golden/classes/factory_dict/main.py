class Dog:
    def speak(self):
        return "w"

class Cat:
    def speak(self):
        return "m"

def create(kind):
    return {"dog": Dog, "cat": Cat}[kind]()

create("dog").speak()
create("cat").speak()
