def run(f=lambda x: x):
    return f(1)

run()
