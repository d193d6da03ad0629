from dataclasses import dataclass, field


def default_list():
    return []


@dataclass
class Job:
    action: object
    items: list = field(default_factory=default_list)

    def __post_init__(self):
        self.prepare()

    def prepare(self):
        return 1

    def run(self):
        return self.action()


def work():
    return 1


@dataclass(frozen=True)
class Holder:
    job: Job

    def go(self):
        return self.job.run()


Job(work).run()
Holder(Job(action=work)).go()
