import pkg

pkg.sub.work()
