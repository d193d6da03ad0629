from itertools import accumulate, starmap


class Job:
    def run(self):
        pass


def start(job, times):
    job.run()
    return job


def larger(a, b):
    return a


def last(jobs):
    for job in jobs:
        job.run()


last(list(starmap(start, [(Job(), 2)])))
list(accumulate([1, 2], larger))
