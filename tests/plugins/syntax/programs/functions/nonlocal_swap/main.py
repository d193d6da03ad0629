def machine():
    def start():
        nonlocal state
        state = running
        return "start"

    def running():
        nonlocal state
        state = stopped
        return "running"

    def stopped():
        return "stopped"

    state = start

    def step():
        return state()

    return step


def main():
    step = machine()
    assert [step(), step(), step(), step()] == ["start", "running", "stopped", "stopped"]


if __name__ == "__main__":
    main()
