events = []


def on_start(job):
    events.append("start " + job)


def on_done(job):
    events.append("done " + job)


def on_error(job):
    events.append("error " + job)


def run_job(job, *, before, after, failed):
    before(job)
    try:
        if job == "bad":
            raise ValueError(job)
        after(job)
    except ValueError:
        failed(job)


run_job("ok", after=on_done, failed=on_error, before=on_start)
run_job("bad", failed=on_error, before=on_start, after=on_done)
assert events == ["start ok", "done ok", "start bad", "error bad"]
