from lib import run

run()
