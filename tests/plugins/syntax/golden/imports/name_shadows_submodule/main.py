from pkg import work

work()
