from things import build, scrap

job = scrap
del job
job = build
job()


def run():
    temporary = scrap
    del temporary
    temporary = build
    return temporary()


run()
scrap
