def make_counter(on_change):
    count = 0

    def increment(by=1):
        nonlocal count
        count += by
        notify()
        return count

    def notify():
        on_change(count)

    def reset():
        # Handed out in the tuple but nobody resets this counter.
        nonlocal count
        count = 0

    return increment, reset


seen = []


def record(value):
    seen.append(value)


inc, rst = make_counter(record)
inc()
inc(by=4)
assert seen == [1, 5]
