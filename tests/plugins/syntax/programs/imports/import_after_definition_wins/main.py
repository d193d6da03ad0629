def work():
    return "mine"


work()
from lib import play

play()
