from a import run, Thing

run()
Thing().go()
