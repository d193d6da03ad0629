import pkg

pkg.f()
