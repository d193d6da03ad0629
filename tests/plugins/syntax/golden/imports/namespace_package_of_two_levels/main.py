from ns.inner.mod import go

go()
