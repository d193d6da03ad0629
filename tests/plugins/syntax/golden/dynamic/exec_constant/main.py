def work():
    pass

exec("work()")
