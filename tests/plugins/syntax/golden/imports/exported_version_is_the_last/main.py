from library import action, work

action()
work()
