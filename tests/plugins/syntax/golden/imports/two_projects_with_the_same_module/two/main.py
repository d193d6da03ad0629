from helpers import work

work()
