from dataclasses import dataclass
from typing import Callable

@dataclass
class Job:
    action: Callable

def work():
    pass

job = Job(work)
job.action()
