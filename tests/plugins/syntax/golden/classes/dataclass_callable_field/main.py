from dataclasses import dataclass

@dataclass
class Job:
    name: str
    action: object

    def run(self):
        self.action()

def work():
    pass

Job("x", work).run()
